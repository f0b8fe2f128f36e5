/**
 * The worker of the tool-sync queue: its kinds of jobs, and what carries each one out. Its lanes share the limit on requests to
 * Vapi.
 */
import { z } from "zod";
import { syncedRegistry, viewRegistry } from "../../shared/assistants/catalogue.ts";
import type { SyncDeps } from "../../shared/assistants/catalogue.ts";
import { lookForDuplicates } from "../../shared/assistants/duplicates.ts";
import {
  type Claim,
  claimSchema,
  type SyncJob,
  syncJobFields,
} from "../../shared/assistants/job.ts";
import { webhookFingerprint } from "../../shared/assistants/settings.ts";
import { createSnapshots } from "../../shared/assistants/snapshot.ts";
import { patientDb } from "../../shared/db.ts";
import { JOB_TIMEOUT_MS, lease, LEASE_SECONDS, withTimeout } from "../../shared/worker/job.ts";
import type { LaneName, SingleFlight } from "../../shared/limiter.ts";
import { createWorker, type Queue, type Settling } from "../../shared/worker/worker.ts";
import type { Batch, WorkerParts } from "./batch.ts";
import { createCompletions } from "./completions.ts";
import { classify } from "./failure.ts";
import { createToolNames } from "./foreign_tools.ts";
import {
  type CheckedRegistry,
  checkRegistry,
  isInStep,
  type RegistryState,
  throwIfIncomplete,
} from "./registry.ts";
import { removeAssistant } from "./remove_assistant.ts";
import { repairTools } from "./repair_tools.ts";
import { restoreAssistant } from "./restore_assistant.ts";
import { retireOrphans, retireTool } from "./retire.ts";
import { syncAgent } from "./sync_agent.ts";
import { syncNumber } from "./sync_number.ts";
import { lookAtAll, splitUnchanged } from "./unchanged.ts";

/**
 * Processor time in milliseconds. Measured with ten thousand agents: 1.3 for a job that talks to Vapi, 0.1 for one that is
 * settled from a snapshot, 0.03 for an assistant in it.
 */
const COST_MS = { job: 2, settled: 0.15, observed: 0.05 } as const;

/** Creates an isolate's worker. `request` resolves when nothing more is due, or a successor has been called. */
export function createSyncWorker(base: SyncDeps): SingleFlight {
  const deps = { ...base, db: patientDb(base.db, base) };
  return createWorker(deps, syncQueue(deps));
}

function syncQueue(deps: SyncDeps): Queue<SyncJob, SyncBatch> {
  const parts: WorkerParts = {
    snapshots: createSnapshots(deps.vapi.assistants, deps.now),
    toolNames: createToolNames(deps.vapi.tools),
    completions: createCompletions(deps.db),
  };
  const inLane = { urgent: deps, bulk: { ...deps, vapi: deps.bulkVapi } };
  return {
    name: "tool-sync",
    statusField: "vapi_status",
    lanes: {
      // A new one waits for everything that was claimed before it.
      urgent: { claims: 5, runs: deps.atOnce.urgent },
      // No more than can be claimed while the jobs that are running still keep Vapi busy.
      bulk: { claims: 50, runs: deps.atOnce.bulk },
    },
    costMs: COST_MS.job,
    claims: (lane, workerId) => claims(deps, parts, lane, workerId),
    settle: (jobs, batch) => settle(deps, jobs, batch),
    perform: (job, batch, signal) => perform(inLane[batch.lane], job, batch, signal),
    classify,
    fields: (job) => syncJobFields([job]),
  };
}

/** Includes what only a bulk lane's claim returns. */
interface SyncBatch extends Batch {
  lane: LaneName;
  /** Bulk jobs due behind these. */
  bulkDue: number;
  /** How many agents have an assistant. */
  assistants: number;
}

function claims(
  deps: SyncDeps,
  parts: WorkerParts,
  lane: LaneName,
  workerId: string,
): ReturnType<Queue<SyncJob, SyncBatch>["claims"]> {
  let checked: CheckedRegistry | null = null;
  // An answer is older than its arrival, so a time comes out too late rather than too early. The fastest answer shows the clocks best: with
  // a slow one's, what was requested before a look at all assistants would seem to come after it.
  let clockOffset = Infinity;
  return async ({ limit, leaseToken, isIdle }) => {
    const claimedAt = deps.now();
    const claim = claimSchema.parse(
      await deps.db.rpc("claim_sync_jobs", {
        p_limit: limit,
        p_lease_seconds: LEASE_SECONDS,
        p_lease_token: leaseToken,
        p_bulk_worker: lane === "bulk" ? workerId : null,
        // Relinked agents release tools; deleting those is not bulk work.
        p_with_urgent: lane === "bulk" && isIdle,
      }),
    );
    const answeredAt = deps.now();
    clockOffset = Math.min(clockOffset, answeredAt - claim.now.getTime());
    const isCurrent = await announceWebhook(deps, claim);
    checked = await checkRegistry(deps, claim, checked);
    const { registry, failures } = checked.state;
    // After a change of the registry every agent is to be relinked: ask for that at once.
    const isChanged = JSON.stringify(registry) !== JSON.stringify(claim.registry);
    return {
      jobs: claim.jobs,
      answeredAt,
      batch: {
        ...batchOf(deps, { parts, registry: checked.state, clockOffset, claimedAt }),
        lane,
        bulkDue: claim.bulkDue,
        assistants: claim.assistants,
      },
      bulkDue: lane === "urgent" && (claim.bulkDue > 0 || isChanged),
      again: lane === "bulk" && isChanged,
      isOutdated: !isCurrent || failures.size === 0 && !isInStep(registry, deps.catalogue),
    };
  };
}

interface BatchInput {
  parts: WorkerParts;
  registry: RegistryState;
  /** This worker's clock less the database's, in milliseconds. */
  clockOffset: number;
  claimedAt: number;
}

function batchOf(deps: SyncDeps, { parts, registry, clockOffset, claimedAt }: BatchInput): Batch {
  return {
    ...parts,
    registry,
    view: viewRegistry(deps.catalogue, registry.registry),
    synced: syncedRegistry(deps.catalogue, registry.registry),
    trial: {
      view: viewRegistry(deps.catalogue, registry.registry, { isInTrial: true }),
      synced: syncedRegistry(deps.catalogue, registry.registry, { isInTrial: true }),
    },
    claimedAt,
    toLocalTime: (time) => time.getTime() + clockOffset,
  };
}

async function settle(
  deps: SyncDeps,
  jobs: readonly SyncJob[],
  batch: SyncBatch,
): Promise<Settling<SyncJob>> {
  const { lane, snapshots, completions, synced, assistants, bulkDue } = batch;
  if (lane === "urgent") return { settled: [], others: [...jobs], costMs: 0 };
  return await withTimeout(JOB_TIMEOUT_MS / 2, async (signal) => {
    const before = snapshots.latest();
    await lookAtAll(deps, jobs, batch, { assistants, due: bulkDue, signal });
    const after = snapshots.latest();
    const observed = after === null || after === before ? 0 : after.assistants.size;
    const { unchanged, others } = await splitUnchanged(deps, jobs, batch, signal);
    return {
      settled: unchanged.map(({ job, sync }) => ({
        job,
        end: () => completions.add(sync, synced),
      })),
      others,
      costMs: observed * COST_MS.observed + jobs.length * COST_MS.settled,
    };
  });
}

async function perform(
  deps: SyncDeps,
  job: SyncJob,
  batch: Batch,
  signal: AbortSignal,
): Promise<string> {
  switch (job.kind) {
    case "agent":
      if (job.agent === null) return await finish(deps, job, "agent_deleted");
      return await syncAgent(deps, job, job.agent, { batch, signal });
    case "remove_assistant":
      return await finish(deps, job, await removeAssistant(deps, job, { batch, signal }));
    case "phone_number":
      return await syncNumber(deps, job, signal);
    case "restore_assistant":
      return await restoreAssistant(deps, job, signal);
    case "registry":
      throwIfIncomplete(batch.registry);
      return await finish(deps, job, "in_step");
    case "repair_tools":
      await repairTools(deps, job, { batch, signal });
      return await finish(deps, job, "repaired");
    case "retire":
      return await retireTool(deps, job, { ...batch, signal });
    case "orphan":
      return await retireOrphans(deps, job, signal);
    case "duplicates":
      return await lookForDuplicates(deps, job, { ...batch, signal });
    default:
      return await finish(deps, job, "unknown_kind");
  }
}

async function finish({ db }: SyncDeps, job: SyncJob, outcome: string): Promise<string> {
  await db.rpc("complete_job", { ...lease(job), p_result: { outcome } });
  return outcome;
}

/**
 * Has every assistant brought in step after a change of the secret, the credential or the URL that they report with. False if a
 * worker that started later has another environment: then this one must not write its own to assistants.
 */
async function announceWebhook(
  { db, webhook, uptimeSeconds }: SyncDeps,
  claim: Pick<Claim, "webhook">,
): Promise<boolean> {
  const fingerprint = webhookFingerprint(webhook);
  if (claim.webhook === fingerprint) return true;
  const announced = await db.rpc("announce_webhook", {
    p_fingerprint: fingerprint,
    p_uptime_seconds: uptimeSeconds(),
  });
  return z.boolean().parse(announced);
}
