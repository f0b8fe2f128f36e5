import { splitPrompt } from "../../../shared/assistants/prompt_block.ts";
import type { JsonValue } from "../../../shared/json.ts";
import { type AssistantRecord, danglingToolIds, linkedToolIds } from "../../local/vapi/mod.ts";
import type { AgentRow, Observation } from "./observation.ts";

/**
 * Design: each agent has one assistant, which carries exactly the tools that it should, and the console's values wherever nobody edited
 * them at Vapi. No tool id dangles.
 */
export function assistantViolations(observation: Observation): string[] {
  const { agents, vapi } = observation;
  const claimed = new Set(agents.map((agent) => agent.assistant_id));
  const orphans = [...vapi.assistants.keys()].filter((id) => !claimed.has(id));
  const dangling = [...vapi.assistants.values()].flatMap((assistant) =>
    danglingToolIds(vapi, assistant).map((id) =>
      `Assistant ${assistant.id} refers to tool ${id}, which doesn't exist`
    )
  );
  return [
    ...orphans.map((id) => `Assistant ${id} belongs to no agent: it was made a second time`),
    ...dangling,
    ...agents.flatMap((agent) => agentViolations(agent, observation)),
  ];
}

function agentViolations(agent: AgentRow, observation: Observation): string[] {
  const assistant = observation.vapi.assistants.get(agent.assistant_id ?? "");
  if (assistant === undefined) return [`Agent ${agent.name} has no assistant`];
  const violations = [
    ...linkViolations(agent, assistant, observation),
    ...settingViolations(agent, assistant),
  ];
  if (agent.synced_version !== agent.version) {
    violations.push(`version ${agent.version} is saved and ${agent.synced_version} synced`);
  }
  return violations.map((violation) => `Agent ${agent.name}: ${violation}`);
}

function linkViolations(
  agent: AgentRow,
  assistant: AssistantRecord,
  { tools, orgTools }: Observation,
): string[] {
  const off = new Set(
    orgTools.filter((each) => each.org_id === agent.org_id && !each.enabled)
      .map((each) => each.tool_name),
  );
  const wanted = tools.filter(({ name, state }) =>
    state === "current" && !off.has(name) && (agent.tools === null || agent.tools.includes(name))
  ).map((tool) => tool.vapi_tool_id ?? "");
  const ours = new Set(tools.map((tool) => tool.vapi_tool_id));
  const carried = linkedToolIds(assistant).filter((id) => ours.has(id));
  const violations: string[] = [];
  if (sorted(carried) !== sorted(wanted)) {
    violations.push(`carries ${sorted(carried)} instead of ${sorted(wanted)}`);
  }
  if (sorted(agent.linked_tool_ids) !== sorted(wanted)) {
    violations.push(`linked_tool_ids says ${sorted(agent.linked_tool_ids)}`);
  }
  return violations;
}

function settingViolations(agent: AgentRow, assistant: AssistantRecord): string[] {
  const system = assistant.model?.messages?.find(({ role }) => role === "system");
  const shown: [path: string, shown: unknown, said: JsonValue | undefined][] = [
    ["name", assistant.name, agent.name],
    ["firstMessage", assistant.firstMessage, agent.first_message ?? undefined],
    ["maxDurationSeconds", assistant.maxDurationSeconds, agent.max_duration_seconds ?? undefined],
    ["model.messages.system", splitPrompt(system?.content ?? "").prompt, agent.system_prompt],
    ["model.temperature", assistant.model?.temperature, agent.model?.["temperature"]],
    ["model.model", assistant.model?.model, agent.model?.["model"]],
    ["voice.provider", assistant.voice?.["provider"], agent.voice?.["provider"]],
    ["voice.voiceId", assistant.voice?.["voiceId"], agent.voice?.["voiceId"]],
    ["metadata.agent_id", assistant.metadata?.["agent_id"], agent.id],
    ["metadata.org_id", assistant.metadata?.["org_id"], agent.org_id],
  ];
  const drifted = new Set(agent.drift.map(({ path }) => path));
  return shown
    .filter(([path, is, said]) => said !== undefined && is !== said && !drifted.has(path))
    .map(([path, is, said]) =>
      `${path} is ${JSON.stringify(is)} instead of ${JSON.stringify(said)}`
    );
}

function sorted(ids: readonly string[]): string {
  return [...ids].sort().join(" ");
}

/** Ids of the agent whose assistant this is, and of its organization. */
export function ownersOf({ metadata }: AssistantRecord): string[] {
  return [metadata?.["agent_id"], metadata?.["org_id"]].filter((id) => typeof id === "string");
}
