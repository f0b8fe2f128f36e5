/**
 * Reports what a migration would do without doing any of it: GETs and reading rpcs only. It plans with the same functions that
 * the worker uses.
 */
import { z } from "zod";
import type { SyncDeps } from "../../shared/assistants/catalogue.ts";
import {
  countReferences,
  findDuplicates,
  registeredSchema,
  withReferences,
} from "../../shared/assistants/duplicates.ts";
import {
  allToolIds,
  listToolHolders,
  type ToolReferences,
} from "../../shared/assistants/observed.ts";
import { type Registry, registrySchema } from "../../shared/assistants/job.ts";
import { GETS_PER_PAGE_ITEM } from "../../shared/assistants/snapshot.ts";
import type { MigrateParameters } from "./parameters.ts";
import { planAgents, type PlanDeps } from "./plan_agents.ts";
import { planTools, type ToolsPlan, viewAfter } from "./plan_tools.ts";
import {
  type DryRunReport,
  type PlannedAgent,
  type ScopedAgent,
  scopedAgentSchema,
} from "./report.ts";
import { summarize } from "./summarize.ts";
import { countCalls } from "./vapi_calls.ts";

export type DryRunDeps = PlanDeps & Pick<SyncDeps, "catalogue" | "strategy">;

const scopeSchema = z.object({
  organizations: z.int(),
  registry: registrySchema,
  agents: z.array(scopedAgentSchema.extend({ isSynced: z.boolean() })),
});

export async function dryRun(
  deps: DryRunDeps,
  parameters: MigrateParameters,
  signal: AbortSignal,
): Promise<DryRunReport> {
  const { orgId, forceUpdate, pruneDuplicates } = parameters;
  const { db, vapi, catalogue, strategy } = deps;
  const tools = await vapi.tools.list({ signal });
  const scope = scopeSchema.parse(await db.rpc("backfill_scope", { p_org_id: orgId }, { signal }));
  const registered = registeredSchema.parse(await db.rpc("registered_tools", {}, { signal }));
  const { registry } = scope;
  const toolsPlan = planTools({ catalogue, registry, tools, strategy, forceUpdate });
  const willBeOurs = toolsPlan.tools.flatMap(({ vapiToolId }) => vapiToolId ?? []);
  const found = findDuplicates({
    tools,
    catalogue,
    registered: { ...registered, ids: [...registered.ids, ...willBeOurs] },
  });

  const isInScope = (agent: ScopedAgent) => orgId === null || agent.orgId === orgId;
  const relinks = relinksAll(toolsPlan, registry);
  const agents = scope.agents.filter((agent) => isInScope(agent) || relinks && agent.isSynced)
    .map(({ isSynced: _, ...agent }) => agent);
  const plan: PlannedAgent[] = [];
  const carried: ToolReferences[] = [];
  const mayDelete = toolsPlan.retired.length + found.length > 0;
  if (mayDelete) {
    const holders = await listToolHolders(vapi, { signal });
    carried.push(...holders.map(({ toolIds }) => ({ toolIds, toolRefIds: [] })));
  }
  const plans = planAgents(deps, {
    agents,
    isInScope,
    view: viewAfter(toolsPlan),
    tools,
    readsAll: mayDelete || agents.length > scope.agents.length * GETS_PER_PAGE_ITEM,
    signal,
  });
  for await (const { planned, after } of plans) {
    if (planned !== null) plan.push(planned);
    carried.push({ toolIds: allToolIds(after), toolRefIds: [] });
  }

  const duplicates = withReferences(found, carried).map((duplicate) => ({
    ...duplicate,
    isPruned: pruneDuplicates && duplicate.isPrunable,
  }));
  const unused = [...countReferences(toolsPlan.retired, carried).values()].filter((n) => n === 0);
  const deletes = unused.length + duplicates.filter(({ isPruned }) => isPruned).length;
  return {
    runId: null,
    dryRun: true,
    status: "done",
    ...summarize({ plan, toolsPlan, registry, organizations: scope.organizations }),
    duplicates,
    registry: toolsPlan.tools,
    plan: inOrder(plan, scope.agents),
    vapiCalls: countCalls({
      toolsPlan,
      plan,
      deletes,
      assistants: scope.agents.length,
      tools: tools.length,
    }),
  };
}

/** A tool that comes into use or goes out of use affects every assistant that was synced before, whatever the scope. */
function relinksAll({ tools, retired }: ToolsPlan, registry: Registry): boolean {
  const before = registry.filter(({ state }) => state === "retired").length;
  return retired.length > before ||
    tools.some(({ action }) => action !== "keep" && action !== "update");
}

function inOrder(
  plan: readonly PlannedAgent[],
  agents: readonly ScopedAgent[],
): PlannedAgent[] {
  const places = new Map(agents.map(({ agentId }, place) => [agentId, place]));
  const placeOf = ({ agentId }: PlannedAgent) => places.get(agentId) ?? 0;
  return plan.toSorted((a, b) => placeOf(a) - placeOf(b));
}
