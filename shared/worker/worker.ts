/**
 * A queue's worker: claims due jobs, runs several at a time, and stops when nothing is due or its time is nearly up.
 *
 * It has two lanes, because ten thousand jobs of bulk work must not hold up the one that somebody is waiting for.
 */
import type { Db } from "../db.ts";
import type { Log, LogFields } from "../log.ts";
import { type TracedRequest, tracing, withLogFields } from "../log_context.ts";
import type { Recorder } from "../metrics/recorder.ts";
import {
  CLAIM_FOR_MS,
  type ClaimTrace,
  type Failure,
  giveBack,
  type Job,
  JOB_TIMEOUT_MS,
  keepTrace,
  release,
  withTimeout,
} from "./job.ts";
import {
  createNudge,
  type LaneName,
  type Nudge,
  type SingleFlight,
  singleFlight,
} from "../limiter.ts";

/** Processor time for the jobs of a lane: the platform allows 2 s per request. */
const BUDGET_MS = 1_200;

export interface WorkerDeps {
  db: Db;
  log: Log;
  /** Milliseconds; only differences count. */
  now: () => number;
  /** Records what attempts at jobs did. */
  recorder?: Pick<Recorder, "trace">;
}

export interface Lane {
  /** Jobs per claim: few if somebody is waiting, so that several workers share them; many if one statement can settle many. */
  claims: number;
  /** Jobs that run at the same time. */
  runs: number;
}

/** What a queue's worker does with its jobs. `Batch` is what the jobs of one claim share. */
export interface Queue<J extends Job, Batch> {
  name: string;
  /** Field of the log that shows the HTTP status of a failure. */
  statusField: "vapi_status" | "upstream_status";
  lanes: Readonly<Partial<Record<LaneName, Lane>>>;
  /** Processor time of a job in milliseconds, as measured. */
  costMs: number;
  /** Called when a lane begins to drain: returns the function that claims for it. */
  claims(lane: LaneName, workerId: string): (options: ClaimOptions) => Promise<Claimed<J, Batch>>;
  /** Ends, all together, the jobs that need no work of their own. Without it, every job is performed. */
  settle?(jobs: readonly J[], batch: Batch): Promise<Settling<J>>;
  /** Does the job and completes it, with the same rpc if both must happen or neither. Returns the outcome, for the log. */
  perform(job: J, batch: Batch, signal: AbortSignal): Promise<string>;
  /** What an error means. */
  classify(error: unknown, job: J): Failure;
  /** What the job's log lines say about it. */
  fields(job: J): LogFields;
}

export interface ClaimOptions {
  limit: number;
  /** The lease of all jobs in the claim. A claim repeated with the same lease returns the same jobs. */
  leaseToken: string;
  /** True if none of the lane's jobs is running. */
  isIdle: boolean;
}

export interface Claimed<J extends Job, Batch> {
  jobs: J[];
  batch: Batch;
  /** When the database answered, if more was done after that. */
  answeredAt?: number;
  /** True if the bulk lane has something to do. */
  bulkDue?: boolean;
  /** True if the claim itself caused work for this lane. */
  again?: boolean;
  /** True if a newer deployment has taken over: this worker gives its jobs back and ends for good. */
  isOutdated?: boolean;
}

export interface Settling<J extends Job> {
  settled: { job: J; end: () => Promise<void> }[];
  others: J[];
  /** Processor time that it took. */
  costMs: number;
}

export interface LaneReport {
  lane: LaneName;
  claimed: number;
  /** Those of them that were ended without work of their own. */
  unchanged: number;
  succeeded: number;
  failed: number;
  /** True if the lane stopped although something may still be due. */
  handOver: boolean;
  isOutdated: boolean;
}

/** Creates an isolate's worker. `request` resolves when nothing more is due, or a successor has been called. */
export function createWorker<J extends Job, Batch>(
  deps: WorkerDeps,
  queue: Queue<J, Batch>,
): SingleFlight {
  const workerId = crypto.randomUUID();
  const nudge = createNudge();
  let isOutdated = false;
  let bulkWork: Promise<void> | null = null;

  const run = async (lane: LaneName, onBulkDue = () => {}) => {
    // Whatever is announced, the urgent lane finds out what it is.
    const options = lane === "urgent" ? { lane, nudge, onBulkDue } : { lane };
    const report = await drain(deps, queue, { workerId, ...options });
    if (report.claimed > 0) deps.log.info("drained", { ...report });
    if (report.isOutdated && !isOutdated) {
      isOutdated = true;
      deps.log.warn("worker_outdated", { outcome: "leaves its work to a newer deployment" });
    }
    if (report.handOver) {
      // The successor of bulk work may be another isolate: release it.
      const released = lane === "bulk" ? workerId : null;
      await deps.db.rpc("wake_worker", { p_queue: queue.name, p_worker: released });
    }
  };
  const bulk = singleFlight(() => run("bulk"));
  const urgent = singleFlight(() =>
    run("urgent", () => {
      bulkWork = bulk.request();
      // It is awaited below; until then, its failure must not count as unhandled.
      bulkWork.catch(() => {});
    })
  );
  return {
    async request() {
      // The sweep keeps calling until a newer worker answers.
      if (isOutdated) return;
      // Work announced while the lane is busy with other jobs is begun beside them.
      nudge.give();
      await urgent.request();
      const work = bulkWork;
      bulkWork = null;
      await work;
    },
  };
}

export interface DrainOptions {
  lane?: LaneName;
  workerId?: string;
  /** Signalled when new work is announced: it is begun beside the running work. */
  nudge?: Nudge;
  onBulkDue?: () => void;
}

/** Drains one lane of a queue once. */
export async function drain<J extends Job, Batch>(
  deps: WorkerDeps,
  queue: Queue<J, Batch>,
  options: DrainOptions = {},
): Promise<LaneReport> {
  const { lane = "urgent", workerId = crypto.randomUUID(), nudge = createNudge() } = options;
  const startedAt = deps.now();
  const { claims: limit, runs } = queue.lanes[lane] ?? { claims: 0, runs: 1 };
  const claim = queue.claims(lane, workerId);
  const counts = { claimed: 0, unchanged: 0, succeeded: 0, failed: 0 };
  const running = new Set<Promise<void>>();
  let spentMs = 0;
  let ended = 0;
  let wasAnnounced = false;
  let wokenAt = startedAt;
  const isOver = () => deps.now() - startedAt > CLAIM_FOR_MS || spentMs > BUDGET_MS;
  const report = () => ({ lane, ...counts, handOver: isOver(), isOutdated: false });

  const begin = (job: J, claim: ClaimTrace, work: () => Promise<void>) => {
    counts.claimed++;
    const tracked = endWell(deps, queue, { job, claim }, work).then((succeeded) => {
      counts[succeeded ? "succeeded" : "failed"]++;
    }).finally(() => {
      ended++;
      running.delete(tracked);
    });
    running.add(tracked);
  };

  try {
    while (!isOver()) {
      // Jobs claimed before anybody is free to run them would keep another organization from its turn.
      while (running.size >= runs) await Promise.race(running);
      const announced = nudge.next().then(() => {
        wasAnnounced = true;
        wokenAt = deps.now();
      });
      const before = { running: running.size, ended };
      const trace: ClaimTrace = { wokenAt, claimedAt: deps.now(), requests: [] };
      const { jobs, batch, bulkDue, again, isOutdated, answeredAt } = await tracing(
        // In bulk, each of a thousand jobs would record the requests that all of them waited for.
        (request) => lane === "urgent" && trace.requests.push(request),
        () =>
          claim({
            limit,
            leaseToken: crypto.randomUUID(),
            isIdle: running.size === 0,
          }),
      );
      trace.claimedAt = answeredAt ?? trace.claimedAt;
      if (bulkDue) options.onBulkDue?.();
      // With its older catalogue and secrets, it would bring assistants out of step.
      if (isOutdated) {
        await release(deps, jobs);
        return { ...report(), handOver: true, isOutdated: true };
      }
      if (jobs.length === 0 && before.running === 0) {
        if (again) continue;
        break;
      }

      const { settled, others, costMs } = await queue.settle?.(jobs, batch) ??
        { settled: [], others: jobs, costMs: 0 };
      spentMs += costMs;
      counts.unchanged += settled.length;
      for (const { job, end } of settled) begin(job, trace, end);
      const unbegun: J[] = [];
      for (const job of others) {
        while (running.size >= runs) await Promise.race(running);
        if (isOver()) {
          unbegun.push(job);
          continue;
        }
        spentMs += queue.costMs;
        begin(job, trace, () => runJob(deps, queue, job, batch));
      }
      await release(deps, unbegun);
      if (jobs.length < limit && running.size > 0 && !(wasAnnounced && ended > before.ended)) {
        // Nothing more is due. Work announced in the meantime may depend on a running job, so look after each one ends; otherwise, whatever
        // the jobs themselves queued is announced, or found after the last of them.
        const ends = wasAnnounced ? Promise.race(running) : Promise.all(running);
        await Promise.race([ends, announced]);
      }
    }
  } finally {
    // Even if a claim failed: an isolate that has nothing to wait for may be ended.
    await Promise.all(running);
  }
  return report();
}

async function runJob<J extends Job, Batch>(
  { log, now }: WorkerDeps,
  queue: Queue<J, Batch>,
  job: J,
  batch: Batch,
): Promise<void> {
  const startedAt = now();
  const outcome = await withTimeout(JOB_TIMEOUT_MS, (signal) => queue.perform(job, batch, signal));
  log.info("job_succeeded", { kind: job.kind, outcome, ms: now() - startedAt });
}

/**
 * Runs work that ends the job, with the job's fields in its log lines; gives the job back if it fails. Never throws, because one job's
 * failure must not affect the others; true if it succeeded.
 */
async function endWell<J extends Job, Batch>(
  deps: WorkerDeps,
  queue: Queue<J, Batch>,
  { job, claim }: { job: J; claim: ClaimTrace },
  work: () => Promise<void>,
): Promise<boolean> {
  const startedAt = deps.now();
  const requests: TracedRequest[] = [];
  const traced = () => tracing((request) => requests.push(request), work);
  return await withLogFields(queue.fields(job), async () => {
    try {
      await traced();
      return true;
    } catch (error) {
      const failure = queue.classify(error, job);
      await giveBack(deps, job, failure, {
        kind: job.kind,
        ms: deps.now() - startedAt,
        [queue.statusField]: failure.error["status"],
        error,
      });
      return false;
    } finally {
      keepTrace(deps, job, { ...claim, requests: [...claim.requests, ...requests] });
    }
  });
}
