import { createDb } from "../../shared/db.ts";
import { readEnv } from "../../shared/env/env.ts";
import { createLogger } from "../../shared/log.ts";
import { sleep } from "../../shared/retry.ts";
import { serveWorker } from "../../shared/http/serve.ts";

const env = readEnv({ need: ["supabase"] });
const log = createLogger("outbox", { execution_id: env.executionId });
const db = createDb({ url: env.supabaseUrl, key: env.secretKey });
for (const problem of env.integrationProblems) log.warn("integration_not_configured", { problem });

/** Loaded while the first request is read, so that the request that wakes the worker does not wait for it. */
async function createWorker() {
  const [{ outboxDeps }, { createOutboxWorker }] = await Promise.all([
    import("./from_env.ts"),
    import("./worker.ts"),
  ]);
  const ports = { db, log, sleep, now: Date.now };
  return createOutboxWorker(ports, outboxDeps(env));
}

export default serveWorker({ env, worker: createWorker(), log });
