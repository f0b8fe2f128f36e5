/** docs/benchmark.md: the measured table and the meaning of its letters; what people wrote below it stays. */
import type { BenchResult } from "./result.ts";

/** What each letter divides. */
const LETTERS = `
- (a) and (b): a request to a function over one to the thinnest function that makes the same rpc behind the same gateway
  (\`scripts/bench/floor\`), in turns. \`overStraight\`, over the rpc itself without any function, is for information.
- (c): from a save to the linked assistant, without pg_net's own delay, over the round trips to Vapi that it takes.
- (d): a migration of many agents, over the earlier method and over what Vapi's limit allows. The earlier method is measured with 20
  agents and multiplied: it treats one agent after the other, so each takes the same time.
- (e): the same migration once more, which finds nothing to do.
- (f): a claim behind many pending jobs over one behind few, in turns.
- (g): loading a tool's endpoint over loading zod and postgrest-js alone; other functions in milliseconds.
- (h): a save while another organization's agents wait in the queue as it does, or are relinked in bulk, over one in quiet.
`;

export interface Measured {
  readonly results: readonly BenchResult[];
  readonly machine: string;
  /** In MB, by function. */
  readonly memory: Readonly<Record<string, number>>;
}

/** `before` is the earlier page: its sections, from the first `##` on, are kept. */
export function benchmarkPage({ results, machine, memory }: Measured, before: string): string {
  const rows = results.map(({ id, what, value, target, met, figures }) => {
    const details = Object.entries(figures).map(([name, figure]) => `${name} ${figure}`).join(", ");
    return `| ${id} | ${what} | ${value} | ${target} | ${met ? "yes" : "**no**"} | ${details} |`;
  });
  const megabytes = Object.entries(memory).map(([slug, mb]) => `${slug} ${mb}`).join(", ");
  const sections = /\n## [\s\S]*/.exec(before)?.[0] ?? "";
  return `# Benchmark

Written by \`deno task bench --write\`. Ratios, because machines differ; everything in one run on ${machine}, the embedded stack
and the doubles on the same machine.

![Share of each target that is used](benchmark.svg)

| | what | measured | target | met | figures (ms) |
| --- | --- | --- | --- | --- | --- |
${rows.join("\n")}
${LETTERS}
Memory of the functions' processes at the end of a measurement, the largest seen, in MB: ${megabytes}.
${sections}`;
}
