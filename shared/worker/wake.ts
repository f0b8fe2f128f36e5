/** How a worker is woken, by pg_net, pg_cron or an earlier worker: one run at a time, and no wake-up that arrives meanwhile is lost. */
import type { SupabaseEnv } from "../env/env.ts";
import { inBackground, secret, serve, type Served } from "../http/serve.ts";
import type { Log } from "../log.ts";

export interface SingleFlight {
  /** Runs the work, or lets it run once more after the run under way. Resolves when nothing is asked for any more. */
  request(): Promise<void>;
}

/** Wakes come in bursts, one per save: a burst needs one run under way and one after it, not one each. */
export function singleFlight(work: () => Promise<void>): SingleFlight {
  let running: Promise<void> | null = null;
  let again = false;

  async function run(): Promise<void> {
    try {
      do {
        again = false;
        await work();
      } while (again);
    } finally {
      running = null;
    }
  }

  return {
    request() {
      again = running !== null;
      return running ??= run();
    },
  };
}

/** Tells whoever waits for it that something happened. */
export interface Nudge {
  /** Ends the waiting of everybody who waits now. */
  give(): void;
  /** Resolves at the next `give`. */
  next(): Promise<void>;
}

export function createNudge(): Nudge {
  let waiting = Promise.withResolvers<void>();
  return {
    give() {
      waiting.resolve();
      waiting = Promise.withResolvers();
    },
    next: () => waiting.promise,
  };
}

export interface WorkerFunction {
  env: Pick<SupabaseEnv, "secretKeys">;
  worker: SingleFlight;
  log: Log;
}

/**
 * The function of a worker. It answers 202 at once, so that a slow service never holds up pg_net's batch; the queue is drained in
 * the background.
 */
export function serveWorker({ env, worker, log }: WorkerFunction): Served {
  return serve({ auth: secret(env), log, refusal: "wake_refused" }, ({ log }) => {
    inBackground(worker.request().catch((error) => log.error("drain_failed", { error })));
    return Promise.resolve(Response.json({ success: true, accepted: true }, { status: 202 }));
  });
}
