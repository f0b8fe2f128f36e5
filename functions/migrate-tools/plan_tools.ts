/** What registering the catalogue would do, decided from what exists: the pure twin of `ensureRegistry`. */
import type { CatalogueTool, RegistryView } from "../../shared/assistants/catalogue.ts";
import { findAdoptable } from "../../shared/assistants/match_tool.ts";
import type { Registry } from "../../shared/assistants/job.ts";
import type { VapiTool } from "../../shared/vapi/port.ts";

export interface ToolPlan {
  name: string;
  /** `update` changes the tool in place; `adopt` takes over one that already exists at Vapi. */
  action: "keep" | "create" | "replace" | "adopt" | "update";
  /** The id that it will have; null if it is still to be created. */
  vapiToolId: string | null;
  /** The id that it replaces. */
  replaces: string | null;
}

export interface PlanToolsInput {
  catalogue: readonly CatalogueTool[];
  registry: Registry;
  /** All tools at Vapi. */
  tools: readonly VapiTool[];
  strategy: "replace" | "in_place";
  /** Also register again what is already in step. */
  forceUpdate: boolean;
}

export interface ToolsPlan {
  tools: ToolPlan[];
  /** Ids that go out of use, and earlier ones that still exist. */
  retired: string[];
  /** PATCHes of tools. */
  updates: number;
}

export function planTools(input: PlanToolsInput): ToolsPlan {
  const { catalogue, registry } = input;
  const known = new Set(registry.map(({ vapiToolId }) => vapiToolId));
  const plans = catalogue.map((tool) => planTool(tool, input, known));
  const names = catalogue.map(({ name }) => name);
  const replaced = plans.flatMap(({ plan }) => plan.replaces ?? []);
  const retired = registry
    .filter(({ state, name }) => state !== "current" || !names.includes(name))
    .map(({ vapiToolId }) => vapiToolId);
  return {
    tools: plans.map(({ plan }) => plan),
    retired: [...retired, ...replaced],
    updates: plans.filter(({ isPatched }) => isPatched).length,
  };
}

function planTool(
  tool: CatalogueTool,
  { registry, tools, strategy, forceUpdate }: PlanToolsInput,
  known: ReadonlySet<string>,
): { plan: ToolPlan; isPatched: boolean } {
  const { name } = tool;
  const entry = registry.find((each) => each.name === name && each.state === "current");
  const vapiToolId = entry?.vapiToolId ?? null;
  const isKept = registry.some((each) =>
    each.name === name && each.definitionHash === tool.hash && each.state !== "retired"
  );
  if (isKept && !forceUpdate) {
    return { plan: { name, action: "keep", vapiToolId, replaces: null }, isPatched: false };
  }
  if (strategy === "in_place" && tools.some(({ id }) => id === vapiToolId)) {
    return { plan: { name, action: "update", vapiToolId, replaces: null }, isPatched: true };
  }
  const found = findAdoptable(tools, tool, known);
  if (found !== null) {
    return {
      plan: { name, action: "adopt", vapiToolId: found.tool.id, replaces: vapiToolId },
      isPatched: found.match === "alike",
    };
  }
  const action = entry === undefined ? "create" : "replace";
  return { plan: { name, action, vapiToolId: null, replaces: vapiToolId }, isPatched: false };
}

/** The registry as it will be. A tool that is still to be created is represented by a placeholder id that contains its name. */
export function viewAfter({ tools, retired }: ToolsPlan): RegistryView {
  const replacements = new Map(
    tools.flatMap(({ name, vapiToolId, replaces }) =>
      replaces === null ? [] : [[replaces, vapiToolId ?? `new:${name}`]]
    ),
  );
  return {
    current: new Map(tools.map(({ name, vapiToolId }) => [name, vapiToolId ?? `new:${name}`])),
    retired,
    ...(replacements.size > 0 && { replacements }),
  };
}
