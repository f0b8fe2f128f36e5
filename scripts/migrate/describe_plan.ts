/** The plan of a dry run, for people. */
import type { DryRunReport, PlannedAgent } from "../../functions/migrate-tools/report.ts";
import { describeDuplicates } from "./describe_duplicates.ts";

const MAX_AGENTS = 100;

export function describePlan(report: DryRunReport): string {
  const { plan, registry, organizations, agents, vapiCalls, duplicates } = report;
  const changed = plan.filter(({ action }) => action !== "none");
  const more = changed.length - MAX_AGENTS;
  const sections = [
    registry.map(describeTool).join("\n"),
    ...(changed.length === 0 ? [] : [
      changed.slice(0, MAX_AGENTS).map(describeAgent).join("\n") +
      (more > 0 ? `\n… and ${more} more (--json has all)` : ""),
    ]),
    ...describeDuplicates(duplicates ?? [], { isPlan: true }),
    [
      `Organizations  ${organizations.processed}, of which ${organizations.withAssistants} have assistants`,
      `Agents         ${agents.migrated} would be migrated, ${agents.unchanged} are in step, ${agents.failed} would fail, of ${agents.total}`,
      `Calls to Vapi  ${vapiCalls.post} POST, ${vapiCalls.patch} PATCH, ${vapiCalls.delete} DELETE, about ${vapiCalls.get} GET`,
      "Dry run: nothing was changed.",
    ].join("\n"),
  ];
  return sections.join("\n\n");
}

/** What is done about a tool of ours. */
export function describeTool(
  { name, action, vapiToolId, replaces }: DryRunReport["registry"][number],
): string {
  const ids = [vapiToolId, ...(replaces === null ? [] : [`in place of ${replaces}`])];
  return `${action.padEnd(8)} ${name}  ${ids.filter((id) => id !== null).join(" ")}`.trimEnd();
}

/** What is done about an agent. */
export function describeAgent(
  { orgName, agentName, action, reason, tools, settings, isInScope }: PlannedAgent,
): string {
  const parts = [
    ...(action === "create" ? ["its assistant is gone from Vapi and is created again"] : []),
    ...list("link", tools.link),
    ...list("unlink", tools.unlink.map(({ name, vapiToolId }) => name ?? vapiToolId)),
    ...list(
      "take the place of hand-made",
      tools.replace.map(({ name, vapiToolId }) => vapiToolId === null ? `${name} (inline)` : name),
    ),
    ...list("send", settings),
    ...list("leave", tools.foreign.map(({ name, vapiToolId }) => name ?? vapiToolId)),
    ...(reason === null ? [] : [`would fail: ${reason}`]),
    ...(isInScope ? [] : ["relinked because a tool is replaced"]),
  ];
  return `${action.padEnd(8)} ${orgName} / ${agentName}: ${parts.join("; ") || "in step"}`;
}

function list(verb: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`${verb} ${names.join(", ")}`];
}
