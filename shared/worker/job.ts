/** A claimed job: what it carries, the proof that it is ours, how long it may take, what its failure means, and giving it back. */
import { z } from "zod";
import type { Db } from "../db.ts";
import type { JsonObject } from "../json.ts";
import type { Log, LogFields } from "../log.ts";
import type { TracedRequest } from "../log_context.ts";
import type { Recorder } from "../metrics/recorder.ts";

/**
 * How long the phases of a worker last. Its isolate lives for at least 150 s: it starts jobs for at most 50 s, a job may take 60 s, ending
 * it may have to wait 20 s for the database (see patientDb), and the rest is margin. A lease outlives all of it, so a job that is taken
 * over really was given up.
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
  /** Attempts begun, including this one. */
  attempts: z.int(),
  orgId: z.guid().nullable(),
  requestId: z.string().nullable(),
});
export type Job = z.infer<typeof jobSchema>;

/** The arguments that prove the lease to an rpc. */
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
  /** Stored with the job and shown to people: {code, message, status?}. */
  error: JsonObject;
  /** True if repeating cannot help: the job is dead at once. */
  permanent: boolean;
  /** How long to wait; null leaves it to the queue's backoff. */
  retryAfterSeconds: number | null;
}

/** How many requests of one attempt are recorded: more than a job usually makes. */
const TRACED = 50;

/** What preceded an attempt, for all jobs of a claim; times of this isolate's clock. */
export interface ClaimTrace {
  wokenAt: number;
  /** The moment that the database has as the job's start. */
  claimedAt: number;
  /** Requests made before any of the jobs was begun, such as for registering tools. */
  requests: TracedRequest[];
}

/** Shows people where the time of a job went. Times are milliseconds after the claim, because isolates' clocks differ. */
export function keepTrace(
  { recorder }: { recorder?: Pick<Recorder, "trace"> },
  { id, leaseToken }: Job,
  { wokenAt, claimedAt, requests }: ClaimTrace,
): void {
  if (requests.length === 0) return;
  recorder?.trace({
    jobId: id,
    leaseToken,
    trace: {
      woken: wokenAt - claimedAt,
      requests: requests.slice(0, TRACED).map(({ startedAt, ...request }) => ({
        ...request,
        at: startedAt - claimedAt,
      })),
    },
  });
}

interface Giving {
  db: Db;
  log: Log;
}

/** Never throws: a job that cannot be given back is due again when its lease ends. */
export async function giveBack(
  { db, log }: Giving,
  job: Job,
  failure: Failure,
  fields: LogFields,
): Promise<void> {
  try {
    const status = await db.rpc("fail_job", {
      ...lease(job),
      p_error: failure.error,
      p_permanent: failure.permanent,
      p_retry_after_seconds: failure.retryAfterSeconds,
    });
    log.error("job_failed", { ...fields, outcome: status });
  } catch (lost) {
    // The lease has passed on, or the database is away: the sweep brings the job back either way.
    log.error("job_lost", { ...fields, cause: lost });
  }
}

/** Gives back what was not begun. Never throws either. */
export async function release({ db, log }: Giving, jobs: readonly Job[]): Promise<void> {
  if (jobs.length === 0) return;
  try {
    await db.rpc("release_jobs", {
      p_leases: jobs.map(({ id, leaseToken }) => ({ jobId: id, leaseToken })),
    });
  } catch (error) {
    log.warn("jobs_not_released", { jobs: jobs.length, error });
  }
}

/**
 * Runs work under a signal that aborts, with a TimeoutError, after this many milliseconds. Unlike `AbortSignal.timeout`, it leaves no timer
 * behind: a worker that does a hundred jobs a second would keep thousands of them.
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
