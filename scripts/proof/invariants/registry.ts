import { DEFINITION_HEADER } from "../../../shared/vapi/call_context.ts";
import type { ToolRecord } from "../../local/vapi/mod.ts";
import type { Observation } from "./observation.ts";

/**
 * Design: one current tool at Vapi per catalogue tool, with the definition of the last release, and no others of ours.
 */
export function registryViolations(observation: Observation): string[] {
  const { tools, catalogue, vapi, orgTools, agents } = observation;
  const violations: string[] = [];
  const current = new Map(
    tools.filter(({ state }) => state === "current").map((tool) => [tool.name, tool]),
  );

  for (const { name, state } of tools) {
    if (state === "creating") violations.push(`Tool ${name} was left in state creating`);
    if (state === "retired") violations.push(`A retired tool ${name} was never deleted`);
  }
  for (const { name, hash } of catalogue) {
    const entry = current.get(name);
    const remote = vapi.tools.get(entry?.vapi_tool_id ?? "");
    if (entry === undefined) violations.push(`Tool ${name} is not registered`);
    else if (remote === undefined) violations.push(`Tool ${name} doesn't exist at Vapi`);
    else if (entry.definition_hash !== hash || hashAt(remote) !== hash) {
      violations.push(`Tool ${name} is registered with another definition than the last release's`);
    }
  }
  const names = new Set(catalogue.map(({ name }) => name));
  for (const { name } of current.values()) {
    if (!names.has(name)) violations.push(`Tool ${name} is current but no release defines it`);
  }
  const known = new Set([...current.values()].map((entry) => entry.vapi_tool_id));
  for (const [id, tool] of vapi.tools) {
    if (isOurs(tool, observation.backendUrl) && !known.has(id)) {
      violations.push(`Tool ${id} (${nameOf(tool)}) is at Vapi a second time`);
    }
  }
  for (const orgId of new Set(agents.map((agent) => agent.org_id))) {
    for (const [name, entry] of current) {
      const link = orgTools.find((each) => each.org_id === orgId && each.tool_name === name);
      if (
        link?.vapi_tool_id !== entry.vapi_tool_id || link.definition_hash !== entry.definition_hash
      ) {
        violations.push(`org_tools of ${orgId} doesn't show the current tool ${name}`);
      }
    }
  }
  return violations;
}

/** Whether the tool calls one of our functions. */
function isOurs(tool: ToolRecord, backendUrl: string): boolean {
  return tool.type === "function" && tool.server?.url?.startsWith(`${backendUrl}/`) === true;
}

function hashAt(tool: ToolRecord): unknown {
  return tool.type === "function" ? tool.server?.headers?.[DEFINITION_HEADER] : undefined;
}

function nameOf(tool: ToolRecord): string | undefined {
  return tool.type === "function" ? tool.function?.name : undefined;
}
