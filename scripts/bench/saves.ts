/** (b) agent-save against the thinnest function that makes its rpc, and (c) from a save to the linked assistant against the round trips it needs. */
import { floors } from "./floor.ts";
import { figures, inTurns, LATENCY_MS, timed } from "./measure.ts";
import { atMost, type BenchResult, overFloor } from "./result.ts";
import { eventually } from "../tests/support/eventually.ts";
import { type World } from "../tests/support/world.ts";

export async function benchSave(world: World, samples: number): Promise<BenchResult[]> {
  const { stack } = world;
  const org = await world.org({ name: "Bench (b)" });
  await stack.sql`update rate_limits set saves_per_minute = 1000000 where org_id = ${org.id}`;
  const { agentId } = await world.saveAndSync(org);
  const agent = {
    agentId,
    role: "inbound",
    name: "Front desk",
    systemPrompt: "You answer the phone.",
  };
  // The worker that each save wakes would run beside the next save that is measured.
  stack.net.pause();
  const rpc = () => ({
    p_user_id: org.userId,
    p_agent: agent,
    p_request_id: crypto.randomUUID(),
  });
  const { floor, straight } = floors(stack);
  const measured = await inTurns({
    throughFunction: async () => {
      const { status } = await world.save(org, agent);
      if (status !== 200) throw new Error(`agent-save answered ${status}`);
    },
    floor: () => floor("save_agent", rpc()),
    straight: () => straight("save_agent", rpc()),
  }, { samples });
  stack.net.resume();
  await world.settled();
  return [
    overFloor("b", "agent-save ÷ the thinnest function, median", measured, {
      target: 1.25,
      figure: "medianMs",
    }),
  ];
}

/** POST /assistant, then GET and PATCH of it: the registry is already in step. */
const ROUND_TRIPS = 3;

export async function benchLinking(
  world: World,
  samples: number,
): Promise<BenchResult[]> {
  const { vapi } = world.stack;
  const org = await world.org({ name: "Bench (c)" });
  await world.saveAndSync(org, { name: "Warm" });
  vapi.setLatency(LATENCY_MS);

  const delays: number[] = [];
  const links: number[] = [];
  for (let sample = 0; sample < samples; sample++) {
    delays.push(await pgNetDelay(world));
    const mark = vapi.requests.seq;
    links.push(
      await timed(async () => {
        const { status } = await world.save(org, { name: `Agent ${sample}` });
        if (status !== 200) throw new Error(`agent-save answered ${status}`);
        await vapi.requests.waitFor("PATCH /assistant/:id", mark);
      }),
    );
    await world.settled();
  }
  vapi.setLatency(0);
  const needed = ROUND_TRIPS * LATENCY_MS;
  const linked = figures(links);
  const pgNet = figures(delays);
  return [
    atMost("c", "save → linked, less pg_net's delay ÷ its Vapi round trips, median", {
      value: (linked.medianMs - pgNet.medianMs) / needed,
      target: 1.3,
      saveToLinked: linked.medianMs,
      pgNetDelay: pgNet.medianMs,
      roundTrips: needed,
      spread: linked.spreadMs,
    }),
  ];
}

/** From the statement to the stored answer of a request to a function that does nothing. */
async function pgNetDelay({ stack }: World): Promise<number> {
  return await timed(async () => {
    const [request] = await stack.sql`
      select net.http_get(${`${stack.functionsUrl}/calendar-check`}) as id`;
    await eventually("pg_net has stored the answer", async () => {
      const found = await stack.sql`select from net._http_response where id = ${request?.id}`;
      return found.length > 0;
    }, { everyMs: 1 });
  });
}
