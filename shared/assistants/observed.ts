/** What a plan needs to know of an assistant at Vapi, taken from its full form or from a compact snapshot. */
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { toolReferences } from "./links.ts";
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
  /** Ids of the tools that anything else of it refers to. */
  otherToolIds: string[];
  /** Fingerprint of the setting at the path; undefined where the assistant has none, null where Vapi never tells. */
  fingerprint: (path: string) => string | null | undefined;
}

/** Every tool that the assistant refers to, wherever, each once. */
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

/** Of every setting that the assistant shows. */
export function observedFingerprints({ fingerprint }: Pick<Observed, "fingerprint">): Fingerprints {
  return Object.fromEntries(SETTING_PATHS.flatMap((path) => {
    const text = fingerprint(path);
    return typeof text === "string" ? [[path, text]] : [];
  }));
}

/** Gives back the first text that was equal to this one: equal texts of many assistants are kept once. */
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

/** The same observation, keeping nothing of the assistant but ids and short fingerprints: half a kilobyte. */
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

/** A function of its own: a closure made where the assistant is in scope would keep the whole of it. */
function compactObserved(
  kept: readonly (string | null | undefined)[],
  lists: Omit<Observed, "fingerprint">,
): Observed {
  // Of settings that have no field of their own nothing is kept.
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
