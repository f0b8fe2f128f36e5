/** What a migration costs in requests to Vapi. */
import { SNAPSHOT_FROM_AGENTS } from "../../shared/assistants/snapshot.ts";
import { PAGE_SIZE } from "../../shared/vapi/client.ts";
import type { ToolsPlan } from "./plan_tools.ts";
import type { DryRunReport, PlannedAgent } from "./report.ts";

export interface CallsInput {
  toolsPlan: ToolsPlan;
  plan: readonly PlannedAgent[];
  deletes: number;
  /** The number of our assistants, and of tools at Vapi. */
  assistants: number;
  tools: number;
}

/** Writes are exact. Reads are what one worker needs if it meets no error. */
export function countCalls(
  { toolsPlan, plan, deletes, assistants, tools }: CallsInput,
): DryRunReport["vapiCalls"] {
  const count = (action: PlannedAgent["action"]) =>
    plan.filter((agent) => agent.action === action).length;
  const created = count("create");
  const linkedAfterCreation = plan.filter(({ action, tools }) =>
    action === "create" && tools.link.length > 0
  );
  const newTools = toolsPlan.tools.filter(({ vapiToolId }) => vapiToolId === null).length;
  const isRegistering = toolsPlan.tools.some(({ action }) => action !== "keep");
  const hasForeign = plan.some(({ tools }) => tools.foreign.length + tools.replace.length > 0);
  const isBulk = plan.length >= SNAPSHOT_FROM_AGENTS;

  const toolLists = 1 + Number(isRegistering) + Number(hasForeign);
  const looks = Number(isBulk && count("none") > 0) + Number(deletes > 0);
  const touched = isBulk ? plan.length - count("none") : plan.length;
  return {
    get: toolLists * Math.max(1, Math.ceil(tools / PAGE_SIZE.tools)) +
      looks * Math.max(1, Math.ceil(assistants / PAGE_SIZE.assistants)) + touched + created,
    post: newTools + created,
    patch: toolsPlan.updates + count("update") + linkedAfterCreation.length,
    delete: deletes,
  };
}
