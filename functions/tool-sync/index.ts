import { createDb } from "../../shared/db.ts";
import { readEnv } from "../../shared/env/env.ts";
import { lazy } from "../../shared/lazy.ts";
import { createLogger } from "../../shared/log.ts";
import { serveWorker } from "../../shared/http/serve.ts";
import { createRecorder, flushAfter } from "../../shared/metrics/recorder.ts";
import { syncDeps } from "../../shared/assistants/from_env.ts";
import { createSyncWorker } from "./worker.ts";

const startedAt = Date.now();
const env = readEnv();
const log = createLogger("tool-sync", { execution_id: env.executionId });
const db = createDb({ url: env.supabaseUrl, key: env.secretKey });
const recorder = createRecorder({ db, log });
// Whoever wakes it is answered before the tools are prepared.
const sync = lazy(async () =>
  createSyncWorker(await syncDeps(env, { db, log, startedAt, recorder }))
);
const worker = { request: flushAfter(recorder, async () => (await sync()).request()) };

export default serveWorker({ env, worker, log });
