/** What a plan needs to know of an assistant at Vapi, taken from its full form or from a compact snapshot. */
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { fingerprint, LEAF_PATHS, readLeaf, SERVER_SECRET } from "./settings.ts";

export interface Observed {
  toolIds: string[];
  /** Ids of the tools that `model.toolRefs` pins to a version. */
  toolRefIds: string[];
  /** Names of the function tools that are defined inline, in `model.tools`. */
  inlineTools: string[];
  /** Fingerprint of the leaf at the path; undefined where the assistant has none, null where Vapi never tells. */
  fingerprint: (path: string) => string | null | undefined;
}

/** Reads an assistant as Vapi gave it. */
export function observe(assistant: JsonObject): Observed {
  const model = modelOf(assistant);
  return {
    toolIds: stringList(model["toolIds"]),
    toolRefIds: toolRefIds(model["toolRefs"]),
    inlineTools: jsonList(model["tools"]).map(functionName).filter((name) => name !== null),
    fingerprint: (path) => {
      if (path === SERVER_SECRET) return null;
      const value = readLeaf(assistant, path);
      return value === undefined ? undefined : fingerprint(path, value);
    },
  };
}

/** The same observation, keeping nothing of the assistant but ids and short fingerprints. */
export function observeCompactly(assistant: JsonObject): Observed {
  const { fingerprint, ...lists } = observe(assistant);
  const kept = new Map(LEAF_PATHS.map((path) => [path, fingerprint(path)]));
  return { ...lists, fingerprint: (path) => kept.get(path) };
}

/** `function.name` of a tool, as Vapi gives it; null for the tools that Vapi runs itself. */
export function functionName(tool: JsonValue): string | null {
  if (!isJsonObject(tool) || !isJsonObject(tool["function"])) return null;
  const { name } = tool["function"];
  return typeof name === "string" ? name : null;
}

function toolRefIds(refs: JsonValue | undefined): string[] {
  return jsonList(refs).filter(isJsonObject).map((ref) => ref["toolId"]).filter((id) =>
    typeof id === "string"
  );
}

/** `assistant.model`, or an empty object. */
export function modelOf(assistant: JsonObject): JsonObject {
  return isJsonObject(assistant["model"]) ? assistant["model"] : {};
}

function stringList(value: JsonValue | undefined): string[] {
  return jsonList(value).filter((item) => typeof item === "string");
}

function jsonList(value: JsonValue | undefined): JsonValue[] {
  return Array.isArray(value) ? value : [];
}
