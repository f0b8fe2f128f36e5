/** The tools as they should be at Vapi, and as the registry says they are. */
import type { ToolDefinition } from "../tools/define.ts";
import {
  definitionHash,
  type Deployment,
  type VapiToolBody,
  vapiToolBody,
} from "../tools/vapi_tool.ts";
import type { Registry } from "./job.ts";
import type { CurrentTools } from "./links.ts";

export interface CatalogueTool {
  name: string;
  slug: string;
  description: string;
  body: VapiToolBody;
  /** SHA-256 of the definition, 64 hex characters. */
  hash: string;
}

/** Prepares the tools for a deployment. */
export function prepareCatalogue(
  tools: readonly ToolDefinition[],
  deployment: Deployment,
): Promise<CatalogueTool[]> {
  return Promise.all(tools.map(async (tool) => ({
    name: tool.name,
    slug: tool.slug,
    description: tool.description,
    body: await vapiToolBody(tool, deployment),
    hash: await definitionHash(tool, deployment),
  })));
}

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
