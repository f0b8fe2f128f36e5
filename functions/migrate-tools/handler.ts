/**
 * migrate-tools: an operator gives the assistants of existing organizations their tools.
 *
 * POST starts a run, which tool-sync carries out, and answers 202 with its id. With `dryRun` it reports what a run would do (with
 * `planId` in the background, stored in the database, because pg_net, which calls on behalf of operators, waits only 5 s); with
 * `rollback` it undoes a run. GET reports on a run or a plan at any time.
 */
import { z } from "zod";
import type { SupabaseEnv } from "../../shared/env/env.ts";
import { readJson } from "../../shared/http/bodies.ts";
import { AppError, logRefusal, ServiceError } from "../../shared/http/errors.ts";
import { inBackground, secret, serve, type Served } from "../../shared/http/serve.ts";
import { parseJson } from "../../shared/json.ts";
import type { Db } from "../../shared/db.ts";
import type { Log } from "../../shared/log.ts";
import type { DryRunReport } from "./report.ts";
import { type MigrateParameters, parseParameters, parseReportQuery } from "./parameters.ts";
import { withTimeout } from "../../shared/worker/job.ts";

export interface MigrateToolsDeps {
  env: Pick<SupabaseEnv, "secretKeys">;
  db: Db;
  log: Log;
  /** Reports what a run would do. */
  dryRun: (parameters: MigrateParameters, signal: AbortSignal) => Promise<DryRunReport>;
}

/** A dry run reads every assistant; the platform cuts a request off at 150 s. */
const DRY_RUN_TIMEOUT_MS = 140_000;

const startedSchema = z.object({ runId: z.uuid(), isNew: z.boolean(), agents: z.int() });

export function migrateTools(deps: MigrateToolsDeps): Served {
  const frame = {
    auth: secret(deps.env),
    methods: ["POST", "GET"],
    log: deps.log,
    refusal: "migrate_tools_failed",
  };
  return serve(frame, async ({ request, requestId, log }) => {
    if (request.method === "GET") return await report(request, deps);

    // No body means everything: `supabase.functions.invoke("migrate-tools")` sends none.
    const parameters = parseParameters(await readJson(request, { empty: {} }));
    if (parameters.rollback !== undefined) {
      return await rollBack(parameters.rollback, requestId, { ...deps, log });
    }
    if (!parameters.dryRun) return await start(parameters, requestId, { ...deps, log });
    const found = withTimeout(DRY_RUN_TIMEOUT_MS, (signal) => deps.dryRun(parameters, signal));
    const { planId } = parameters;
    if (planId === undefined) return Response.json(await found);
    inBackground(keepPlan(found, planId, { ...deps, log }));
    return Response.json({ success: true, planId, accepted: true }, { status: 202 });
  });
}

/** An operator reads it in a browser: of a large fleet, the first thousand agents that would change are enough. */
const KEPT = 1_000;

/** Never throws: the reason why a plan failed is stored in its place. */
async function keepPlan(
  found: Promise<DryRunReport>,
  planId: string,
  { db, log }: MigrateToolsDeps,
): Promise<void> {
  try {
    const report = await found;
    const plan = report.plan.filter(({ action }) => action !== "none").slice(0, KEPT);
    const kept = parseJson(JSON.stringify({ ...report, plan }));
    await db.rpc("record_backfill_plan", { p_plan_id: planId, p_report: kept });
  } catch (error) {
    logRefusal(log, "migrate_tools_failed", error);
    const message = error instanceof Error ? error.message : String(error);
    const code = error instanceof AppError || error instanceof ServiceError ? error.code : "failed";
    await db.rpc("record_backfill_plan", {
      p_plan_id: planId,
      p_report: null,
      p_error: { code, message },
    }).catch((cause) => logRefusal(log, "migrate_tools_failed", cause));
  }
}

async function report(request: Request, { db }: MigrateToolsDeps): Promise<Response> {
  const { runId, rollback, summary } = parseReportQuery(new URL(request.url));
  if (rollback !== undefined) {
    return Response.json(await db.rpc("rollback_report", { p_run_id: rollback }));
  }
  return Response.json(
    await db.rpc("backfill_report", { p_run_id: runId ?? null, p_is_summary: summary }),
  );
}

const rollbackSchema = z.object({ runId: z.uuid(), agents: z.int() });

async function rollBack(
  runId: string,
  requestId: string,
  { db, log }: MigrateToolsDeps,
): Promise<Response> {
  const { agents } = rollbackSchema.parse(
    await db.rpc("start_rollback", { p_run_id: runId, p_request_id: requestId }),
  );
  log.info("rollback_started", { run_id: runId, agents });
  const message = `What the migration changed is put back for ${agents} agents.`;
  return Response.json({ success: true, runId, status: "running", agents, message }, {
    status: 202,
  });
}

async function start(
  { orgId, forceUpdate, pruneDuplicates }: MigrateParameters,
  id: string,
  { db, log }: MigrateToolsDeps,
): Promise<Response> {
  const { runId, isNew, agents } = startedSchema.parse(
    await db.rpc("start_backfill", {
      p_org_id: orgId,
      p_force_update: forceUpdate,
      p_prune_duplicates: pruneDuplicates,
      p_request_id: id,
    }),
  );
  log.info(isNew ? "migration_started" : "migration_joined", { run_id: runId, agents });
  const message = isNew
    ? `Migration started for ${agents} agents.`
    : `The same migration is running already, with ${agents} agents.`;
  return Response.json({ success: true, runId, isNew, status: "running", agents, message }, {
    status: 202,
  });
}
