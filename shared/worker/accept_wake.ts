/**
 * The request that wakes a worker, from pg_net, pg_cron or an earlier worker, with a secret key. It is answered 202 at
 * once, so that a slow service never holds up pg_net's batch; the queue is drained in the background.
 */
import { inBackground } from "../http/background.ts";
import type { SupabaseEnv } from "../env/env.ts";
import { toErrorResponse } from "../http/errors.ts";
import { json, requireMethod } from "../http/bodies.ts";
import type { Log } from "../log.ts";
import { logRefusal } from "../http/log_refusal.ts";
import { requireSecretKey } from "../http/service_auth.ts";
import type { SingleFlight } from "./single_flight.ts";

export interface WakeDeps {
  env: Pick<SupabaseEnv, "secretKeys">;
  worker: SingleFlight;
  log: Log;
}

export async function acceptWake(
  request: Request,
  { env, worker, log }: WakeDeps,
): Promise<Response> {
  try {
    requireMethod(request, "POST");
    await requireSecretKey(request, env);
    inBackground(worker.request().catch((error) => log.error("drain_failed", { error })));
    return json({ success: true, accepted: true }, { status: 202 });
  } catch (error) {
    logRefusal(log, "wake_refused", error);
    return toErrorResponse(error);
  }
}
