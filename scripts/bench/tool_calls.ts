/** (a) A tool call through its function against the thinnest function that makes the same rpc. */
import { weekdayAhead } from "../local/weekday_ahead.ts";
import { floors } from "./floor.ts";
import { inTurns } from "./measure.ts";
import { type BenchResult, overFloor } from "./result.ts";
import type { World } from "../tests/support/world.ts";

export async function benchToolCalls(world: World, samples: number): Promise<BenchResult[]> {
  const { stack } = world;
  const org = await world.org({ name: "Bench (a)" });
  await stack.sql`update rate_limits set tool_calls_per_minute = 1000000 where org_id = ${org.id}`;
  const { assistantId } = await world.saveAndSync(org);
  const day = weekdayAhead(10);

  const { floor, straight } = floors(stack);
  const toolCallId = (sample: number) => `call_${sample}_${crypto.randomUUID()}`;
  const callId = crypto.randomUUID();
  const rpc = (sample: number) => ({
    p_tool: "checkAvailability",
    p_call: { callId, assistantId, toolCallId: toolCallId(sample), metadataOrgIds: [] },
    p_args: { date: day },
  });
  const callFunction = async (sample: number) => {
    const response = await fetch(`${stack.functionsUrl}/calendar-check`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-vapi-secret": stack.webhookSecret },
      body: JSON.stringify({
        message: {
          type: "tool-calls",
          call: { id: callId, assistantId },
          toolCallList: [{
            id: toolCallId(sample),
            type: "function",
            function: { name: "checkAvailability", arguments: { date: day } },
          }],
        },
      }),
    });
    return await response.text();
  };
  const seen = async (answer: Promise<string>) => {
    const text = await answer;
    if (!text.includes("slots")) throw new Error(`checkAvailability answered ${text}`);
  };
  const ways = {
    throughFunction: (sample: number) => seen(callFunction(sample)),
    floor: (sample: number) => seen(floor("tool_call", rpc(sample))),
    straight: (sample: number) => seen(straight("tool_call", rpc(sample))),
  };

  const results: BenchResult[] = [];
  for (const callers of [1, 8]) {
    const measured = await inTurns(ways, { samples, callers });
    const who = callers === 1 ? "1 caller" : `${callers} callers`;
    results.push(
      overFloor("a", `tool call ÷ the thinnest function, median, ${who}`, measured, {
        target: 1.25,
        figure: "medianMs",
      }),
      overFloor("a", `tool call ÷ the thinnest function, p99, ${who}`, measured, {
        target: 1.5,
        figure: "p99Ms",
      }),
    );
  }
  return results;
}
