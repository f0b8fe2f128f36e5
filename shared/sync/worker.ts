/**
 * Drains the tool-sync queue: claims due jobs, works on several at a time, and stops when nothing is due or its time
 * is nearly up.
 *
 * A worker's isolate lives for 150 s at least. So: a worker starts jobs for at most 60 s, a job may take 60 s, and the rest
 * is margin; a lease outlives both, so a job that is taken over was really given up.
 */
import type { Log } from "../log.ts";
import type { SyncDeps } from "./deps.ts";
import { classify } from "./failure.ts";
import { ensureRegistry, type RegistryState } from "./registry.ts";
import { retireTool } from "./retire.ts";
import { createSnapshots, type Snapshots } from "./snapshot.ts";
import { syncAgent } from "./sync_agent.ts";
import { type Claim, claimSchema, type SyncTask } from "./task.ts";

export const CLAIM_FOR_MS = 60_000;
export const JOB_TIMEOUT_MS = 60_000;
export const LEASE_SECONDS = 180;

/** Jobs per worker: keeps its processor time below the platform's 2 s per request. */
const MAX_JOBS = 400;
/** So many jobs claimed at once make one look at all assistants cheaper than a look at each. */
const BULK = 20;

export interface DrainReport {
  claimed: number;
  succeeded: number;
  failed: number;
  /** True if the worker stopped although something was still due. */
  handOver: boolean;
}

interface Batch {
  registry: RegistryState;
  snapshots: Snapshots;
  claimedAt: number;
  /** What to add to a time of the database's to get this worker's. */
  clockOffset: number;
}

export async function drain(deps: SyncDeps): Promise<DrainReport> {
  const startedAt = deps.now();
  const snapshots = createSnapshots(deps.vapi.assistants, deps.now);
  const report: DrainReport = { claimed: 0, succeeded: 0, failed: 0, handOver: false };
  const running = new Set<Promise<void>>();
  const outOfTime = () => deps.now() - startedAt > CLAIM_FOR_MS;
  let registry: RegistryState | null = null;

  while (!report.handOver) {
    const claimedAt = deps.now();
    const claim = await claimJobs(deps, 4 * deps.concurrency);
    // What could not be registered a moment ago is left to the next attempt of the jobs that need it.
    if (registry === null || registry.failures.size === 0) {
      registry = await registryFor(deps, claim);
    }
    if (claim.jobs.length === 0 && running.size === 0) break;
    if (claim.jobs.length >= BULK) await glance(deps, snapshots, claimedAt);

    const batch = { registry, snapshots, claimedAt, clockOffset: claimedAt - claim.now.getTime() };
    for (const task of claim.jobs) {
      if (running.size >= deps.concurrency) await Promise.race(running);
      if (outOfTime()) {
        await release(deps, task);
        continue;
      }
      report.claimed++;
      const work = runJob(deps, task, batch).then((succeeded) => {
        report[succeeded ? "succeeded" : "failed"]++;
      }).finally(() => running.delete(work));
      running.add(work);
    }
    report.handOver = outOfTime() || report.claimed >= MAX_JOBS;
    // The next claim is made while the last jobs of this one are still being worked on.
    if (claim.jobs.length === 0) await Promise.race(running);
  }
  await Promise.all(running);
  return report;
}

/** Drains, and has a successor called if something was left. */
export async function drainAndHandOver(deps: SyncDeps): Promise<void> {
  const report = await drain(deps);
  if (report.handOver) await deps.db.rpc("wake_worker", { p_queue: "tool-sync" });
  if (report.claimed > 0) deps.log.info("drained", { ...report });
}

/** One look at all assistants for many jobs. Without it, each of them looks at its own. */
async function glance(deps: SyncDeps, snapshots: Snapshots, claimedAt: number): Promise<void> {
  try {
    await snapshots.since(
      snapshots.latest()?.takenAt ?? claimedAt,
      AbortSignal.timeout(JOB_TIMEOUT_MS / 2),
    );
  } catch (error) {
    deps.log.warn("snapshot_failed", { error });
  }
}

async function release(deps: SyncDeps, task: SyncTask): Promise<void> {
  try {
    await deps.db.rpc("release_job", { p_job_id: task.id, p_lease_token: task.leaseToken });
  } catch (error) {
    deps.log.warn("job_not_released", { job_id: task.id, error });
  }
}

async function claimJobs(deps: SyncDeps, limit: number): Promise<Claim> {
  return claimSchema.parse(
    await deps.db.rpc("claim_sync_jobs", { p_limit: limit, p_lease_seconds: LEASE_SECONDS }),
  );
}

/** Never throws: a registry that can't be brought in step fails the jobs that need it, with its reason. */
async function registryFor(deps: SyncDeps, claim: Claim): Promise<RegistryState> {
  const force = claim.jobs.some((job) => job.kind === "registry" && job.force);
  try {
    return await ensureRegistry(deps, claim.registry, {
      signal: AbortSignal.timeout(JOB_TIMEOUT_MS),
      force,
    });
  } catch (error) {
    deps.log.error("registry_failed", { error });
    return { registry: claim.registry, failures: new Map([["registry", error]]) };
  }
}

async function runJob(deps: SyncDeps, task: SyncTask, batch: Batch): Promise<boolean> {
  const log = deps.log.with({
    job_id: task.id,
    attempt: task.attempts,
    ...(task.orgId && { org_id: task.orgId }),
    ...(task.agent && { agent_id: task.agent.id }),
    ...(task.requestId && { request_id: task.requestId }),
  });
  const startedAt = deps.now();
  try {
    const outcome = await perform({ ...deps, log }, task, batch);
    log.info("job_succeeded", { kind: task.kind, outcome, ms: deps.now() - startedAt });
    return true;
  } catch (error) {
    await giveBack(deps, log, task, error, deps.now() - startedAt);
    return false;
  }
}

async function perform(deps: SyncDeps, task: SyncTask, batch: Batch): Promise<string> {
  const { registry, snapshots, claimedAt } = batch;
  const signal = AbortSignal.timeout(JOB_TIMEOUT_MS);
  switch (task.kind) {
    case "agent": {
      if (task.agent === null) return await finish(deps, task, "agent_deleted");
      const writtenAt = task.agent.writtenAt === null
        ? null
        : task.agent.writtenAt.getTime() + batch.clockOffset;
      return await syncAgent(deps, task, task.agent, {
        registry,
        snapshots,
        claimedAt,
        writtenAt,
        signal,
      });
    }
    case "registry": {
      const [failure] = registry.failures.values();
      if (failure !== undefined) throw failure;
      return await finish(deps, task, "in_step");
    }
    case "retire":
      return await retireTool(deps, task, { snapshots, claimedAt, signal });
    default:
      return await finish(deps, task, "unknown_kind");
  }
}

async function finish(deps: SyncDeps, task: SyncTask, outcome: string): Promise<string> {
  await deps.db.rpc("complete_job", {
    p_job_id: task.id,
    p_lease_token: task.leaseToken,
    p_result: { outcome },
  });
  return outcome;
}

async function giveBack(
  deps: SyncDeps,
  log: Log,
  task: SyncTask,
  error: unknown,
  ms: number,
): Promise<void> {
  const failure = classify(error);
  try {
    const status = await deps.db.rpc("fail_job", {
      p_job_id: task.id,
      p_lease_token: task.leaseToken,
      p_error: failure.error,
      p_permanent: failure.permanent,
      p_retry_after_seconds: failure.retryAfterSeconds,
    });
    log.error("job_failed", {
      kind: task.kind,
      outcome: status,
      ms,
      vapi_status: failure.error["status"],
      error,
    });
  } catch (lost) {
    // The lease passed on, or the database is away: the sweep brings the job back either way.
    log.error("job_lost", { kind: task.kind, ms, error, cause: lost });
  }
}
