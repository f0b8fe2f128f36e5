import { createDb } from "../../shared/db.ts";
import { readEnv } from "../../shared/env/env.ts";
import { createLogger } from "../../shared/log.ts";
import { createRecorder, flushAfter } from "../../shared/metrics/recorder.ts";
import { syncDeps } from "../../shared/assistants/from_env.ts";
import { listNumbers } from "./check_numbers.ts";
import { verify, type VerifyOptions } from "./verify.ts";
import { verifyConfig } from "./handler.ts";

const env = readEnv();
const log = createLogger("verify-config", { execution_id: env.executionId });
const db = createDb({ url: env.supabaseUrl, key: env.secretKey });
const recorder = createRecorder({ db, log });
const sync = syncDeps(env, { db, log, startedAt: Date.now(), recorder });
const deps = {
  env,
  db,
  log,
  numbers: flushAfter(recorder, async () => listNumbers(await sync)),
  verify: flushAfter(recorder, async (options: VerifyOptions) => verify(await sync, options)),
};

export default verifyConfig(deps);
