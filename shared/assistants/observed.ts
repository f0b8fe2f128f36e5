/** What a plan needs to know about an assistant at Vapi, taken from its full form or from a compact snapshot. */
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { ServiceError } from "../http/errors.ts";
import type { Vapi, VapiDocument } from "../vapi/port.ts";
import {
  canHoldBlock,
  fingerprint,
  type Fingerprints,
  PROMPT_BLOCK,
  readSetting,
  SERVER_SECRET,
  SETTING_PATHS,
} from "./settings.ts";

export interface Observed {
  toolIds: string[];
  /** Ids of the tools that `model.toolRefs` pins to a version. */
  toolRefIds: string[];
  /** Names of the function tools that are defined inline, in `model.tools`. */
  inlineTools: string[];
  /** Ids of the tools that its hooks call. */
  hookToolIds: string[];
  /** Ids of the tools that anything else in it refers to. */
  otherToolIds: string[];
  /** Fingerprint of the setting at the path; undefined if the assistant has none, null if Vapi never shows it. */
  fingerprint: (path: string) => string | null | undefined;
}

/** Every tool that the assistant refers to, wherever, without repeats. */
export function allToolIds(
  { toolIds, toolRefIds, hookToolIds = [], otherToolIds = [] }: ToolReferences,
): string[] {
  return [...new Set([...toolIds, ...toolRefIds, ...hookToolIds, ...otherToolIds])];
}

export type ToolReferences =
  & Pick<Observed, "toolIds" | "toolRefIds">
  & Partial<Pick<Observed, "hookToolIds" | "otherToolIds">>;

/** Reads an assistant as Vapi gave it. */
export function observe(assistant: JsonObject): Observed {
  const model = modelOf(assistant);
  return {
    toolIds: stringList(model["toolIds"]),
    toolRefIds: toolRefIds(model["toolRefs"]),
    inlineTools: jsonList(model["tools"]).map(functionName).filter((name) => name !== null),
    hookToolIds: toolReferences(assistant["hooks"]),
    otherToolIds: otherReferences(assistant, model),
    fingerprint: (path) => {
      if (path === SERVER_SECRET || path === PROMPT_BLOCK && !canHoldBlock(assistant)) return null;
      const value = readSetting(assistant, path);
      return value === undefined ? undefined : fingerprint(path, value);
    },
  };
}

function otherReferences(assistant: JsonObject, model: JsonObject): string[] {
  const { hooks: _hooks, ...rest } = assistant;
  const { toolIds: _ids, toolRefs: _refs, ...restOfModel } = model;
  return toolReferences({ ...rest, model: restOfModel });
}

/** Fingerprints of every setting that the assistant shows. */
export function observedFingerprints({ fingerprint }: Pick<Observed, "fingerprint">): Fingerprints {
  return Object.fromEntries(SETTING_PATHS.flatMap((path) => {
    const text = fingerprint(path);
    return typeof text === "string" ? [[path, text]] : [];
  }));
}

/** Returns the first text that was equal to this one, so that equal texts of many assistants are stored once. */
export type Intern = (text: string) => string;

export function createIntern(): Intern {
  const pool = new Map<string, string>();
  return (text) => {
    const kept = pool.get(text);
    if (kept !== undefined) return kept;
    pool.set(text, text);
    return text;
  };
}

/** The same observation, keeping only ids and short fingerprints of the assistant: half a kilobyte. */
export function observeCompactly(
  assistant: JsonObject,
  intern: Intern = (text) => text,
): Observed {
  const { toolIds, toolRefIds, inlineTools, hookToolIds, otherToolIds } = observe(assistant);
  return compactObserved(fingerprintsOf(assistant, intern), {
    toolIds: compact(toolIds, intern),
    toolRefIds: compact(toolRefIds, intern),
    inlineTools: compact(inlineTools, intern),
    hookToolIds: compact(hookToolIds, intern),
    otherToolIds: compact(otherToolIds, intern),
  });
}

function fingerprintsOf(assistant: JsonObject, intern: Intern): (string | null | undefined)[] {
  const { fingerprint } = observe(assistant);
  return SETTING_PATHS.map((path) => {
    const text = fingerprint(path);
    return typeof text === "string" ? intern(text) : text;
  });
}

/** A separate function: a closure made where the assistant is in scope would keep all of it in memory. */
function compactObserved(
  kept: readonly (string | null | undefined)[],
  lists: Omit<Observed, "fingerprint">,
): Observed {
  // Settings without a field of their own are not kept.
  const fingerprint = (path: string) => {
    const index = SETTING_PATHS.indexOf(path);
    return index === -1 ? null : kept[index];
  };
  return { ...lists, fingerprint };
}

const NONE: string[] = [];

function compact(texts: string[], intern: Intern): string[] {
  return texts.length === 0 ? NONE : texts.map(intern);
}

/** `function.name` of a tool as Vapi returns it; null for the tools that Vapi runs itself. */
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

// Where Vapi's documents refer to tools, beside an assistant's `model.toolIds` and `model.toolRefs`: actions of hooks, overrides of squads,
// nodes of workflows, destinations of handoffs. A tool that any of them names is in use.

/** Every id under a key `toolId` or in a list `toolIds`, at any depth, without repeats. */
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

/** A copy that refers to the replacements. */
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

/** Reads all squads and workflows. If Vapi answers 404 to a list, there are none. */
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
