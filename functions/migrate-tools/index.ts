import { createDb } from "../../shared/db.ts";
import { readEnv } from "../../shared/env.ts";
import { createLogger } from "../../shared/log.ts";
import { createRecorder, flushAfter } from "../../shared/metrics/recorder.ts";
import { syncDeps } from "../../shared/sync/from_env.ts";
import { handle } from "./handler.ts";

const startedAt = Date.now();
const env = readEnv();
const log = createLogger("migrate-tools", { execution_id: env.executionId });
const db = createDb({ url: env.supabaseUrl, key: env.secretKey });
const recorder = createRecorder({ db, log });
const deps = await syncDeps(env, { db, log, startedAt, recorder });

export default {
  fetch: flushAfter(recorder, (request: Request) => handle(request, { ...deps, env })),
};
