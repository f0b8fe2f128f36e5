/** A claimed job: what it carries, what proves that it is ours, how long it may take, and what its failure means. */
import { z } from "zod";
import type { JsonObject } from "../json.ts";
import type { LogFields } from "../log.ts";

/**
 * How long a worker's parts last. Its isolate lives for 150 s at least: it starts jobs for at most 50 s, a job may take 60 s, its
 * end may have to wait 20 s for the database (see patientDb), and the rest is margin. A lease outlives all of it, so a job that is
 * taken over was really given up.
 */
export const CLAIM_FOR_MS = 50_000;
export const JOB_TIMEOUT_MS = 60_000;
export const LEASE_SECONDS = 180;

/** What every claimed job carries, whatever its queue. */
export const jobSchema = z.object({
  id: z.guid(),
  /** Proves that this worker still holds the job. */
  leaseToken: z.guid(),
  kind: z.string(),
  /** Attempts begun, this one included. */
  attempts: z.int(),
  orgId: z.guid().nullable(),
  requestId: z.string().nullable(),
});
export type Job = z.infer<typeof jobSchema>;

/** Arguments of an rpc that prove the lease. */
export function lease(job: Pick<Job, "id" | "leaseToken">): {
  p_job_id: string;
  p_lease_token: string;
} {
  return { p_job_id: job.id, p_lease_token: job.leaseToken };
}

/** What a log line says about its job. */
export function jobFields({ id, attempts, orgId, requestId }: Job): LogFields {
  return {
    job_id: id,
    attempt: attempts,
    ...(orgId !== null && { org_id: orgId }),
    ...(requestId !== null && { request_id: requestId }),
  };
}

/** What a failed attempt means for its job. */
export interface Failure {
  /** Kept with the job and shown to people: {code, message, status?}. */
  error: JsonObject;
  /** True if no repetition can help: the job is dead at once. */
  permanent: boolean;
  /** How long to wait; null leaves it to the queue's backoff. */
  retryAfterSeconds: number | null;
}

/**
 * Runs work under a signal that aborts, with a TimeoutError, after so many milliseconds. Unlike `AbortSignal.timeout`, it leaves no
 * timer behind: a worker that does a hundred jobs a second would keep thousands of them.
 */
export async function withTimeout<T>(
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  const timer = setTimeout(
    () => limit.abort(new DOMException(`Not done after ${ms} ms`, "TimeoutError")),
    ms,
  );
  try {
    return await work(limit.signal);
  } finally {
    clearTimeout(timer);
  }
}
