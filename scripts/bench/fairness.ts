/** (h) From a save to the linked assistant while another organization's agents wait or are relinked, compared with an idle system. */
import type { Sql } from "postgres";
import { eventually } from "../tests/support/eventually.ts";
import { figures, LATENCY_MS, timed } from "./measure.ts";
import { atMost, type BenchResult } from "./result.ts";
import type { Org, World } from "../tests/support/world.ts";

/** Agents of the other organization. */
const OTHERS = 600;

export async function benchFairness(
  world: World,
  samples: number,
): Promise<BenchResult[]> {
  const [modest, greedy] = [
    await world.org({ name: "Modest" }),
    await world.org({ name: "Greedy" }),
  ];
  await world.saveAndSync(modest, { name: "Warm" });
  world.stack.vapi.setLatency(LATENCY_MS);
  const savesOf = async (name: string) => {
    const times: number[] = [];
    for (let sample = 0; sample < samples; sample++) {
      times.push(await saveAndLink(world, modest, `${name} ${sample}`));
    }
    return figures(times);
  };
  const besides = async (priority: 0 | 1, name: string) => {
    await requestSyncs(world.stack.sql, greedy, priority);
    const { medianMs } = await savesOf(name);
    const stillWaiting = await unfinished(world.stack.sql, greedy);
    await world.settled();
    return { besides: medianMs, stillWaiting };
  };

  const quiet = (await savesOf("Quiet")).medianMs;
  await world.settled();
  const others = `${OTHERS} agents of another organization`;
  const waited = await besides(0, "Besides those who wait");
  const relinked = await besides(1, "Besides a rollout");
  world.stack.vapi.setLatency(0);
  return [
    atMost("h", `save → linked while ${others} wait ÷ in quiet, median`, {
      value: waited.besides / quiet,
      target: 3,
      quiet,
      ...waited,
    }),
    atMost("h", `save → linked while ${others} are relinked ÷ in quiet, median`, {
      value: relinked.besides / quiet,
      target: 1.5,
      quiet,
      ...relinked,
    }),
  ];
}

/** Adds agents as an importer would, bypassing the quotas, so that only the turns are measured. */
async function requestSyncs(sql: Sql, { id }: Org, priority: 0 | 1): Promise<void> {
  await sql`
    with agent as (
      insert into agents (org_id, name, role, system_prompt)
      select ${id}, ${`Priority ${priority}, `} || n, 'inbound', 'You answer the phone.' from generate_series(1, ${OTHERS}::integer) n
      returning id
    )
    insert into jobs (queue, key, org_id, payload, priority)
    select 'tool-sync', 'agent:' || id, ${id}, jsonb_build_object('kind', 'agent', 'agentId', id), ${priority} from agent`;
}

async function unfinished(sql: Sql, { id }: Org): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::integer from jobs where org_id = ${id} and status in ('pending', 'running')`;
  return row?.count ?? 0;
}

async function saveAndLink(world: World, org: Org, name: string): Promise<number> {
  const { sql } = world.stack;
  return await timed(async () => {
    const { status, body } = await world.save(org, { name });
    if (status !== 200) throw new Error(`agent-save answered ${status}`);
    await eventually(`${name} is synced`, async () => {
      const [job] = await sql`select status from jobs where id = ${body.syncId}`;
      return job?.status === "succeeded";
    });
  });
}
