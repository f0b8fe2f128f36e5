/** The counts of a dry run, in the shape of a run's report. */
import type { Registry } from "../../shared/assistants/job.ts";
import type { ToolsPlan } from "./plan_tools.ts";
import { type DryRunReport, type PlannedAgent, successRate } from "./report.ts";

export interface SummaryInput {
  plan: readonly PlannedAgent[];
  toolsPlan: ToolsPlan;
  registry: Registry;
  organizations: number;
}

export function summarize({ plan, toolsPlan, registry, organizations }: SummaryInput): Pick<
  DryRunReport,
  "organizations" | "agents" | "tools" | "successRate" | "failures" | "perOrganization"
> {
  const inScope = plan.filter((agent) => agent.isInScope);
  const byOrganization = Map.groupBy(inScope, ({ orgId }) => orgId);
  const agents = countAgents(inScope);
  return {
    organizations: { processed: organizations, withAssistants: byOrganization.size },
    agents,
    tools: countTools(toolsPlan, registry),
    successRate: successRate(agents),
    failures: inScope.filter(({ action }) => action === "fail").map((
      { orgId, orgName, agentId, agentName, reason },
    ) => ({
      orgId,
      orgName,
      agentId,
      agentName,
      code: "would_fail",
      message: reason ?? "",
      nextAttemptAt: null,
    })),
    perOrganization: [...byOrganization].map(([orgId, planned]) => {
      const { total, ...counts } = countAgents(planned);
      return { orgId, name: planned[0]?.orgName ?? "", agents: total, ...counts };
    }),
  };
}

function countAgents(plan: readonly PlannedAgent[]): DryRunReport["agents"] {
  const count = (...actions: PlannedAgent["action"][]) =>
    plan.filter(({ action }) => actions.includes(action)).length;
  return {
    total: plan.length,
    migrated: count("create", "update"),
    unchanged: count("none"),
    failed: count("fail"),
  };
}

function countTools({ tools, retired }: ToolsPlan, registry: Registry): DryRunReport["tools"] {
  const count = (...actions: string[]) =>
    tools.filter(({ action }) => actions.includes(action)).length;
  const before = registry.filter(({ state }) => state === "retired").length;
  return {
    created: count("create"),
    replaced: count("replace", "update"),
    adopted: count("adopt"),
    retired: retired.length - before,
  };
}
