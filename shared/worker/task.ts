import { z } from "zod";

/** What every claimed job carries, whatever its queue. */
export const queueJobSchema = z.object({
  id: z.guid(),
  /** Proves that this worker still holds the job. */
  leaseToken: z.guid(),
  kind: z.string(),
  /** Attempts begun, this one included. */
  attempts: z.int(),
  orgId: z.guid().nullable(),
  requestId: z.string().nullable(),
});
export type QueueJob = z.infer<typeof queueJobSchema>;

/** Arguments of an rpc that prove the lease. */
export function lease(task: Pick<QueueJob, "id" | "leaseToken">): {
  p_job_id: string;
  p_lease_token: string;
} {
  return { p_job_id: task.id, p_lease_token: task.leaseToken };
}
