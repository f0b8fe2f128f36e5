/** What a dry run reports about one agent. */
import { topLevelKey, updateBody } from "../../shared/assistants/bodies.ts";
import { type RegistryView, wantedTools } from "../../shared/assistants/catalogue.ts";
import { observe, type Observed, type ToolReferences } from "../../shared/assistants/observed.ts";
import {
  type ExistingPlan,
  foreignToolIds,
  planExisting,
  settingsWith,
} from "../../shared/assistants/plan.ts";
import type { Webhook } from "../../shared/assistants/settings.ts";
import type { SyncAgent } from "../../shared/assistants/job.ts";
import type { VapiAssistant } from "../../shared/vapi/port.ts";
import type { PlannedAgent, ScopedAgent } from "./report.ts";

export interface EntryInput {
  agent: SyncAgent;
  scoped: ScopedAgent;
  /** Null if Vapi no longer has the assistant. */
  assistant: VapiAssistant | null;
  isInScope: boolean;
  view: RegistryView;
  /** Function names of all tools at Vapi by id. */
  toolNames: ReadonlyMap<string, string>;
  webhook: Webhook;
}

export interface Entry {
  planned: PlannedAgent;
  /** What the assistant will refer to. */
  after: ToolReferences;
}

export function planEntry(input: EntryInput): Entry {
  const { agent, scoped, assistant, isInScope, view } = input;
  const base = { ...scoped, isInScope };
  if (assistant === null) {
    const wanted = wantedTools(agent, view.current);
    const tools = { ...NO_TOOLS, link: [...wanted.keys()] };
    return {
      planned: { ...base, action: "create", reason: null, tools, settings: [] },
      after: { toolIds: [...wanted.values()], toolRefIds: [] },
    };
  }
  const observed = observe(assistant);
  const foreign = foreignToolIds(observed, { agent, ...view });
  const plan = planExisting(input, { agent, observed, foreignNames: input.toolNames, view });
  const { action, reason, settings } = outcomeOf(input, assistant, plan);
  return {
    planned: { ...base, action, reason, tools: toolChanges(input, plan, foreign), settings },
    after: action === "update" ? afterUpdate(observed, plan) : observed,
  };
}

const NO_TOOLS: PlannedAgent["tools"] = { link: [], unlink: [], replace: [], foreign: [] };

function outcomeOf(
  { agent, webhook }: EntryInput,
  assistant: VapiAssistant,
  plan: ExistingPlan,
): Pick<PlannedAgent, "action" | "reason" | "settings"> {
  if (plan.action === "none") return { action: "none", reason: null, settings: [] };
  try {
    const body = updateBody(assistant, settingsWith(observe(assistant), agent, webhook), plan);
    const settings = [...plan.send, ...plan.clear].filter((path) => topLevelKey(path) in body);
    const isEmpty = Object.keys(body).length === 0;
    return { action: isEmpty ? "none" : "update", reason: null, settings };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { action: "fail", reason, settings: [] };
  }
}

function toolChanges(
  { view, toolNames }: EntryInput,
  plan: ExistingPlan,
  foreign: readonly string[],
): PlannedAgent["tools"] {
  const ref = (vapiToolId: string) => ({ name: toolNames.get(vapiToolId) ?? null, vapiToolId });
  if (plan.action === "none") return { ...NO_TOOLS, foreign: foreign.map(ref) };
  const replaced = plan.conflictingTools.map(({ vapiToolId }) => vapiToolId);
  return {
    link: [...view.current].filter(([, id]) => plan.link.includes(id)).map(([name]) => name),
    unlink: plan.unlink.filter((id) => !replaced.includes(id)).map(ref),
    replace: [...plan.conflictingTools, ...plan.inline.map((name) => ({ name, vapiToolId: null }))],
    foreign: foreign.filter((id) => !replaced.includes(id)).map(ref),
  };
}

function afterUpdate(observed: Observed, plan: ExistingPlan): Entry["after"] {
  if (plan.action === "none") return observed;
  return {
    toolIds: plan.newToolIds,
    toolRefIds: observed.toolRefIds.filter((id) => !plan.unlink.includes(id)),
    hookToolIds: observed.hookToolIds.map((id) => new Map(plan.moves ?? []).get(id) ?? id),
    otherToolIds: observed.otherToolIds,
  };
}
