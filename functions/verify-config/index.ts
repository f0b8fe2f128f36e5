import { createDb } from "../../shared/db.ts";
import { readEnv } from "../../shared/env/env.ts";
import { lazy } from "../../shared/lazy.ts";
import { createLogger } from "../../shared/log.ts";
import { createRecorder, flushAfter } from "../../shared/metrics/recorder.ts";
import { verifyConfig } from "./handler.ts";
import type { VerifyOptions } from "./verify.ts";

const startedAt = Date.now();
const env = readEnv();
const log = createLogger("verify-config", { execution_id: env.executionId });
const db = createDb({ url: env.supabaseUrl, key: env.secretKey });
const recorder = createRecorder({ db, log });

/** Only a look at Vapi needs the sync engine: asking about the progress of repairs does not wait for it to load. */
const sync = lazy(async () => {
  const { syncDeps } = await import("../../shared/assistants/from_env.ts");
  return await syncDeps(env, { db, log, startedAt, recorder });
});

export default verifyConfig({
  env,
  db,
  log,
  numbers: flushAfter(recorder, async () => {
    const [{ listNumbers }, deps] = await Promise.all([import("./check_numbers.ts"), sync()]);
    return await listNumbers(deps);
  }),
  verify: flushAfter(recorder, async (options: VerifyOptions) => {
    const [{ verify }, deps] = await Promise.all([import("./verify.ts"), sync()]);
    return await verify(deps, options);
  }),
});
