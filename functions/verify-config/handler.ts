/**
 * verify-config: compares what Vapi has with what this deployment would register, and asks the queue for repairs.
 *
 * POST {orgId?, endpoints?, record?, fix?, book?} verifies; with `fix` the answer names a run of repairs. GET ?repairs=<runId> tells
 * how they fare. Called by an operator and, once a day, by pg_cron.
 */
import { z } from "zod";
import type { Db } from "../../shared/db.ts";
import { toErrorResponse } from "../../shared/errors.ts";
import type { SupabaseEnv } from "../../shared/env.ts";
import { json, readJson, requestId, requireMethod } from "../../shared/http.ts";
import type { JsonObject } from "../../shared/json.ts";
import type { Log } from "../../shared/log.ts";
import { logRefusal } from "../../shared/log_refusal.ts";
import { parseInput } from "../../shared/parse_input.ts";
import { requireSecretKey } from "../../shared/service_auth.ts";
import type { SyncDeps } from "../../shared/sync/deps.ts";
import { repairsFor } from "../../shared/verify/repair.ts";
import { verify, type VerifyReport } from "../../shared/verify/verify.ts";

export interface VerifyConfigDeps {
  env: Pick<SupabaseEnv, "secretKeys">;
  db: Db;
  log: Log;
  sync: Promise<SyncDeps>;
}

const bodySchema = z.strictObject({
  orgId: z.guid().exactOptional(),
  endpoints: z.boolean().exactOptional(),
  record: z.boolean().exactOptional(),
  fix: z.boolean().exactOptional(),
  book: z.boolean().exactOptional(),
}).refine(({ book, orgId }) => !book || orgId !== undefined, "book needs an orgId");

const requestedSchema = z.object({ runId: z.guid(), requested: z.int() });

export async function handle(request: Request, deps: VerifyConfigDeps): Promise<Response> {
  const id = requestId(request);
  const log = deps.log.with({ request_id: id });
  const startedAt = performance.now();
  try {
    requireMethod(request, "GET", "POST");
    await requireSecretKey(request, deps.env);
    const runId = new URL(request.url).searchParams.get("repairs");
    if (request.method === "GET" && runId !== null) {
      const id = parseInput(z.guid(), runId, "tell how the repairs fare");
      return json(await deps.db.rpc("repair_progress", { p_run_id: id }));
    }
    const options: z.infer<typeof bodySchema> = request.method === "GET"
      ? {}
      : parseInput(bodySchema, await readJson(request), "verify");
    const report = await answer(deps, options, id);
    log.info("verified", {
      org_id: options.orgId,
      outcome: report.ok ? "ok" : "errors",
      errors: report.summary.errors,
      warnings: report.summary.warnings,
      ms: Math.round(performance.now() - startedAt),
    });
    return json(report);
  } catch (error) {
    logRefusal(log, "verify_failed", error);
    return toErrorResponse(error);
  }
}

async function answer(
  { db, sync }: VerifyConfigDeps,
  { record = false, fix = false, ...options }: z.infer<typeof bodySchema>,
  requestId: string,
): Promise<VerifyReport & { repairs?: z.infer<typeof requestedSchema> }> {
  const report = await verify(await sync, options);
  if (record) {
    await db.rpc("record_verification", {
      p_org_id: options.orgId ?? null,
      p_report: asJson(report),
    });
  }
  if (!fix) return report;
  const repairs = repairsFor(report.findings).map((repair) => ({ ...repair }));
  const requested = await db.rpc("request_repairs", {
    p_repairs: repairs,
    p_request_id: requestId,
  });
  return { ...report, repairs: requestedSchema.parse(requested) };
}

function asJson({ ok, summary, findings }: VerifyReport): JsonObject {
  return { ok, summary: { ...summary }, findings: findings.map((each) => ({ ...each })) };
}
