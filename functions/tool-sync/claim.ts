/** Leases of jobs: taking them, and giving back what there is no time for. */
import type { SyncDeps } from "../../shared/assistants/deps.ts";
import { type Claim, claimSchema, type SyncJob } from "../../shared/assistants/task.ts";

export interface ClaimOptions {
  limit: number;
  leaseSeconds: number;
  /** Asks for bulk work, in the name of this worker; left out for what somebody waits for. */
  bulkWorker?: string;
}

export async function claimJobs(
  { db }: Pick<SyncDeps, "db">,
  { limit, leaseSeconds, bulkWorker }: ClaimOptions,
): Promise<Claim> {
  return claimSchema.parse(
    await db.rpc("claim_sync_jobs", {
      p_limit: limit,
      p_lease_seconds: leaseSeconds,
      p_bulk_worker: bulkWorker ?? null,
    }),
  );
}

/** Never throws: a job that can't be given back comes back when its lease ends. */
export async function releaseJobs(
  { db, log }: Pick<SyncDeps, "db" | "log">,
  tasks: readonly SyncJob[],
): Promise<void> {
  if (tasks.length === 0) return;
  try {
    await db.rpc("release_jobs", {
      p_leases: tasks.map(({ id, leaseToken }) => ({ jobId: id, leaseToken })),
    });
  } catch (error) {
    log.warn("jobs_not_released", { jobs: tasks.length, error });
  }
}
