/** Reads an exposition with an independent parser, for tests. */
import { z } from "zod";
import parsePrometheus from "parse-prometheus-text-format";

export type MetricType = "COUNTER" | "GAUGE" | "HISTOGRAM";

export interface Exposition {
  /** By the metric's name, as its TYPE line gives it. */
  readonly types: ReadonlyMap<string, MetricType>;
  readonly series: readonly Series[];
}

/** A line: a histogram has many. */
export interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const typesSchema = z.array(z.object({
  name: z.string(),
  type: z.enum(["COUNTER", "GAUGE", "HISTOGRAM"]),
}));
const seriesSchema = z.array(z.object({
  name: z.string(),
  metrics: z.array(
    z.object({
      labels: z.record(z.string(), z.string()).default({}),
      value: z.string().transform(Number),
    }),
  ),
}));

/** Throws for anything that the parser cannot read. */
export function parseExposition(text: string): Exposition {
  const types = typesSchema.parse(parsePrometheus(text));
  // The parser mixes up the labels of histograms; without their types it reads them line by line.
  const lines = text.split("\n").filter((line) => !line.startsWith("# ")).join("\n");
  const families = seriesSchema.parse(parsePrometheus(lines));
  return {
    types: new Map(types.map(({ name, type }) => [name, type])),
    series: families.flatMap(({ name, metrics }) => metrics.map((each) => ({ name, ...each }))),
  };
}

/** The value of the series with exactly these labels; undefined if there is none. */
export function valueOf(
  { series }: Exposition,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  return series.find((each) =>
    each.name === name &&
    Object.keys(each.labels).length === Object.keys(labels).length &&
    Object.entries(labels).every(([key, text]) => each.labels[key] === text)
  )?.value;
}
