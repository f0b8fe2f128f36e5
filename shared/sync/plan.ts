/** What to do about one agent's assistant. A pure decision: a dry run prints it, a worker carries it out. */
import { changeLinks, type CurrentTools, wantedToolIds } from "./links.ts";
import { type Drift, merge } from "./merge.ts";
import type { Observed } from "./observed.ts";
import { type Fingerprints, fingerprints, type Leaves } from "./settings.ts";
import type { SyncAgent } from "./task.ts";

export type AgentPlan =
  /** Vapi has no assistant for the agent. */
  | { action: "create" }
  /** The assistant is in step. */
  | { action: "none"; toolIds: string[]; applied: Fingerprints; drift: Drift[] }
  /** The assistant needs a PATCH. */
  | {
    action: "update";
    link: string[];
    unlink: string[];
    send: string[];
    clear: string[];
    /** The whole list that `model.toolIds` becomes. */
    newToolIds: string[];
    /** Ours among them. */
    toolIds: string[];
    applied: Fingerprints;
    drift: Drift[];
  };

export interface PlanInput {
  agent: SyncAgent;
  /** What Vapi has; null where it has no assistant for the agent. */
  observed: Observed | null;
  desired: Leaves;
  current: CurrentTools;
  /** Ids of retired tools. */
  retired: Iterable<string>;
}

export function planAgent({ agent, observed, desired, current, retired }: PlanInput): AgentPlan {
  if (observed === null) return { action: "create" };

  const toolIds = wantedToolIds(agent, current);
  const ours = new Set([...current.values(), ...retired, ...agent.linkedToolIds]);
  const links = changeLinks(observed.toolIds, toolIds, ours);
  // A pinned reference wins over toolIds, so one that pins a tool which has to go must go too.
  const unlinkedRefs = observed.toolRefIds.filter((id) => ours.has(id) && !toolIds.includes(id));
  const applied = fingerprints(desired);
  const { send, clear, drift } = merge(applied, agent.lastApplied, observed.fingerprint);

  const unlink = [...new Set([...links.unlink, ...unlinkedRefs])];
  if (links.link.length + unlink.length + send.length + clear.length === 0) {
    return { action: "none", toolIds, applied, drift };
  }
  const newToolIds = links.toolIds;
  return {
    action: "update",
    link: links.link,
    unlink,
    send,
    clear,
    newToolIds,
    toolIds,
    applied,
    drift,
  };
}
