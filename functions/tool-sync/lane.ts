/**
 * One lane of the tool-sync queue: what somebody waits for, or bulk work. Claims due jobs, works on several at a time, and stops
 * when nothing is due or its time is nearly up.
 */
import type { Batch, WorkerParts } from "./batch.ts";
import { CLAIM_FOR_MS, JOB_TIMEOUT_MS, LEASE_SECONDS } from "../../shared/worker/lifetime.ts";
import { type CheckedRegistry, checkRegistry } from "./check_registry.ts";
import { claimJobs, releaseJobs } from "./claim.ts";
import type { SyncDeps } from "../../shared/assistants/deps.ts";
import type { Nudge } from "../../shared/worker/nudge.ts";
import { isInStep, type RegistryState } from "./registry.ts";
import { syncedRegistry, viewRegistry } from "../../shared/assistants/registry_view.ts";
import { endWell, runJob } from "./run_job.ts";
import type { Claim, SyncJob } from "../../shared/assistants/task.ts";
import { lookAtAll, type Settled, splitUnchanged } from "./unchanged.ts";
import { withTimeout } from "../../shared/worker/with_timeout.ts";

/** Jobs per claim: few where somebody waits, so that several workers share them; many where one statement can settle many. */
const CLAIM_LIMIT = { urgent: 40, bulk: 200 } as const;

/**
 * The platform allows 2 s of processor time per request. Measured with ten thousand agents: 1.3 ms for a job that talks to Vapi,
 * 0.1 ms for one that is settled from a snapshot, 0.03 ms for an assistant in it.
 */
const BUDGET_MS = 1_200;
const COST_MS = { job: 2, settled: 0.15, observed: 0.05 } as const;

export type LaneName = "urgent" | "bulk";

export interface LaneReport {
  lane: LaneName;
  claimed: number;
  unchanged: number;
  succeeded: number;
  failed: number;
  /** True if the lane stopped although something may still be due. */
  handOver: boolean;
  /** True if a newer deployment's word counts. What this worker knows of the tools is out of date for good. */
  isOutdated: boolean;
}

export interface LaneOptions {
  lane: LaneName;
  /** Of this worker, for the database. */
  workerId: string;
  parts: WorkerParts;
  /** Given when new work was announced. */
  nudge: Nudge;
  /** Called when bulk work is due. */
  onBulkDue?: () => void;
}

export async function drainLane(deps: SyncDeps, options: LaneOptions): Promise<LaneReport> {
  const { lane, workerId, parts, nudge, onBulkDue } = options;
  const startedAt = deps.now();
  const counts = { claimed: 0, unchanged: 0, succeeded: 0, failed: 0 };
  const running = new Set<Promise<void>>();
  let checked: CheckedRegistry | null = null;
  let spentMs = 0;
  const isOver = () => deps.now() - startedAt > CLAIM_FOR_MS || spentMs > BUDGET_MS;
  const spend = (ms: number) => spentMs += ms;

  const track = (work: Promise<boolean>) => {
    const tracked = work.then((succeeded) => {
      counts[succeeded ? "succeeded" : "failed"]++;
    }).finally(() => running.delete(tracked));
    running.add(tracked);
  };

  try {
    while (!isOver()) {
      const announced = nudge.next();
      const before = running.size;
      const claimedAt = deps.now();
      const claim = await claimJobs(deps, {
        limit: CLAIM_LIMIT[lane],
        leaseSeconds: LEASE_SECONDS,
        ...(lane === "bulk" && { bulkWorker: workerId }),
      });
      if (claim.bulkDue > 0) onBulkDue?.();
      checked = await checkRegistry(deps, claim, checked);
      const { state: registry } = checked;
      if (registry.failures.size === 0 && !isInStep(registry.registry, deps.catalogue)) {
        // With an older catalogue and older secrets, agents would be brought out of step.
        await releaseJobs(deps, claim.jobs);
        return { lane, ...counts, handOver: true, isOutdated: true };
      }
      if (claim.jobs.length === 0) {
        // A change of the registry asks for every agent to be relinked: that is to be done at once.
        if (JSON.stringify(registry.registry) !== JSON.stringify(claim.registry)) continue;
        // A job that ended meanwhile may have asked for another.
        if (before === 0) break;
        if (running.size === before) await Promise.race([...running, announced]);
        continue;
      }
      counts.claimed += claim.jobs.length;
      const batch = batchOf(deps, { parts, registry, claim, claimedAt });
      const { unchanged, others } = lane === "bulk"
        ? await settle(deps, claim, batch, spend)
        : { unchanged: [], others: claim.jobs };
      counts.unchanged += unchanged.length;
      for (const { task, sync } of unchanged) {
        track(endWell(deps, task, () => batch.completions.add(sync, batch.synced)));
      }

      const unbegun: SyncJob[] = [];
      for (const task of others) {
        while (running.size >= deps.concurrency) await Promise.race(running);
        if (isOver()) {
          unbegun.push(task);
          continue;
        }
        spend(COST_MS.job);
        track(runJob(deps, task, batch));
      }
      counts.claimed -= unbegun.length;
      await releaseJobs(deps, unbegun);
    }
  } finally {
    // Also where a claim failed: an isolate without anything to wait for may be ended.
    await Promise.all(running);
  }
  return { lane, ...counts, handOver: isOver(), isOutdated: false };
}

interface BatchInput {
  parts: WorkerParts;
  registry: RegistryState;
  claim: Claim;
  claimedAt: number;
}

function batchOf(deps: SyncDeps, { parts, registry, claim, claimedAt }: BatchInput): Batch {
  // The answer is a little older than its arrival, so a time becomes rather too late than too early.
  const clockOffset = deps.now() - claim.now.getTime();
  return {
    ...parts,
    registry,
    view: viewRegistry(deps.catalogue, registry.registry),
    synced: syncedRegistry(deps.catalogue, registry.registry),
    claimedAt,
    toLocalTime: (time) => time.getTime() + clockOffset,
  };
}

async function settle(
  deps: SyncDeps,
  { jobs, bulkDue, assistants }: Claim,
  batch: Batch,
  spend: (ms: number) => void,
): Promise<{ unchanged: Settled[]; others: SyncJob[] }> {
  return await withTimeout(JOB_TIMEOUT_MS / 2, async (signal) => {
    const before = batch.snapshots.latest();
    await lookAtAll(deps, jobs, batch, { assistants, due: bulkDue, signal });
    const after = batch.snapshots.latest();
    if (after !== null && after !== before) spend(after.assistants.size * COST_MS.observed);
    spend(jobs.length * COST_MS.settled);
    return await splitUnchanged(deps, jobs, batch, signal);
  });
}
