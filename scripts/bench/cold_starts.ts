/** (g) Loading a function's modules in a fresh process. */
import { measureColdStarts } from "./cold_start.ts";
import { atMost, type BenchResult } from "./result.ts";

/** The longest that anybody but a caller on the phone should wait for modules, in milliseconds. */
const OTHER_LIMIT_MS = 120;

export async function benchColdStarts(runs: number): Promise<BenchResult[]> {
  const { functions, floor } = await measureColdStarts(runs);
  const starts = functions.toSorted((a, b) => b.medianMs - a.medianMs);
  const tool = starts.find(({ isTool }) => isTool);
  const other = starts.find(({ isTool }) => !isTool);
  const results: BenchResult[] = [];
  if (tool !== undefined) {
    results.push(
      atMost("g", `loading a tool endpoint, the slowest (${tool.slug}) ÷ zod and postgrest-js`, {
        value: tool.medianMs / floor.medianMs,
        target: 1.3,
        endpoint: tool.medianMs,
        floor: floor.medianMs,
        spread: tool.spreadMs,
        floorSpread: floor.spreadMs,
      }),
    );
  }
  if (other !== undefined) {
    results.push(
      atMost("g", `loading any other function, the slowest (${other.slug}), ms`, {
        value: other.medianMs,
        target: OTHER_LIMIT_MS,
        spread: other.spreadMs,
      }),
    );
  }
  return results;
}
