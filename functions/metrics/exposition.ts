/**
 * Metrics as Prometheus reads them: text format 0.0.4,
 * https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 */
import { z } from "zod";

export const CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** Prefix of every name, so that our metrics can be told from others. */
const PREFIX = "vapi_tools_";

const sampleSchema = z.object({
  labels: z.record(z.string(), z.string()),
  /** For a histogram: the number of events. Null: not a number, such as a share of nothing. */
  value: z.number().nullable(),
  sum: z.number().exactOptional(),
  /** Events per bucket, not cumulative: a bucket is the number of bounds below its events. */
  buckets: z.record(z.string(), z.number()).exactOptional(),
});
type Sample = z.infer<typeof sampleSchema>;

/** The answer of the rpc `metrics`. */
export const metricsSchema = z.array(z.object({
  name: z.string(),
  kind: z.enum(["counter", "histogram", "gauge"]),
  help: z.string(),
  /** A histogram's upper bounds, ascending. */
  bounds: z.array(z.number()).nullable(),
  samples: z.array(sampleSchema),
}));
export type Metric = z.infer<typeof metricsSchema>[number];

export function expose(metrics: readonly Metric[]): string {
  return metrics.map(exposeOne).join("");
}

function exposeOne({ name, kind, help, bounds, samples }: Metric): string {
  const fullName = `${PREFIX}${name}${kind === "counter" ? "_total" : ""}`;
  const lines = samples.flatMap((sample) =>
    bounds === null
      ? [line(fullName, sample.labels, sample.value)]
      : histogramLines(fullName, sample, bounds)
  );
  return [
    `# HELP ${fullName} ${help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")}`,
    `# TYPE ${fullName} ${kind}`,
    ...lines,
    "",
  ].join("\n");
}

function histogramLines(
  name: string,
  { labels, value, sum = 0, buckets = {} }: Sample,
  bounds: readonly number[],
): string[] {
  let below = 0;
  const cumulative = bounds.map((bound, bucket) => {
    below += buckets[bucket] ?? 0;
    return line(`${name}_bucket`, { ...labels, le: String(bound) }, below);
  });
  return [
    ...cumulative,
    line(`${name}_bucket`, { ...labels, le: "+Inf" }, value),
    line(`${name}_sum`, labels, sum),
    line(`${name}_count`, labels, value),
  ];
}

function line(name: string, labels: Sample["labels"], value: number | null): string {
  const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escape(text)}"`);
  return `${name}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${value ?? "NaN"}`;
}

function escape(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
