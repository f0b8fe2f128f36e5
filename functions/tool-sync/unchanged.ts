/**
 * Settles agents whose assistants are already in step, from one list of all assistants: no read or write of each, and one
 * statement for all of them.
 */
import type { Batch } from "./batch.ts";
import { withDeleted } from "./foreign_tools.ts";
import type { FinishedSync } from "./completions.ts";
import type { SyncDeps } from "../../shared/assistants/catalogue.ts";
import { wantedTools } from "../../shared/assistants/catalogue.ts";
import type { Observed } from "../../shared/assistants/observed.ts";
import { foreignToolIds, planExisting } from "../../shared/assistants/plan.ts";
import {
  GETS_PER_PAGE_ITEM,
  type Snapshot,
  SNAPSHOT_FROM_AGENTS,
} from "../../shared/assistants/snapshot.ts";
import { SETTING_PATHS } from "../../shared/assistants/settings.ts";
import { finishedSync } from "./sync_agent.ts";
import type { SyncAgent, SyncJob } from "../../shared/assistants/job.ts";

/** A snapshot may not be older than this to speak for the job's assistant: when the job was requested, or our own last write. */
function notBefore({ requestedAt, agent }: SyncJob, { toLocalTime }: Batch): number {
  return Math.max(toLocalTime(requestedAt), agent?.writtenAt ? toLocalTime(agent.writtenAt) : 0);
}

/** False if our own record says that a tool is missing: such an assistant needs a write, whatever the list shows. */
function mayBeInStep({ agent, force }: SyncJob, { view }: Batch): boolean {
  if (agent === null || agent.assistantId === null || force || agent.isInTrial) return false;
  return [...wantedTools(agent, view.current).values()].every((id) =>
    agent.linkedToolIds.includes(id)
  );
}

interface LookOptions {
  /** How many of our agents have an assistant. */
  assistants: number;
  /** Bulk jobs waiting behind these. */
  due: number;
  signal: AbortSignal;
}

/** Lists all assistants if that is cheaper than reading each one. Otherwise each job reads its own. */
export async function lookAtAll(
  deps: SyncDeps,
  jobs: readonly SyncJob[],
  batch: Batch,
  { assistants, due, signal }: LookOptions,
): Promise<void> {
  const latest = batch.snapshots.latest()?.takenAt ?? -Infinity;
  const since = jobs
    .filter((job) => mayBeInStep(job, batch))
    .map((job) => notBefore(job, batch)).filter((time) => time >= latest);
  const isCheaper = since.length + due >= assistants * GETS_PER_PAGE_ITEM;
  if (since.length < SNAPSHOT_FROM_AGENTS || !isCheaper) return;
  try {
    await batch.snapshots.since(Math.max(...since), signal);
  } catch (error) {
    deps.log.warn("snapshot_failed", { error });
  }
}

export interface Settled {
  job: SyncJob;
  sync: FinishedSync;
}

/** Separates the jobs whose assistant is in step in the latest snapshot from those that need a closer look. */
export async function splitUnchanged(
  deps: SyncDeps,
  jobs: readonly SyncJob[],
  batch: Batch,
  signal: AbortSignal,
): Promise<{ unchanged: Settled[]; others: SyncJob[] }> {
  const { registry, toolNames } = batch;
  const snapshot = batch.snapshots.latest();
  const glances = registry.failures.size > 0 || snapshot === null
    ? []
    : jobs.flatMap((job) => glance(job, snapshot, batch) ?? []);
  const foreignIds = glances.flatMap(({ agent, observed }) =>
    foreignToolIds(observed, { agent, ...batch.view })
  );
  const view = await withDeleted(deps.db, batch.view, { foreignIds, signal });
  const foreignNames = await toolNames.of(foreignIds, signal).catch((error) => {
    deps.log.warn("tool_names_unavailable", { error });
    return null;
  });
  if (foreignNames === null) return { unchanged: [], others: [...jobs] };

  const unchanged = glances.flatMap(({ job, agent, observed }) => {
    const plan = planExisting(deps, { agent, observed, foreignNames, view });
    if (plan.action !== "none") return [];
    return [{ job, sync: finishedSync({ job, agent, plan, outcome: "unchanged" }) }];
  });
  const settled = new Set(unchanged.map(({ job }) => job));
  return { unchanged, others: jobs.filter((job) => !settled.has(job)) };
}

function hasOtherSettings(agent: SyncAgent): boolean {
  const paths = Object.keys(agent.lastApplied ?? {});
  return Object.keys(agent.settings).length > 0 ||
    paths.some((path) => !SETTING_PATHS.includes(path));
}

interface Glance {
  job: SyncJob;
  agent: SyncAgent;
  observed: Observed;
}

function glance(job: SyncJob, snapshot: Snapshot, batch: Batch): Glance | null {
  const { agent } = job;
  if (agent === null || agent.assistantId === null || job.force) return null;
  // It follows a registry of its own. Such agents are few.
  if (agent.isInTrial) return null;
  // A snapshot does not contain settings that have no field of their own.
  if (hasOtherSettings(agent)) return null;
  const observed = snapshot.assistants.get(agent.assistantId);
  if (observed === undefined || snapshot.takenAt <= notBefore(job, batch)) return null;
  return { job, agent, observed };
}
