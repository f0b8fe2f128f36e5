/** The registry as plans and records need it. */
import type { CatalogueTool } from "./catalogue.ts";
import type { CurrentTools } from "./links.ts";
import type { Registry } from "./job.ts";

/** A registered tool as `org_tools` shows it. */
export interface OrgTool {
  name: string;
  vapiToolId: string;
  description: string;
  definitionHash: string;
}

/** The registry that a sync went by. */
export interface SyncedRegistry {
  /** Those of the worker's own catalogue. */
  tools: readonly OrgTool[];
  /** Vapi ids of all current tools, also of other releases. If others are current by now, the agent is synced once more. */
  currentIds: readonly string[];
}

/** What a plan needs to know of the registered tools. */
export interface RegistryView {
  /** In the catalogue's order. */
  current: CurrentTools;
  /** Ids of retired tools. */
  retired: readonly string[];
  /** Id of a retired tool → id of the one that took its place. */
  replacements?: ReadonlyMap<string, string>;
}

export function viewRegistry(
  catalogue: readonly CatalogueTool[],
  registry: Registry,
): RegistryView {
  const current = new Map(
    orgTools(catalogue, registry).map((tool) => [tool.name, tool.vapiToolId]),
  );
  const retired = registry.filter(({ state }) => state === "retired");
  return {
    current,
    retired: retired.map(({ vapiToolId }) => vapiToolId),
    replacements: new Map(retired.flatMap(({ name, vapiToolId }) => {
      const replacement = current.get(name);
      return replacement === undefined ? [] : [[vapiToolId, replacement]];
    })),
  };
}

/** What is recorded with a sync that goes by the registry. */
export function syncedRegistry(
  catalogue: readonly CatalogueTool[],
  registry: Registry,
): SyncedRegistry {
  return {
    tools: orgTools(catalogue, registry),
    currentIds: registry.filter(({ state }) => state === "current").map(({ vapiToolId }) =>
      vapiToolId
    ),
  };
}

/** The registered tools as every organization gets them, in the catalogue's order. */
function orgTools(catalogue: readonly CatalogueTool[], registry: Registry): OrgTool[] {
  return catalogue.flatMap(({ name, description }) => {
    const entry = registry.find((each) => each.name === name && each.state === "current");
    if (entry === undefined) return [];
    const { vapiToolId, definitionHash } = entry;
    return [{ name, vapiToolId, description, definitionHash }];
  });
}
