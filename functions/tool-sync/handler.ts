/**
 * tool-sync: registers the catalogue's tools at Vapi and brings agents' assistants in step.
 *
 * Called by pg_net and pg_cron with a secret key. It answers 202 at once, so that a slow Vapi never holds up pg_net's
 * batch, and drains the queue in the background.
 */
import { inBackground } from "../../shared/background.ts";
import { toErrorResponse } from "../../shared/errors.ts";
import type { SupabaseEnv } from "../../shared/env.ts";
import { json, requireMethod } from "../../shared/http.ts";
import type { Log } from "../../shared/log.ts";
import { requireSecretKey } from "../../shared/service_auth.ts";
import type { SingleFlight } from "../../shared/single_flight.ts";

export interface ToolSyncDeps {
  env: Pick<SupabaseEnv, "secretKeys">;
  worker: SingleFlight;
  log: Log;
}

export async function handle(
  request: Request,
  { env, worker, log }: ToolSyncDeps,
): Promise<Response> {
  try {
    requireMethod(request, "POST");
    await requireSecretKey(request, env);
    inBackground(worker.request().catch((error) => log.error("drain_failed", { error })));
    return json({ success: true, accepted: true }, { status: 202 });
  } catch (error) {
    return toErrorResponse(error);
  }
}
