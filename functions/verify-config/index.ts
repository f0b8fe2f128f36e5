import { createDb } from "../../shared/db.ts";
import { readEnv } from "../../shared/env.ts";
import { createLogger } from "../../shared/log.ts";
import { createRecorder, flushAfter } from "../../shared/metrics/recorder.ts";
import { syncDeps } from "../../shared/sync/from_env.ts";
import { handle } from "./handler.ts";

const env = readEnv();
const log = createLogger("verify-config", { execution_id: env.executionId });
const db = createDb({ url: env.supabaseUrl, key: env.secretKey });
const recorder = createRecorder({ db, log });
const deps = { env, db, log, sync: syncDeps(env, { db, log, startedAt: Date.now(), recorder }) };

export default { fetch: flushAfter(recorder, (request: Request) => handle(request, deps)) };
