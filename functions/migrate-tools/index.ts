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
  // Only a dry run needs the sync engine: starting a run or asking about its progress does not wait for it to load.
  async dryRun(parameters, signal) {
    const [{ dryRun }, { syncDeps }] = await Promise.all([
      import("./dry_run.ts"),
      import("../../shared/assistants/from_env.ts"),
    ]);
    // Without a recorder, because a dry run writes nothing, not even measurements.
    return await dryRun(await syncDeps(env, { db, log, startedAt }), parameters, signal);
  },
});
