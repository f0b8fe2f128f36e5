import { createDb } from "../../shared/db.ts";
import { readEnv } from "../../shared/env.ts";
import { createLogger } from "../../shared/log.ts";
import { syncDeps } from "../../shared/sync/from_env.ts";
import { handle } from "./handler.ts";

const env = readEnv();
const log = createLogger("verify-config", { execution_id: env.executionId });
const db = createDb({ url: env.supabaseUrl, key: env.secretKey });
const deps = { env, db, sync: syncDeps(env, { db, log, startedAt: Date.now() }) };

export default { fetch: (request: Request) => handle(request, deps) };
