/** (h) From a save to the linked assistant while another organization's agents wait, compared with an idle system. */
import { eventually } from "../tests/support/eventually.ts";
import { figures, LATENCY_MS, timed } from "./measure.ts";
import { atMost, type BenchResult } from "./result.ts";
import type { Org, World } from "../tests/support/world.ts";

/** Agents of the other organization. */
const WAITING = 600;

export async function benchFairness(
  world: World,
  samples: number,
): Promise<BenchResult[]> {
  const { sql, vapi } = world.stack;
  const [modest, greedy] = [
    await world.org({ name: "Modest" }),
    await world.org({ name: "Greedy" }),
  ];
  await world.saveAndSync(modest, { name: "Warm" });
  vapi.setLatency(LATENCY_MS);

  const quiet: number[] = [];
  for (let sample = 0; sample < samples; sample++) {
    quiet.push(await saveAndLink(world, modest, `Quiet ${sample}`));
  }
  await world.settled();

  // As an importer would, bypassing the quotas, so that only the turns are measured.
  await sql`
    with agent as (
      insert into agents (org_id, name, role, system_prompt)
      select ${greedy.id}, 'Greedy ' || n, 'inbound', 'You answer the phone.' from generate_series(1, ${WAITING}::integer) n
      returning id
    )
    insert into jobs (queue, key, org_id, payload)
    select 'tool-sync', 'agent:' || id, ${greedy.id}, jsonb_build_object('kind', 'agent', 'agentId', id) from agent`;
  const busy: number[] = [];
  for (let sample = 0; sample < samples; sample++) {
    busy.push(await saveAndLink(world, modest, `Busy ${sample}`));
  }
  const [still] = await sql<{ count: number }[]>`
    select count(*)::integer from jobs where org_id = ${greedy.id} and status in ('pending', 'running')`;
  vapi.setLatency(0);
  await world.settled();
  const [inQuiet, besides] = [figures(quiet), figures(busy)];
  return [
    atMost(
      "h",
      `save → linked while ${WAITING} agents of another organization wait ÷ in quiet, median`,
      {
        value: besides.medianMs / inQuiet.medianMs,
        target: 3,
        quiet: inQuiet.medianMs,
        besides: besides.medianMs,
        stillWaiting: still?.count ?? 0,
      },
    ),
  ];
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
