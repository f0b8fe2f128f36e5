/**
 * verify-config: compares what Vapi has with what this deployment would register, and queues repairs.
 *
 * POST {orgId?, endpoints?, record?, fix?, only?, book?, background?} verifies; with `fix` the answer names a run of repairs. GET
 * ?repairs=<runId> reports on them, ?numbers=true lists the account's phone numbers. Called by an operator and, once a day, by
 * pg_cron: in the background, because pg_net waits only 5 s for an answer and a large fleet takes longer.
 */
import { z } from "zod";
import { inBackground, secret, serve, type Served } from "../../shared/http/serve.ts";
import type { Db } from "../../shared/db.ts";
import type { SupabaseEnv } from "../../shared/env/env.ts";
import { parseInput, readJson } from "../../shared/http/bodies.ts";
import { logRefusal } from "../../shared/http/errors.ts";
import type { JsonObject } from "../../shared/json.ts";
import type { Log } from "../../shared/log.ts";
import type { AccountNumber } from "./check_numbers.ts";
import { type Finding, FINDINGS } from "./finding.ts";
import { repairsFor } from "./repair.ts";
import type { VerifyOptions, VerifyReport } from "./verify.ts";

export interface VerifyConfigDeps {
  env: Pick<SupabaseEnv, "secretKeys">;
  db: Pick<Db, "rpc">;
  log: Log;
  verify: (options: VerifyOptions) => Promise<VerifyReport>;
  /** The phone numbers in the Vapi account. */
  numbers: () => Promise<AccountNumber[]>;
}

export const bodySchema = z.strictObject({
  orgId: z.guid().exactOptional(),
  endpoints: z.boolean().exactOptional(),
  record: z.boolean().exactOptional(),
  fix: z.boolean().exactOptional(),
  book: z.boolean().exactOptional(),
  background: z.boolean().exactOptional(),
  /** Of the findings, only these are repaired. */
  only: z.strictObject({
    code: z.string().exactOptional(),
    agentId: z.guid().exactOptional(),
    tool: z.string().exactOptional(),
    phoneNumberId: z.string().exactOptional(),
  }).exactOptional(),
}).refine(({ book, orgId }) => !book || orgId !== undefined, "book needs an orgId")
  .refine(({ background, record }) => !background || record, "background needs record")
  .refine(({ only, fix }) => only === undefined || fix, "only needs fix");
type Body = z.infer<typeof bodySchema>;
type Only = NonNullable<Body["only"]>;

const requestedSchema = z.object({ runId: z.guid(), requested: z.int() });

export function verifyConfig(deps: VerifyConfigDeps): Served {
  const frame = {
    auth: secret(deps.env),
    methods: ["GET", "POST"],
    log: deps.log,
    refusal: "verify_failed",
  };
  return serve(frame, async ({ request, requestId, log }) => {
    const query = new URL(request.url).searchParams;
    if (request.method === "GET" && query.get("numbers") === "true") {
      return Response.json({ numbers: (await deps.numbers()).map((each) => ({ ...each })) });
    }
    const runId = query.get("repairs");
    if (request.method === "GET" && runId !== null) {
      const id = parseInput(z.guid(), runId, "report on the repairs");
      return Response.json(await deps.db.rpc("repair_progress", { p_run_id: id }));
    }
    const { background = false, ...body }: Body = request.method === "GET"
      ? {}
      : parseInput(bodySchema, await readJson(request), "verify");
    const answering = answer({ ...deps, log }, body, requestId);
    if (!background) return Response.json(await answering);
    inBackground(answering.catch((error) => logRefusal(log, "verify_failed", error)));
    return Response.json({ success: true, accepted: true }, { status: 202 });
  });
}

async function answer(
  { db, log, verify }: VerifyConfigDeps,
  { record = false, fix = false, only = {}, ...options }: Omit<Body, "background">,
  requestId: string,
): Promise<VerifyReport & { repairs?: z.infer<typeof requestedSchema> }> {
  const startedAt = performance.now();
  const report = await verify(options);
  if (record) {
    await db.rpc("record_verification", {
      p_org_id: options.orgId ?? null,
      p_report: asJson(report),
    });
  }
  const repairs = fix
    ? await requestRepairs(db, report.findings.filter((each) => matches(each, only)), requestId)
    : undefined;
  log.info("verified", {
    org_id: options.orgId,
    outcome: report.ok ? "ok" : "errors",
    errors: report.summary.errors,
    warnings: report.summary.warnings,
    ms: Math.round(performance.now() - startedAt),
  });
  return { ...report, ...(repairs !== undefined && { repairs }) };
}

function matches(finding: Finding, { code, agentId, tool, phoneNumberId }: Only): boolean {
  return (code === undefined || finding.code === code) &&
    (agentId === undefined || finding.agentId === agentId) &&
    (tool === undefined || finding.tool === tool) &&
    (phoneNumberId === undefined || finding.phoneNumberId === phoneNumberId);
}

async function requestRepairs(
  db: VerifyConfigDeps["db"],
  findings: readonly Finding[],
  requestId: string,
): Promise<z.infer<typeof requestedSchema>> {
  const requested = await db.rpc("request_repairs", {
    p_repairs: repairsFor(findings).map((repair) => ({ ...repair })),
    p_request_id: requestId,
  });
  return requestedSchema.parse(requested);
}

/** A finding as it is stored, with its repair, for whoever reads it later. */
function asJson({ ok, summary, findings }: VerifyReport): JsonObject {
  return {
    ok,
    summary: { ...summary },
    findings: findings.map((each) => ({ ...each, fix: FINDINGS[each.code].fix })),
  };
}
