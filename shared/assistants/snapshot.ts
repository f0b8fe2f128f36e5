/**
 * All assistants at Vapi, read in pages and kept in a compact form.
 *
 * It answers two questions for many agents at the price of one read per page: is this assistant already in step, and which
 * assistant carries this agent's id? It is never the base of a PATCH: that is always a GET just made.
 */
import type { VapiAssistants } from "../vapi/port.ts";
import { createIntern, observeCompactly, type Observed } from "./observed.ts";

/** From this number of agents on, reading all assistants at once is worth considering. */
export const SNAPSHOT_FROM_AGENTS = 20;

/** A page costs about as much, in requests and reading time, as this many single reads of its assistants. */
export const GETS_PER_PAGE_ITEM = 1 / 10;

export interface Snapshot {
  /** When reading began, in milliseconds of the worker's clock. Later changes may be missing. */
  takenAt: number;
  assistants: ReadonlyMap<string, Observed>;
  /** `metadata.agent_id` → assistant id; the oldest one if several carry the same. */
  byAgent: ReadonlyMap<string, string>;
}

async function takeSnapshot(
  vapi: Pick<VapiAssistants, "pages">,
  { now, signal }: { now: () => number; signal?: AbortSignal },
): Promise<Snapshot> {
  const takenAt = now();
  const assistants = new Map<string, Observed>();
  const byAgent = new Map<string, string>();
  const intern = createIntern();
  for await (const page of vapi.pages(signal === undefined ? {} : { signal })) {
    for (const assistant of page) {
      assistants.set(assistant.id, observeCompactly(assistant, intern));
      const agentId = assistant.metadata?.["agent_id"];
      // Pages come newest first, so the oldest is seen last.
      if (typeof agentId === "string") byAgent.set(agentId, assistant.id);
    }
  }
  return { takenAt, assistants, byAgent };
}

export interface Snapshots {
  /** A snapshot whose reading began at or after the given time; concurrent callers share one. */
  since(time: number, signal?: AbortSignal): Promise<Snapshot>;
  /** The latest one, however old, if any. */
  latest(): Snapshot | null;
}

/** Takes snapshots when they are asked for, and shares them. */
export function createSnapshots(
  vapi: Pick<VapiAssistants, "pages">,
  now: () => number = Date.now,
): Snapshots {
  let latest: Snapshot | null = null;
  let pending: { startedAt: number; taken: Promise<Snapshot> } | null = null;
  return {
    latest: () => latest,
    async since(time, signal) {
      if (latest !== null && latest.takenAt >= time) return latest;
      if (pending === null || pending.startedAt < time) {
        const mine = {
          startedAt: now(),
          taken: takeSnapshot(vapi, { now, ...(signal && { signal }) }),
        };
        pending = mine;
        mine.taken.then((snapshot) => latest = snapshot, () => {}).finally(() => {
          if (pending === mine) pending = null;
        });
      }
      return await pending.taken;
    },
  };
}
