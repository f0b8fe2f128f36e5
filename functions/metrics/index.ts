import { createDb } from "../../shared/db.ts";
import { readEnv } from "../../shared/env/env.ts";
import { createLogger } from "../../shared/log.ts";
import { wakeIdle } from "./wake_idle.ts";
import { type MetricsDeps, serveMetrics } from "./handler.ts";

const env = readEnv({ need: ["supabase", "metrics"] });
const log = createLogger("metrics", { execution_id: env.executionId });
const db = createDb({ url: env.supabaseUrl, key: env.secretKey });
const deps: MetricsDeps = {
  env,
  db,
  log,
  wakeIdle: (metrics) =>
    wakeIdle(metrics, {
      functionsUrl: `${env.supabaseUrl}/functions/v1`,
      secretKey: env.secretKey,
    }),
};

export default serveMetrics(deps);
