/** (g) Loading a function's modules in a fresh process. */
import { measureColdStarts } from "./cold_start.ts";
import { atMost, type BenchResult } from "./result.ts";

export async function benchColdStarts(runs: number): Promise<BenchResult[]> {
  const starts = await measureColdStarts({ runs });
  const worst = (isTool: boolean) =>
    starts.filter((each) => each.isTool === isTool).toSorted((a, b) => b.medianMs - a.medianMs)[0];
  const results: BenchResult[] = [];
  for (
    const [isTool, kind] of [[true, "a tool endpoint"], [false, "any other function"]] as const
  ) {
    const slowest = worst(isTool);
    if (slowest === undefined) continue;
    results.push(atMost("g", `loading ${kind}, the slowest (${slowest.slug}), ms`, {
      value: slowest.medianMs,
      target: slowest.limitMs,
      best: slowest.bestMs,
    }));
  }
  return results;
}
