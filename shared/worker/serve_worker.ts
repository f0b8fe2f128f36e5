/**
 * The function of a worker: pg_net, pg_cron or an earlier worker wakes it, with a secret key. It answers 202 at once, so that a
 * slow service never holds up pg_net's batch; the queue is drained in the background.
 */
import type { SupabaseEnv } from "../env/env.ts";
import { inBackground } from "../http/background.ts";
import { serve, type Served } from "../http/serve.ts";
import { secret } from "../http/service_auth.ts";
import type { Log } from "../log.ts";
import type { SingleFlight } from "./wake.ts";

export interface WorkerFunction {
  env: Pick<SupabaseEnv, "secretKeys">;
  worker: SingleFlight;
  log: Log;
}

export function serveWorker({ env, worker, log }: WorkerFunction): Served {
  return serve({ auth: secret(env), log, refusal: "wake_refused" }, ({ log }) => {
    inBackground(worker.request().catch((error) => log.error("drain_failed", { error })));
    return Promise.resolve(Response.json({ success: true, accepted: true }, { status: 202 }));
  });
}
