/** Waits for the sync of a saved agent, for a caller who prefers to wait. */
import { z } from "zod";
import type { Db } from "../../shared/db.ts";
import type { Log } from "../../shared/log.ts";
import type { Sleep } from "../../shared/retry.ts";

/**
 * The longest wait that is granted to the `wait` preference of RFC 7240, in seconds: well within the platform's request limit.
 */
const MAX_WAIT_SECONDS = 30;

/** Seconds that the caller prefers to wait for the result; 0 without the preference, or if it is not a number. */
export function preferredWait(headers: Headers): number {
  const preferences = (headers.get("prefer") ?? "").split(",").map((each) =>
    each.trim().toLowerCase()
  );
  for (const preference of preferences) {
    const match = /^wait\s*=\s*"?(\d+)"?\s*(;|$)/.exec(preference);
    if (match !== null) return Math.min(Number(match[1]), MAX_WAIT_SECONDS);
  }
  return 0;
}

/**
 * Pause between two looks: most syncs are done within the first, and thousands of waiting callers must not keep the database
 * busy.
 */
const SHORTEST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 2_000;

/** What Vapi refused, although the rest is in step. */
export const rejectedSettingsSchema = z.array(z.object({ path: z.string(), reason: z.string() }));

const statusSchema = z.object({
  syncState: z.enum(["pending", "syncing", "synced", "failed"]),
  assistantId: z.string().nullable(),
  lastError: z.object({ code: z.string(), message: z.string() }).nullable(),
  rejectedSettings: rejectedSettingsSchema,
});
export type SyncStatus = z.infer<typeof statusSchema>;

export interface WaitDeps {
  db: Db;
  log: Log;
  /** Milliseconds; only differences count. */
  now: () => number;
  sleep: Sleep;
}

/** Looks until the sync has ended or the time is over. The agent is already saved, so a failure here is not an error. */
export async function waitForSync(
  { db, log, now, sleep }: WaitDeps,
  agentId: string,
  seconds: number,
): Promise<SyncStatus | null> {
  const until = now() + seconds * 1000;
  let pause = SHORTEST_PAUSE_MS;
  let status: SyncStatus | null = null;
  try {
    for (let left = until - now(); left >= SHORTEST_PAUSE_MS; left = until - now()) {
      await sleep(Math.min(pause, left));
      pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS);
      status = statusSchema.parse(await db.rpc("sync_status", { p_agent_id: agentId }));
      if (status.syncState === "synced" || status.syncState === "failed") break;
    }
  } catch (error) {
    log.warn("sync_status_unavailable", { agent_id: agentId, error });
  }
  return status;
}
