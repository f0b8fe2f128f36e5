/** Turns findings into repairs for the queue: one per tool registry, agent, or set of copies, however many findings each has. */
import type { JsonObject } from "../../shared/json.ts";
import { type Finding, FINDINGS } from "./finding.ts";

/** A job of the tool-sync queue. */
export interface Repair {
  key: string;
  payload: JsonObject;
}

export function repairsFor(findings: readonly Finding[]): Repair[] {
  const withFix = (fix: string) => findings.filter(({ code }) => FINDINGS[code].fix === fix);
  const repairs: Repair[] = [];

  const tools = distinct(withFix("tool").map(({ tool }) => tool));
  if (tools.length > 0) {
    repairs.push({ key: "repair-tools", payload: { kind: "repair_tools", tools } });
  }
  if (withFix("prune").length > 0) {
    repairs.push({ key: "duplicates", payload: { kind: "duplicates", prune: true } });
  }
  for (const id of distinct(withFix("number").map(({ phoneNumberId }) => phoneNumberId))) {
    repairs.push({
      key: `number:${id}`,
      payload: { kind: "phone_number", vapiPhoneNumberId: id },
    });
  }
  const byAgent = Map.groupBy(withFix("agent"), ({ agentId }) => agentId);
  for (const [agentId, found] of byAgent) {
    if (agentId === undefined) continue;
    const dangling = distinct(
      found.map(({ code, toolId }) => code === "dangling_tool" ? toolId : undefined),
    );
    repairs.push({
      key: `agent:${agentId}`,
      payload: {
        kind: "agent",
        agentId,
        // A repair reads the assistant itself, not our memory of it.
        force: true,
        repair: {
          unlink: dangling,
          unpin: found.some(({ code }) => code === "pinned_version"),
          server: found.some(({ code }) =>
            code === "wrong_server" || code === "wrong_server_secret"
          ),
          hearToolCalls: found.some(({ code }) => code === "messages_filtered"),
        },
      },
    });
  }
  return repairs;
}

function distinct(values: readonly (string | undefined)[]): string[] {
  return [...new Set(values)].filter((value) => value !== undefined);
}
