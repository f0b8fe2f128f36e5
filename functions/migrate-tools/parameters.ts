/** What an operator may ask of migrate-tools. */
import { z } from "zod";
import type { JsonValue } from "../../shared/json.ts";
import { parseInput } from "../../shared/http/bodies.ts";

export const parametersSchema = z.strictObject({
  dryRun: z.boolean().default(false),
  orgId: z.uuid().nullable().default(null),
  forceUpdate: z.boolean().default(false),
  pruneDuplicates: z.boolean().default(false),
  /** Stores the dry run's plan under this id, in the background. */
  planId: z.uuid().exactOptional(),
  /** The run to roll back. */
  rollback: z.uuid().exactOptional(),
}).refine(
  ({ rollback, dryRun, orgId, forceUpdate, pruneDuplicates }) =>
    rollback === undefined || !dryRun && orgId === null && !forceUpdate && !pruneDuplicates,
  { path: ["rollback"], error: "goes with nothing else" },
).refine(({ planId, dryRun }) => planId === undefined || dryRun, {
  path: ["planId"],
  error: "goes with dryRun",
});
export type MigrateParameters = z.infer<typeof parametersSchema>;

export const querySchema = z.strictObject({
  runId: z.uuid().exactOptional(),
  /** The run whose rollback is asked about. */
  rollback: z.uuid().exactOptional(),
  summary: z.enum(["true", "false"]).default("false").transform((text) => text === "true"),
});
export type ReportQuery = z.infer<typeof querySchema>;

/** The body of a POST. Throws `invalid_input`, naming every field that is unknown or malformed. */
export function parseParameters(body: JsonValue): MigrateParameters {
  return parseInput(parametersSchema, body, "start the migration");
}

/** The query of a GET: a run, or without `runId` the latest one; `summary=true` leaves out the lists. */
export function parseReportQuery(url: URL): ReportQuery {
  return parseInput(querySchema, Object.fromEntries(url.searchParams), "report");
}
