/**
 * Tools at Vapi that have the name of one of ours without being it: left by hand, by an earlier version, or by a lost database.
 */
import { z } from "zod";
import { ServiceError } from "../http/errors.ts";
import { lease } from "../worker/job.ts";
import type { CatalogueTool, SyncDeps } from "./catalogue.ts";
import type { SyncJob } from "./job.ts";
import type { Snapshots } from "./snapshot.ts";
import type { VapiTool } from "../vapi/port.ts";
import { allToolIds, listToolHolders, type ToolReferences } from "./observed.ts";

export interface Duplicate {
  name: string;
  vapiToolId: string;
  /** Where Vapi sends its calls; null if it has no server. */
  url: string | null;
  /** The assistants that carry it, anybody's. */
  references: number;
  /** True if it may be deleted: no assistant carries it, and its URL ends like that of our tool with this name. */
  isPrunable: boolean;
}

export interface Registered {
  /** Ids that the registry knows, including retired ones. */
  ids: readonly string[];
  /** Names of tools that a worker may be creating right now. */
  creating: readonly string[];
}

export interface DuplicatesInput {
  tools: readonly VapiTool[];
  catalogue: readonly CatalogueTool[];
  /** Read after `tools`: a tool created in the meantime is then either not in the list, or known to be in creation. */
  registered: Registered;
}

/** The tools in the list that are duplicates, without their references. */
export function findDuplicates(
  { tools, catalogue, registered }: DuplicatesInput,
): Omit<Duplicate, "references">[] {
  return tools.flatMap((remote) => {
    const ours = catalogue.find(({ name }) => name === remote.function?.name);
    if (ours === undefined || registered.ids.includes(remote.id)) return [];
    if (registered.creating.includes(ours.name)) return [];
    const url = remote.server?.url ?? null;
    return [{ name: ours.name, vapiToolId: remote.id, url, isPrunable: isOurEndpoint(url, ours) }];
  });
}

/** With references counted: a tool that any assistant carries is never deleted. */
export function withReferences(
  duplicates: readonly Omit<Duplicate, "references">[],
  assistants: Iterable<ToolReferences>,
): Duplicate[] {
  const references = countReferences(duplicates.map(({ vapiToolId }) => vapiToolId), assistants);
  return duplicates.map((duplicate) => {
    const count = references.get(duplicate.vapiToolId) ?? 0;
    return {
      ...duplicate,
      references: count,
      isPrunable: duplicate.isPrunable && count === 0,
    };
  });
}

/** How many assistants, squads and workflows refer to each of the tools. */
export function countReferences(
  toolIds: readonly string[],
  assistants: Iterable<ToolReferences>,
): ReadonlyMap<string, number> {
  const counts = new Map(toolIds.map((id) => [id, 0]));
  for (const references of assistants) {
    for (const id of allToolIds(references)) {
      const count = counts.get(id);
      if (count !== undefined) counts.set(id, count + 1);
    }
  }
  return counts;
}

/** Id → function name, for the function tools of the list. */
export function functionNames(tools: readonly VapiTool[]): ReadonlyMap<string, string> {
  return new Map(
    tools.flatMap(({ id, function: definition }) => definition ? [[id, definition.name]] : []),
  );
}

/** This deployment's URL, or the same last segment on another host: an earlier deployment's, or a stale tunnel's. */
function isOurEndpoint(url: string | null, { slug }: CatalogueTool): boolean {
  return url !== null && URL.canParse(url) && new URL(url).pathname.endsWith(`/${slug}`);
}

export const registeredSchema = z.object({
  ids: z.array(z.string()),
  creating: z.array(z.string()),
});

/** Finds the duplicates and, if the operator asked for it, deletes those that nobody uses. */
export async function lookForDuplicates(
  deps: SyncDeps,
  job: SyncJob,
  { snapshots, signal }: { snapshots: Snapshots; signal: AbortSignal },
): Promise<"looked" | "pruned"> {
  const { db, vapi, catalogue } = deps;
  const tools = await vapi.tools.list({ signal });
  const registered = registeredSchema.parse(await db.rpc("registered_tools", {}, { signal }));
  const found = findDuplicates({ tools, catalogue, registered });
  // Nothing else needs the assistants, so without duplicates they are not read.
  const assistants = found.length === 0
    ? []
    : (await snapshots.since(deps.now(), signal)).assistants.values();
  const holders = found.length === 0 ? [] : await listToolHolders(vapi, { signal });

  const prunes = job.payload["prune"] === true;
  const duplicates: (Duplicate & { isPruned: boolean })[] = [];
  for (
    const duplicate of withReferences(found, [
      ...assistants,
      ...holders.map(({ toolIds }) => ({ toolIds, toolRefIds: [] })),
    ])
  ) {
    const isPruned = prunes && duplicate.isPrunable && await remove(deps, duplicate, signal);
    duplicates.push({ ...duplicate, isPruned });
  }
  const outcome = prunes ? "pruned" : "looked";
  await db.rpc("complete_job", {
    ...lease(job),
    p_result: { outcome, duplicates: duplicates.map((duplicate) => ({ ...duplicate })) },
  });
  deps.log.info("duplicates_looked_for", {
    found: duplicates.length,
    pruned: duplicates.filter(({ isPruned }) => isPruned).length,
  });
  return outcome;
}

/** False if somebody pins a version of it, which counts as a reference. */
async function remove(
  deps: SyncDeps,
  { vapiToolId, name }: Duplicate,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await deps.vapi.tools.remove(vapiToolId, { signal });
  } catch (error) {
    if (error instanceof ServiceError && error.code === "tool_pinned") return false;
    throw error;
  }
  deps.log.info("duplicate_pruned", { tool: name, vapi_tool_id: vapiToolId });
  return true;
}
