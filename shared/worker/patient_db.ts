/**
 * The database as a worker sees it: where it is away for a moment, a call is repeated until it is back. Without that, a restart of one
 * second would cost every job under way its whole lease.
 *
 * A call whose answer was lost may have had its effect, so only what is safe to repeat goes through this port: rpcs that are fenced by a
 * lease or a claim token, and those that say how something is, not how it changes.
 */
import type { Db } from "../db.ts";
import { AppError } from "../http/errors.ts";
import type { Log } from "../log.ts";
import { retry, RetryError, type Sleep } from "../retry.ts";

/** For all attempts and waits of one call. */
const PATIENCE_MS = 20_000;
const DELAYS_MS = [250, 500, 1_000, ...Array.from({ length: 20 }, () => 2_000)];

export interface PatientDbOptions {
  log: Log;
  sleep: Sleep;
  now: () => number;
}

export function patientDb(db: Db, { log, sleep, now }: PatientDbOptions): Db {
  let isAway = false;

  /** What asked for work meanwhile was not heard: pg_net's requests are lost with a crash, and the sweep comes every ten seconds only. */
  async function welcomeBack(): Promise<void> {
    isAway = false;
    log.info("database_returned");
    await db.rpc("wake_due_queues", {}).catch((error) => log.warn("queues_not_woken", { error }));
  }

  return {
    async rpc(fn, args, options = {}) {
      const { signal } = options;
      try {
        const answer = await retry(() => db.rpc(fn, args, options), {
          shouldRetry: isUnavailable,
          delaysMs: DELAYS_MS,
          budgetMs: PATIENCE_MS,
          sleep: async (ms, aborted) => {
            if (!isAway) log.warn("database_away", { rpc: fn });
            isAway = true;
            await sleep(ms, aborted);
          },
          now,
          ...(signal !== undefined && { signal }),
        });
        if (isAway) await welcomeBack();
        return answer;
      } catch (error) {
        throw error instanceof RetryError ? error.cause : error;
      }
    },
  };
}

function isUnavailable(error: unknown): boolean {
  return error instanceof AppError && error.code === "database_unavailable";
}
