/** What the jobs of one claim share. */
import type { Completions } from "./completions.ts";
import type { RegistryView, SyncedRegistry } from "../../shared/assistants/catalogue.ts";
import type { RegistryState } from "./registry.ts";
import type { Snapshots } from "../../shared/assistants/snapshot.ts";
import type { ToolNames } from "./foreign_tools.ts";

/** Kept by a worker across its claims. */
export interface WorkerParts {
  snapshots: Snapshots;
  toolNames: ToolNames;
  completions: Completions;
}

export interface Batch extends WorkerParts {
  registry: RegistryState;
  view: RegistryView;
  synced: SyncedRegistry;
  /** Both as they apply to agents in a trial. */
  trial: Pick<Batch, "view" | "synced">;
  /** When the jobs were claimed, in milliseconds of this worker's clock: a snapshot taken later shows everything from before. */
  claimedAt: number;
  /** Converts a time of the database to this worker's clock: too late rather than too early. */
  toLocalTime: (time: Date) => number;
}
