import { createDb } from "../../shared/db.ts";
import { readEnv } from "../../shared/env/env.ts";
import { createLogger } from "../../shared/log.ts";
import { sleep } from "../../shared/retry.ts";
import { serveWorker } from "../../shared/http/serve.ts";
import { outboxDeps } from "./from_env.ts";
import { createOutboxWorker } from "./worker.ts";

/** Requests to the services at one time. */
const CONCURRENCY = 10;

const env = readEnv({ need: ["supabase"] });
const log = createLogger("outbox", { execution_id: env.executionId });
const db = createDb({ url: env.supabaseUrl, key: env.secretKey });
const ports = { db, log, sleep, now: Date.now, concurrency: CONCURRENCY };
const worker = createOutboxWorker(ports, outboxDeps(env));
for (const problem of env.integrationProblems) log.warn("integration_not_configured", { problem });

export default serveWorker({ env, worker, log });
