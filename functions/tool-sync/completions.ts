/**
 * Writes finished syncs to the database: at once when idle, many at a time under load. Whatever finishes while a batch is being
 * written goes into the next.
 */
import { z } from "zod";
import type { Db } from "../../shared/db.ts";
import { AppError } from "../../shared/http/errors.ts";
import type { JsonObject } from "../../shared/json.ts";
import type { SyncedRegistry } from "../../shared/assistants/catalogue.ts";

/** What the database stores of one agent's sync (see complete_agent_syncs in the migrations). */
export interface FinishedSync {
  jobId: string;
  leaseToken: string;
  agentId: string;
  /** The version whose settings the assistant has; null keeps the earlier value. */
  version: number | null;
  applied: JsonObject;
  linkedToolIds: string[];
  drift: JsonObject[];
  /** [{path, reason}]: what Vapi refused. */
  rejectedSettings: JsonObject[];
  /** True if the assistant was written. */
  wrote: boolean;
  /** What the assistant was before, to be able to restore it; null if it did not exist. */
  snapshot: JsonObject | null;
  /** False keeps the job open. */
  isDone: boolean;
  result: JsonObject;
}

export interface Completions {
  /** Resolves once it is written. Throws `lease_lost` if the job has passed to another worker. */
  add(sync: FinishedSync, registry: SyncedRegistry): Promise<void>;
}

interface Entry {
  sync: FinishedSync;
  registry: SyncedRegistry;
  /** Entries with the same registry can be written together. */
  group: string;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/** Limits the locks of one statement and the size of one request. */
const MAX_BATCH = 200;

const heldSchema = z.array(z.uuid());

export function createCompletions(db: Db): Completions {
  let waiting: Entry[] = [];
  let isWriting = false;

  async function writeAll(): Promise<void> {
    if (isWriting) return;
    isWriting = true;
    while (waiting.length > 0) {
      const group = waiting[0]?.group;
      const batch = waiting.filter((entry) => entry.group === group).slice(0, MAX_BATCH);
      waiting = waiting.filter((entry) => !batch.includes(entry));
      await writeOrSplit(db, batch);
    }
    isWriting = false;
  }

  return {
    add: (sync, registry) =>
      new Promise((resolve, reject) => {
        waiting.push({ sync, registry, group: JSON.stringify(registry), resolve, reject });
        writeAll();
      }),
  };
}

/** A sync that the database refuses must not keep the others from being written. */
async function writeOrSplit(db: Db, batch: readonly Entry[]): Promise<void> {
  try {
    await write(db, batch);
  } catch (error) {
    const isRefusal = error instanceof AppError && error.code === "database_error";
    if (isRefusal && batch.length > 1) {
      for (const entry of batch) await writeOrSplit(db, [entry]);
    } else {
      for (const entry of batch) entry.reject(error);
    }
  }
}

async function write(db: Db, batch: readonly Entry[]): Promise<void> {
  const { tools = [], currentIds = [] } = batch[0]?.registry ?? {};
  const held = new Set(heldSchema.parse(
    await db.rpc("complete_agent_syncs", {
      p_syncs: batch.map(({ sync }) => ({ ...sync })),
      p_tools: tools.map((tool) => ({ ...tool })),
      p_current_ids: [...currentIds],
    }),
  ));
  for (const { sync, resolve, reject } of batch) {
    if (held.has(sync.jobId)) resolve();
    else {
      reject(
        new AppError(
          "lease_lost",
          `Cannot finish job ${sync.jobId}: its lease has passed to another worker`,
        ),
      );
    }
  }
}
