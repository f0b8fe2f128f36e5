/** Our tools: as they should be at Vapi, as the registry has them, and which of them an assistant carries. */
import type { Db } from "../db.ts";
import type { LaneName } from "../limiter.ts";
import type { Log } from "../log.ts";
import type { Recorder } from "../metrics/recorder.ts";
import type { Sleep } from "../retry.ts";
import type { ToolDefinition } from "../tools/define.ts";
import {
  type Deployment,
  deploymentHash,
  type PreparedTool,
  prepareTools,
} from "../tools/vapi_tool.ts";
import type { Vapi } from "../vapi/port.ts";
import type { Registry } from "./job.ts";
import type { Webhook } from "./settings.ts";

export interface CatalogueTool extends PreparedTool {
  name: string;
  slug: string;
  description: string;
  /** SHA-256 of what all tools of the deployment share. */
  deploymentHash: string;
}

/** Prepares the tools for a deployment. */
export async function prepareCatalogue(
  tools: readonly ToolDefinition[],
  deployment: Deployment,
): Promise<CatalogueTool[]> {
  const shared = await deploymentHash(deployment);
  const prepared = await prepareTools(tools, deployment);
  return tools.flatMap(({ name, slug, description }, at) => {
    const made = prepared[at];
    return made === undefined ? [] : [{ name, slug, description, ...made, deploymentHash: shared }];
  });
}

/** A registered tool as `org_tools` shows it. */
export interface OrgTool {
  name: string;
  vapiToolId: string;
  description: string;
  definitionHash: string;
}

/** The registry that a sync followed. */
export interface SyncedRegistry {
  /** Only the tools of the worker's own catalogue. */
  tools: readonly OrgTool[];
  /**
   * Vapi ids of all current tools, including those of other releases. If others are current by then, the agent is synced once
   * more.
   */
  currentIds: readonly string[];
}

/** What a plan needs to know about the registered tools. */
export interface RegistryView {
  /** In the catalogue's order. */
  current: CurrentTools;
  /** Ids of retired tools. */
  retired: readonly string[];
  /** Id of a retired tool → id of the one that replaced it. */
  replacements?: ReadonlyMap<string, string>;
}

/** For an agent in a trial, the tools on trial are the current ones; all other agents do without them. */
export function viewRegistry(
  catalogue: readonly CatalogueTool[],
  registry: Registry,
  { isInTrial = false }: TrialOptions = {},
): RegistryView {
  const current = new Map(
    orgTools(catalogue, registry, isInTrial).map((tool) => [tool.name, tool.vapiToolId]),
  );
  const ids = new Set(current.values());
  const retired = registry.filter(({ name, vapiToolId, state }) =>
    !ids.has(vapiToolId) && (state !== "current" || current.has(name))
  );
  return {
    current,
    retired: retired.map(({ vapiToolId }) => vapiToolId),
    replacements: new Map(retired.flatMap(({ name, vapiToolId }) => {
      const replacement = current.get(name);
      return replacement === undefined ? [] : [[vapiToolId, replacement]];
    })),
  };
}

export interface TrialOptions {
  isInTrial?: boolean;
}

/** What is recorded with a sync that followed the registry. */
export function syncedRegistry(
  catalogue: readonly CatalogueTool[],
  registry: Registry,
  { isInTrial = false }: TrialOptions = {},
): SyncedRegistry {
  return {
    tools: orgTools(catalogue, registry, isInTrial),
    currentIds: registry.filter(({ state }) => state === "current").map(({ vapiToolId }) =>
      vapiToolId
    ),
  };
}

/** The registered tools as every organization gets them, in the catalogue's order. */
function orgTools(
  catalogue: readonly CatalogueTool[],
  registry: Registry,
  isInTrial: boolean,
): OrgTool[] {
  return catalogue.flatMap(({ name, description }) => {
    const inState = (state: Registry[number]["state"]) =>
      registry.find((each) => each.name === name && each.state === state);
    const entry = (isInTrial ? inState("trial") : undefined) ?? inState("current");
    if (entry === undefined) return [];
    const { vapiToolId, definitionHash } = entry;
    return [{ name, vapiToolId, description, definitionHash }];
  });
}

/** Tools that are registered, by catalogue name → id at Vapi. */
export type CurrentTools = ReadonlyMap<string, string>;

export interface ToolChoice {
  /** Catalogue names that the agent asked for; null means all. */
  tools: string[] | null;
  /** Catalogue names that its organization switched off. */
  disabledTools: string[];
}

/** The tools that the agent's assistant should carry, in the catalogue's order. */
export function wantedTools(
  { tools, disabledTools }: ToolChoice,
  current: CurrentTools,
): CurrentTools {
  return new Map(
    [...current].filter(([name]) =>
      (tools === null || tools.includes(name)) && !disabledTools.includes(name)
    ),
  );
}

export interface LinkChange {
  toolIds: string[];
  link: string[];
  unlink: string[];
}

/** The tools that an assistant refers to. */
interface References {
  toolIds: readonly string[];
  /** Pinned by `model.toolRefs`; Vapi itself removes such an id from `toolIds`. */
  toolRefIds: readonly string[];
}

/**
 * The assistant's new `toolIds`: those it has, minus the leaving ones, plus the wanted ones that it lacks. An id that is both
 * wanted and leaving stays. `unlink` also names pinned references: they win over `toolIds`, so they must go too.
 */
export function changeLinks(
  { toolIds, toolRefIds }: References,
  wanted: readonly string[],
  leaving: ReadonlySet<string>,
): LinkChange {
  const carried = [...new Set([...toolIds, ...toolRefIds])];
  const unlink = carried.filter((id) => leaving.has(id) && !wanted.includes(id));
  const link = wanted.filter((id) => !carried.includes(id));
  return { toolIds: [...toolIds.filter((id) => !unlink.includes(id)), ...link], link, unlink };
}

/** What the sync engine works with: ports and values, so that every effect can be replaced at the wire. */
export interface SyncDeps {
  db: Db;
  vapi: Vapi;
  /** The same Vapi, for work that nobody is waiting for: its requests and the others take turns. */
  bulkVapi: Vapi;
  catalogue: readonly CatalogueTool[];
  /** Where Vapi sends the events of a call, and with which secret. */
  webhook: Webhook;
  /** How a changed tool reaches Vapi: as a new tool that replaces the old one, or by a PATCH of the old one. */
  strategy: "replace" | "in_place";
  /** How many jobs of each lane run at the same time. */
  atOnce: Readonly<Record<LaneName, number>>;
  log: Log;
  /** Records what attempts at jobs did. */
  recorder?: Pick<Recorder, "trace">;
  /** Milliseconds of this worker's clock, for differences only; points in time come from the database. */
  now: () => number;
  sleep: Sleep;
  /** How long this isolate has been running its code: one of an older deployment must not turn the registry back. */
  uptimeSeconds: () => number;
}
