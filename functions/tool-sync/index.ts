import { createDb } from "../../shared/db.ts";
import { readEnv } from "../../shared/env/env.ts";
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
// The tools are prepared while the first request is read; nobody waits for that to be answered.
const worker = syncDeps(env, { db, log, startedAt, recorder }).then((deps) => ({
  request: flushAfter(recorder, createSyncWorker(deps).request),
}));

export default serveWorker({ env, worker, log });
