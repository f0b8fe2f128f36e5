/**
 * Where Vapi's documents refer to tools, beside an assistant's `model.toolIds` and `model.toolRefs`: actions of hooks, overrides
 * of squads, nodes of workflows, destinations of handoffs. A tool that any of them names is in use.
 */
import { ServiceError } from "../http/service_error.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import type { Vapi, VapiDocument } from "../vapi/port.ts";

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
