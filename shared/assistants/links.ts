/**
 * Which tool ids an assistant carries: ours in or out, everybody else's untouched. And where else Vapi's documents refer to tools: actions
 * of hooks, overrides of squads, nodes of workflows, destinations of handoffs. A tool that any of them names is in use.
 */
import { ServiceError } from "../http/errors.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import type { Vapi, VapiDocument } from "../vapi/port.ts";

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

/** What an assistant refers to. */
interface References {
  toolIds: readonly string[];
  /** Pinned by `model.toolRefs`; Vapi takes such an id out of `toolIds` by itself. */
  toolRefIds: readonly string[];
}

/**
 * The assistant's new `toolIds`: those it has, less the leaving ones, plus the wanted ones that it lacks. What is both wanted
 * and leaving stays. `unlink` also names pinned references: they win over `toolIds`, so they must go too.
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

/** Every id under a key `toolId` or in a list `toolIds`, however deep, each once. */
export function toolReferences(value: JsonValue | undefined): string[] {
  return [...new Set(found(value))];
}

function found(value: JsonValue | undefined): string[] {
  if (Array.isArray(value)) return value.flatMap(found);
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([key, part]) => {
    if (key === "toolId") return typeof part === "string" ? [part] : found(part);
    if (key === "toolIds" && Array.isArray(part)) {
      return part.flatMap((id) => typeof id === "string" ? [id] : found(id));
    }
    return found(part);
  });
}

/** A copy that names the replacements. */
export function moveReferences(
  value: JsonValue,
  moves: ReadonlyMap<string, string>,
): JsonValue {
  const moved = (id: JsonValue) =>
    typeof id === "string" ? moves.get(id) ?? id : moveReferences(id, moves);
  if (Array.isArray(value)) return value.map((part) => moveReferences(part, moves));
  if (!isJsonObject(value)) return value;
  const copy: JsonObject = {};
  for (const [key, part] of Object.entries(value)) {
    if (key === "toolId") copy[key] = moved(part);
    else if (key === "toolIds" && Array.isArray(part)) copy[key] = part.map(moved);
    else copy[key] = moveReferences(part, moves);
  }
  return copy;
}

/** A squad or a workflow that refers to tools. */
export interface ToolHolder {
  kind: "squad" | "workflow";
  id: string;
  toolIds: string[];
}

/** Reads all squads and workflows. An account that Vapi serves none of a kind for has none. */
export async function listToolHolders(
  { squads, workflows }: Pick<Vapi, "squads" | "workflows">,
  options: { signal?: AbortSignal } = {},
): Promise<ToolHolder[]> {
  const read = async (kind: ToolHolder["kind"], list: () => Promise<VapiDocument[]>) => {
    try {
      const documents = await list();
      return documents.map((each) => ({ kind, id: each.id, toolIds: toolReferences(each) }));
    } catch (error) {
      if (error instanceof ServiceError && error.status === 404) return [];
      throw error;
    }
  };
  const holders = await Promise.all([
    read("squad", () => squads.list(options)),
    read("workflow", () => workflows.list(options)),
  ]);
  return holders.flat().filter(({ toolIds }) => toolIds.length > 0);
}
