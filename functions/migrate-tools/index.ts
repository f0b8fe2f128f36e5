import { createDb } from "../../shared/db.ts";
import { readEnv } from "../../shared/env/env.ts";
import { createLogger } from "../../shared/log.ts";
import { migrateTools } from "./handler.ts";

const startedAt = Date.now();
const env = readEnv();
const log = createLogger("migrate-tools", { execution_id: env.executionId });
const db = createDb({ url: env.supabaseUrl, key: env.secretKey });

export default migrateTools({
  env,
  db,
  log,
  // Only this needs the sync engine: who starts a run, or asks how far it is, doesn't wait until that is loaded.
  async dryRun(parameters, signal) {
    const [{ dryRun }, { syncDeps }] = await Promise.all([
      import("./dry_run.ts"),
      import("../../shared/assistants/from_env.ts"),
    ]);
    // Without a recorder: it writes nothing, measurements included.
    return await dryRun(await syncDeps(env, { db, log, startedAt }), parameters, signal);
  },
});
