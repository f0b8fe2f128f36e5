/** Compares an agent with its assistant at Vapi. */
import { z } from "zod";
import { type CurrentTools, wantedTools } from "../../shared/assistants/catalogue.ts";
import { merge } from "../../shared/assistants/plan.ts";
import {
  fingerprints,
  PROMPT_BLOCK,
  SERVER_URL,
  type Settings,
  type Webhook,
} from "../../shared/assistants/settings.ts";
import type { SyncAgent } from "../../shared/assistants/job.ts";
import type { AssistantView } from "./assistant_view.ts";
import { checkServer } from "./check_server.ts";
import { type Evidence, type Finding, finding, type FindingCode } from "./finding.ts";

export interface AgentState {
  agent: SyncAgent;
  /** Null if Vapi has no assistant with the agent's assistant id. */
  assistant: AssistantView | null;
  desired: Settings;
  webhook: Webhook;
  current: CurrentTools;
  /** Ids of retired tools. */
  retired: readonly string[];
  /** Ids of every tool in the account. */
  toolIds: ReadonlySet<string>;
  /** The state of its last sync, unless that succeeded. */
  unsynced?: Unsynced | undefined;
}

export const unsyncedSchema = z.object({
  agentId: z.string(),
  syncState: z.string(),
  attempts: z.number(),
  lastFailure: z.string().nullable(),
  /** When the queue tries again by itself; null if it has given up, or is about to. */
  nextAttemptAt: z.string().nullable(),
});
export type Unsynced = z.infer<typeof unsyncedSchema>;

/** How a call that names only a squad finds its organization. */
const OWNER_PATHS = ["metadata.agent_id", "metadata.org_id"];

export function checkAgent(
  { agent, assistant, desired, webhook, current, retired, toolIds, unsynced }: AgentState,
): Finding[] {
  const where = {
    orgId: agent.orgId,
    agentId: agent.id,
    ...(agent.assistantId !== null && { assistantId: agent.assistantId }),
  };
  if (agent.assistantId === null) return [notSynced(where, unsynced)];
  // A save from a moment ago is not worth a finding.
  const findings = unsynced !== undefined && unsynced.lastFailure !== null
    ? [notSynced(where, unsynced)]
    : [];
  if (assistant === null) return [...findings, finding("missing_assistant", where)];

  const report = (code: FindingCode, evidence: Evidence) =>
    findings.push(finding(code, { ...where, ...evidence }));
  const wanted = [...wantedTools(agent, current).values()];
  const names = new Map([...current].map(([name, id]) => [id, name]));
  const ours = new Set([...current.values(), ...agent.linkedToolIds]);
  const nameOf = (id: string) => ({ tool: names.get(id) ?? id });

  for (const id of wanted) {
    // A tool that Vapi has lost is a finding of its own; its id on the assistant is a dangling one.
    if (!assistant.toolIds.includes(id) && !assistant.toolRefIds.includes(id)) {
      report("not_linked", nameOf(id));
    }
  }
  for (const id of assistant.toolIds) {
    if (!toolIds.has(id)) report("dangling_tool", { toolId: id });
    else if (retired.includes(id)) report("retired_tool", { toolId: id });
    else if (!ours.has(id)) report("foreign_tool", { toolId: id });
    else if (names.has(id) && !wanted.includes(id)) report("linked_but_disabled", nameOf(id));
  }
  for (const id of assistant.hookToolIds) {
    if (toolIds.has(id) && retired.includes(id)) report("retired_tool", { toolId: id });
  }
  for (const id of new Set([...assistant.hookToolIds, ...assistant.otherToolIds])) {
    if (!toolIds.has(id)) report("dangling_reference", { toolId: id });
  }
  for (const id of assistant.toolRefIds) {
    if (ours.has(id)) report("pinned_version", nameOf(id));
  }
  if (assistant.serverMessages !== null && !assistant.serverMessages.includes("tool-calls")) {
    report("messages_filtered", { found: [...assistant.serverMessages] });
  }
  if (assistant.unknownKeys.length > 0) {
    report("unknown_keys", { found: [...assistant.unknownKeys] });
  }
  const { send, drift } = merge(fingerprints(desired), agent.lastApplied, assistant.fingerprint);
  if (send.includes(PROMPT_BLOCK)) report("outdated_facts", {});
  if (send.some((path) => OWNER_PATHS.includes(path))) report("wrong_metadata", {});
  const server = checkServer({ assistant, lastApplied: agent.lastApplied, webhook });
  if (server !== null) report(server.code, server.evidence);
  for (const { path, applied, observed } of drift) {
    // What Vapi refused counts as applied, and is reported as refused.
    if (agent.rejectedSettings.some((each) => each.path === path)) continue;
    if (path === SERVER_URL && server !== null) continue;
    report("drift", { expected: { [path]: applied }, found: { [path]: observed } });
  }
  return findings;
}

function notSynced(where: Evidence, unsynced: Unsynced | undefined): Finding {
  if (unsynced === undefined) return finding("not_synced", where);
  const { agentId: _, ...found } = unsynced;
  return finding("not_synced", { ...where, found });
}
