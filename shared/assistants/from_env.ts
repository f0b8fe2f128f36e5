/** The sync engine's dependencies, made from the environment. */
import type { Db } from "../db.ts";
import type { Env } from "../env/env.ts";
import { createLimiter, type LaneName } from "../limiter.ts";
import type { Log } from "../log.ts";
import { contextual } from "../log_context.ts";
import { type Recorder, recordVapiRequests } from "../metrics/recorder.ts";
import { sleep } from "../retry.ts";
import { catalogue } from "../tools/catalogue.ts";
import { createVapi } from "../vapi/client.ts";
import { JOB_TIMEOUT_MS } from "../worker/job.ts";
import { prepareCatalogue, type SyncDeps } from "./catalogue.ts";

/** Path of the function that receives the events of a call. */
const WEBHOOK_SLUG = "vapi-webhook";

export interface SyncPorts {
  db: Db;
  log: Log;
  /** When this isolate loaded its code, in milliseconds of its clock. */
  startedAt: number;
  /** Measures the requests to Vapi and records what attempts at jobs did. Whoever creates it has to have it flushed. */
  recorder?: Recorder;
}

export async function syncDeps(
  env: Env,
  { db, log: base, startedAt, recorder }: SyncPorts,
): Promise<SyncDeps> {
  const log = contextual(base);
  const limits = { maxConcurrency: env.vapiMaxConcurrency, minIntervalMs: env.vapiMinIntervalMs };
  const vapi = {
    baseUrl: env.vapiBaseUrl,
    key: env.vapiPrivateKey,
    log,
    limiter: createLimiter(limits),
    sleep,
    ...(recorder !== undefined && { onRequest: recordVapiRequests(recorder) }),
  };
  return {
    db,
    ...(recorder !== undefined && { recorder }),
    log,
    sleep,
    now: Date.now,
    uptimeSeconds: () => (Date.now() - startedAt) / 1000,
    strategy: env.toolUpdateStrategy,
    atOnce: { urgent: jobsAtOnce("urgent", limits), bulk: jobsAtOnce("bulk", limits) },
    vapi: createVapi(vapi),
    bulkVapi: createVapi({ ...vapi, lane: "bulk" }),
    webhook: {
      url: `${env.backendUrl}/${WEBHOOK_SLUG}`,
      secret: env.vapiWebhookSecret,
      ...(env.vapiCredentialId !== undefined && { credentialId: env.vapiCredentialId }),
    },
    catalogue: await prepareCatalogue(catalogue, {
      backendUrl: env.backendUrl,
      webhookSecret: env.vapiWebhookSecret,
      ...(env.vapiCredentialId !== undefined && { credentialId: env.vapiCredentialId }),
    }),
  };
}

/**
 * Jobs per simultaneous request to Vapi: while a job writes to the database, it makes no request. More of those that nobody is
 * waiting for, so that some are left during the next claim.
 */
const JOBS_PER_REQUEST: Readonly<Record<LaneName, number>> = { urgent: 2, bulk: 3 };

/** How many requests a job usually makes to Vapi, and how many lanes share the limit on them. */
const REQUESTS_PER_JOB = 3;
const LANES = 2;

/** Jobs of a lane that run at the same time. If requests are spaced out, only as many as can all finish within their time. */
export function jobsAtOnce(
  lane: LaneName,
  { maxConcurrency, minIntervalMs }: { maxConcurrency: number; minIntervalMs: number },
): number {
  const wanted = JOBS_PER_REQUEST[lane] * maxConcurrency;
  if (minIntervalMs === 0) return wanted;
  const possible = Math.floor(JOB_TIMEOUT_MS / (minIntervalMs * REQUESTS_PER_JOB * LANES));
  return Math.max(1, Math.min(wanted, possible));
}
