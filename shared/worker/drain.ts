/** Drains a queue: claims due jobs, works on several at a time, and stops when nothing is due or its time is nearly up. */
import type { Db } from "../db.ts";
import type { Log, LogFields } from "../log.ts";
import { type SingleFlight, singleFlight } from "./single_flight.ts";
import type { Failure } from "./failure.ts";
import { CLAIM_FOR_MS, JOB_TIMEOUT_MS } from "./lifetime.ts";
import { createNudge, type Nudge } from "./nudge.ts";
import { lease, type QueueJob } from "./task.ts";
import { withTimeout } from "./with_timeout.ts";

/** Jobs per worker: keeps its processor time below the platform's 2 s per request. */
const MAX_JOBS = 400;
/** Few, so that several workers share what is due. */
const CLAIM_LIMIT = 40;

export interface DrainDeps {
  db: Db;
  log: Log;
  /** Milliseconds; only differences count. */
  now: () => number;
  /** Jobs worked on at one time. */
  concurrency: number;
}

/** What a queue's worker does with its jobs. `Context` is what the jobs of one claim share. */
export interface Queue<Task extends QueueJob, Context> {
  name: string;
  /** Field of the log that shows the HTTP status of a failure. */
  statusField: "vapi_status" | "upstream_status";
  /** Leases up to `limit` due jobs for LEASE_SECONDS. */
  claim(limit: number): Promise<{ tasks: Task[]; context: Context }>;
  /** Does the job and completes it, with the same rpc where both must happen or neither. Returns the outcome, for the log. */
  perform(task: Task, context: Context, options: PerformOptions): Promise<string>;
  /** What an error of `perform` means. */
  classify(error: unknown, task: Task): Failure;
}

export interface PerformOptions {
  /** With the job's ids in each line. */
  log: Log;
  /** Aborts when the job has had its time. */
  signal: AbortSignal;
}

export interface DrainReport {
  claimed: number;
  succeeded: number;
  failed: number;
  /** True if the worker stopped although something was still due. */
  handOver: boolean;
}

/** Drains once. `nudge` is given when new work was announced: it is begun beside what is under way. */
export async function drain<Task extends QueueJob, Context>(
  deps: DrainDeps,
  queue: Queue<Task, Context>,
  nudge: Nudge = createNudge(),
): Promise<DrainReport> {
  const startedAt = deps.now();
  const counts = { claimed: 0, succeeded: 0, failed: 0 };
  const running = new Set<Promise<void>>();
  const isOver = () => deps.now() - startedAt > CLAIM_FOR_MS || counts.claimed >= MAX_JOBS;

  try {
    while (!isOver()) {
      const announced = nudge.next();
      const before = running.size;
      const { tasks, context } = await queue.claim(CLAIM_LIMIT);
      if (tasks.length === 0) {
        // A job that ended meanwhile may have asked for another.
        if (before === 0) break;
        if (running.size === before) await Promise.race([...running, announced]);
      }
      for (const task of tasks) {
        while (running.size >= deps.concurrency) await Promise.race(running);
        if (isOver()) {
          await release(deps, task);
          continue;
        }
        counts.claimed++;
        const work = runJob(deps, queue, task, context).then((succeeded) => {
          counts[succeeded ? "succeeded" : "failed"]++;
        }).finally(() => running.delete(work));
        running.add(work);
      }
    }
  } finally {
    // Also where a claim failed: an isolate without anything to wait for may be ended.
    await Promise.all(running);
  }
  return { ...counts, handOver: isOver() };
}

/** Creates an isolate's worker. `request` resolves when nothing is due any more, or a successor has been called. */
export function createQueueWorker<Task extends QueueJob, Context>(
  deps: DrainDeps,
  queue: Queue<Task, Context>,
): SingleFlight {
  const nudge = createNudge();
  const worker = singleFlight(async () => {
    const report = await drain(deps, queue, nudge);
    if (report.claimed > 0) deps.log.info("drained", { ...report });
    if (report.handOver) await deps.db.rpc("wake_worker", { p_queue: queue.name });
  });
  return {
    request() {
      nudge.give();
      return worker.request();
    },
  };
}

/** Never throws: one job's failure is no other job's. */
async function runJob<Task extends QueueJob, Context>(
  deps: DrainDeps,
  queue: Queue<Task, Context>,
  task: Task,
  context: Context,
): Promise<boolean> {
  const log = deps.log.with({
    job_id: task.id,
    attempt: task.attempts,
    ...(task.orgId && { org_id: task.orgId }),
    ...(task.requestId && { request_id: task.requestId }),
  });
  const startedAt = deps.now();
  try {
    const outcome = await withTimeout(
      JOB_TIMEOUT_MS,
      (signal) => queue.perform(task, context, { log, signal }),
    );
    log.info("job_succeeded", { kind: task.kind, outcome, ms: deps.now() - startedAt });
    return true;
  } catch (error) {
    const failure = queue.classify(error, task);
    const fields = {
      kind: task.kind,
      ms: deps.now() - startedAt,
      [queue.statusField]: failure.error["status"],
      error,
    };
    await giveBack(deps.db, log, { task, failure, fields });
    return false;
  }
}

async function release(deps: DrainDeps, task: QueueJob): Promise<void> {
  try {
    await deps.db.rpc("release_job", lease(task));
  } catch (error) {
    deps.log.warn("job_not_released", { job_id: task.id, error });
  }
}

interface FailedAttempt {
  task: QueueJob;
  failure: Failure;
  /** For the log. */
  fields: LogFields;
}

async function giveBack(db: Db, log: Log, { task, failure, fields }: FailedAttempt): Promise<void> {
  try {
    const status = await db.rpc("fail_job", {
      ...lease(task),
      p_error: failure.error,
      p_permanent: failure.permanent,
      p_retry_after_seconds: failure.retryAfterSeconds,
    });
    log.error("job_failed", { ...fields, outcome: status });
  } catch (lost) {
    // The lease passed on, or the database is away: the sweep brings the job back either way.
    log.error("job_lost", { ...fields, cause: lost });
  }
}
