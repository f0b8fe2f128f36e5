/** (d) Linking a thousand agents, compared with the earlier method and with the limit; (e) the same again, with nothing to change. */
import { seedFleet } from "../local/fleet.ts";
import type { Stack } from "../local/stack.ts";
import { LATENCY_MS, timed } from "./measure.ts";
import { atLeast, atMost, type BenchResult } from "./result.ts";
import { eventually } from "../tests/support/eventually.ts";
import { type World } from "../tests/support/world.ts";

/** Agents with which the earlier method is measured; it takes the same time for each. */
const EARLIER_SAMPLE = 20;

/** GET and PATCH of each assistant. */
const ROUND_TRIPS = 2;

export async function benchMigration(
  world: World,
  agents: number,
): Promise<BenchResult[]> {
  const { stack } = world;
  // Somebody's first save registers the tools.
  await world.saveAndSync(await world.org({ name: "Bench (d)" }));
  const fleet = await seedFleet(stack, { organizations: agents / 2, agentsOf: () => 2 });
  stack.vapi.setLatency(LATENCY_MS);
  stack.vapi.requests.clear();
  stack.vapi.journal.clear();

  const earlierMs = await timed(() =>
    earlierMethod(
      stack,
      fleet.agents.slice(0, EARLIER_SAMPLE).map(({ assistantId }) => assistantId),
    )
  ) / EARLIER_SAMPLE * agents;

  const migrate = () =>
    timed(async () => {
      const [run] = await stack.sql<{ id: string }[]>`select start_backfill() ->> 'runId' as id`;
      await eventually("the migration is done", async () => {
        const done = await stack.sql`
          select from backfill_runs where id = ${run?.id ?? null} and finished_at is not null`;
        return done.length > 0;
      }, { everyMs: 50 });
    });
  const firstMs = await migrate();
  const concurrency = 10;
  const limitMs = agents * ROUND_TRIPS * LATENCY_MS / concurrency;

  const mark = stack.vapi.requests.seq;
  const againMs = await migrate();
  const again = stack.vapi.requests.since(mark);
  const writes = stack.vapi.requests.writes(mark).length;
  stack.vapi.setLatency(0);

  return [
    atLeast("d", `${agents} agents: earlier method ÷ this one`, {
      value: earlierMs / firstMs,
      target: 10,
      earlier: earlierMs,
      now: firstMs,
    }),
    atMost("d", `${agents} agents ÷ limit of round trips × latency ÷ concurrency`, {
      value: firstMs / limitMs,
      target: 1.2,
      now: firstMs,
      limit: limitMs,
    }),
    atMost("e", `the same ${agents} again: writes`, { value: writes, target: 0, again: againMs }),
    atMost("e", `the same ${agents} again: reads per 100 agents`, {
      value: (again.length - writes) / agents * 100,
      target: 1,
      requests: again.length,
    }),
  ];
}

/** The earlier method: one agent after the other, a look-up and a check for each tool, then GET and PATCH, whatever is there. */
async function earlierMethod(stack: Stack, assistantIds: readonly string[]): Promise<void> {
  const tools = await stack.sql<{ vapi_tool_id: string }[]>`
    select vapi_tool_id from vapi_tools where state = 'current' order by name`;
  const vapi = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${stack.vapi.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${stack.vapi.key}`, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}`);
    return await response.json();
  };
  for (const assistantId of assistantIds) {
    for (const { vapi_tool_id: id } of tools) {
      await stack.sql`select from vapi_tools where vapi_tool_id = ${id}`;
      await vapi("GET", `/tool/${id}`);
    }
    const { model } = await vapi("GET", `/assistant/${assistantId}`);
    await vapi("PATCH", `/assistant/${assistantId}`, { model });
  }
}
