/** For tests: reads an exposition with somebody else's parser. */
import { z } from "zod";
import parsePrometheus from "parse-prometheus-text-format";

const familySchema = z.object({
  name: z.string(),
  help: z.string(),
  type: z.enum(["COUNTER", "GAUGE", "HISTOGRAM"]),
  metrics: z.array(z.object({
    labels: z.record(z.string(), z.string()).default({}),
    value: z.string().optional(),
    /** Cumulative, by upper bound. */
    buckets: z.record(z.string(), z.string()).optional(),
    count: z.string().optional(),
    sum: z.string().optional(),
  })),
});
export type Family = z.infer<typeof familySchema>;

/** The families by name. Throws for what the parser can't read. */
export function parseExposition(text: string): Map<string, Family> {
  const families = z.array(familySchema).parse(parsePrometheus(text));
  return new Map(families.map((family) => [family.name, family]));
}

/** The value of the sample with exactly these labels; NaN if it says so, undefined if there is none. */
export function valueOf(
  families: ReadonlyMap<string, Family>,
  name: string,
  labels: Record<string, string> = {},
): number | undefined {
  const sample = families.get(name)?.metrics.find((each) =>
    Object.keys(each.labels).length === Object.keys(labels).length &&
    Object.entries(labels).every(([key, text]) => each.labels[key] === text)
  );
  const text = sample?.value ?? sample?.count;
  return text === undefined ? undefined : Number(text);
}
