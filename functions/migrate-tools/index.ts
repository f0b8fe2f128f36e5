import { createDb } from "../../shared/db.ts";
import { readEnv } from "../../shared/env/env.ts";
import { createLogger } from "../../shared/log.ts";
import { syncDeps } from "../../shared/assistants/from_env.ts";
import { migrateTools } from "./handler.ts";

const startedAt = Date.now();
const env = readEnv();
const log = createLogger("migrate-tools", { execution_id: env.executionId });
const db = createDb({ url: env.supabaseUrl, key: env.secretKey });
// Without a recorder: only dry runs talk to Vapi here, and they write nothing, measurements included.
const deps = await syncDeps(env, { db, log, startedAt });

export default migrateTools({ ...deps, env });
