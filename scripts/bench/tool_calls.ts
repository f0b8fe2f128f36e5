/** (a) A tool call through its function against the same SQL function straight through PostgREST. */
import { weekdayAhead } from "./days.ts";
import { inTurns } from "./measure.ts";
import { atMost, type BenchResult } from "./result.ts";
import type { World } from "../tests/support/world.ts";

export async function benchToolCalls(world: World, samples: number): Promise<BenchResult[]> {
  const { stack } = world;
  const org = await world.org({ name: "Bench (a)" });
  const { assistantId } = await world.saveAndSync(org);
  const day = weekdayAhead(10);

  const post = async (url: string, headers: Record<string, string>, body: unknown) => {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok || !text.includes("slots")) {
      throw new Error(`${url} answered ${response.status}: ${text}`);
    }
  };
  const toolCallId = (sample: number) => `call_${sample}_${crypto.randomUUID()}`;
  const callId = crypto.randomUUID();
  const ways = {
    throughFunction: (sample: number) =>
      post(`${stack.functionsUrl}/calendar-check`, { "x-vapi-secret": stack.webhookSecret }, {
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
    straight: (sample: number) =>
      post(`${stack.apiUrl}/rest/v1/rpc/tool_call`, { apikey: stack.secretKey }, {
        p_tool: "checkAvailability",
        p_call: { callId, assistantId, toolCallId: toolCallId(sample), metadataOrgIds: [] },
        p_args: { date: day },
      }),
  };

  const results: BenchResult[] = [];
  for (const callers of [1, 8]) {
    const { throughFunction, straight } = await inTurns(ways, { samples, callers });
    const who = callers === 1 ? "1 caller" : `${callers} callers`;
    const median = { throughFunction: throughFunction.medianMs, straight: straight.medianMs };
    const tail = { throughFunction: throughFunction.p99Ms, straight: straight.p99Ms };
    results.push(
      atMost("a", `tool call ÷ its SQL, median, ${who}`, {
        value: median.throughFunction / median.straight,
        target: 1.5,
        ...median,
        spread: throughFunction.spreadMs,
      }),
      atMost("a", `tool call ÷ its SQL, p99, ${who}`, {
        value: tail.throughFunction / tail.straight,
        target: 2,
        ...tail,
      }),
    );
  }
  return results;
}
