import { createDb } from "../../shared/db.ts";
import { readEnv } from "../../shared/env/env.ts";
import { createLogger } from "../../shared/log.ts";
import { serveWorker } from "../../shared/http/serve.ts";
import { createRecorder, flushAfter } from "../../shared/metrics/recorder.ts";

const startedAt = Date.now();
const env = readEnv();
const log = createLogger("tool-sync", { execution_id: env.executionId });
const db = createDb({ url: env.supabaseUrl, key: env.secretKey });
const recorder = createRecorder({ db, log });

/** The engine is loaded and the tools are prepared while the first request is read, so that it waits for neither. */
async function createWorker() {
  const [{ syncDeps }, { createSyncWorker }] = await Promise.all([
    import("../../shared/assistants/from_env.ts"),
    import("./worker.ts"),
  ]);
  const { request } = createSyncWorker(await syncDeps(env, { db, log, startedAt, recorder }));
  return { request: flushAfter(recorder, request) };
}

export default serveWorker({ env, worker: createWorker(), log });
