/** What the jobs of one claim share. */
import type { SyncJob } from "../../shared/assistants/job.ts";
import type { LogFields } from "../../shared/log.ts";
import { jobFields } from "../../shared/worker/job.ts";
import type { Completions } from "./completions.ts";
import type { SyncedRegistry } from "../../shared/assistants/registry_view.ts";
import type { RegistryState } from "./registry.ts";
import type { RegistryView } from "../../shared/assistants/registry_view.ts";
import type { Snapshots } from "../../shared/assistants/snapshot.ts";
import type { ToolNames } from "./tool_names.ts";

/** Kept by a worker over all its claims. */
export interface WorkerParts {
  snapshots: Snapshots;
  toolNames: ToolNames;
  completions: Completions;
}

export interface Batch extends WorkerParts {
  registry: RegistryState;
  view: RegistryView;
  synced: SyncedRegistry;
  /** When the jobs were claimed, in milliseconds of this worker's clock: a snapshot taken later shows all that came before. */
  claimedAt: number;
  /** A time of the database's as one of this worker's clock, rather too late than too early. */
  toLocalTime: (time: Date) => number;
}

/** What a log line says about the jobs that it belongs to: those fields in which all of them agree. */
export function syncJobFields(jobs: readonly SyncJob[]): LogFields {
  const [first, ...others] = jobs.map(fieldsOf);
  return Object.fromEntries(
    Object.entries(first ?? {})
      .filter(([name, value]) => value !== null && others.every((each) => each[name] === value)),
  );
}

function fieldsOf(job: SyncJob): LogFields {
  return { ...jobFields(job), agent_id: job.agent?.id ?? null, run_id: job.runId };
}
