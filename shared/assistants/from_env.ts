/** The sync engine's dependencies, made from the environment. */
import type { Db } from "../db.ts";
import type { Env } from "../env/env.ts";
import { createLimiter } from "../limiter.ts";
import type { Log } from "../log.ts";
import { contextual } from "../log_context.ts";
import type { Recorder } from "../metrics/recorder.ts";
import { recordVapiRequests } from "../metrics/vapi_requests.ts";
import { sleep } from "../retry.ts";
import { catalogue } from "../tools/catalogue.ts";
import { createVapi } from "../vapi/client.ts";
import { prepareCatalogue } from "./catalogue.ts";
import { jobsAtOnce } from "./concurrency.ts";
import type { SyncDeps } from "./deps.ts";

/** Path of the function that gets the events of a call. */
const WEBHOOK_SLUG = "vapi-webhook";

export interface SyncPorts {
  db: Db;
  log: Log;
  /** When this isolate loaded its code, in milliseconds of its clock. */
  startedAt: number;
  /** Measures the requests to Vapi; whoever made it has it flushed. */
  recorder?: Recorder;
}

export async function syncDeps(
  env: Env,
  { db, log: base, startedAt, recorder }: SyncPorts,
): Promise<SyncDeps> {
  const log = contextual(base);
  const limits = { maxConcurrency: env.vapiMaxConcurrency, minIntervalMs: env.vapiMinIntervalMs };
  const limiter = createLimiter(limits);
  return {
    db,
    log,
    sleep,
    now: Date.now,
    uptimeSeconds: () => (Date.now() - startedAt) / 1000,
    strategy: env.toolUpdateStrategy,
    concurrency: jobsAtOnce(limits),
    vapi: createVapi({
      baseUrl: env.vapiBaseUrl,
      key: env.vapiPrivateKey,
      log,
      limiter,
      sleep,
      ...(recorder !== undefined && { onRequest: recordVapiRequests(recorder) }),
    }),
    webhook: { url: `${env.backendUrl}/${WEBHOOK_SLUG}`, secret: env.vapiWebhookSecret },
    catalogue: await prepareCatalogue(catalogue, {
      backendUrl: env.backendUrl,
      webhookSecret: env.vapiWebhookSecret,
      ...(env.vapiCredentialId !== undefined && { credentialId: env.vapiCredentialId }),
    }),
  };
}
