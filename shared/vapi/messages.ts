/**
 * The requests that Vapi, and callers of earlier versions, send to a tool's URL:
 *
 * - `tool-calls`: `{message: {type: "tool-calls", toolCallList: [{id, function: {name, arguments}}], call, ...}}`.
 *   The same calls stand in `toolCallList`, `toolCalls` and `toolWithToolCallList[].toolCall`, any of which may be missing.
 * - `function-call`, Vapi until 2024: `{message: {type: "function-call", functionCall: {name, parameters}}}`.
 * - `root`: `{toolCallId, tool: {arguments}, customer}`.
 * - `legacy`: `{message: {toolCall: {arguments}}}`, or `tool` without `toolCallId`.
 */
import { AppError } from "../http/errors.ts";
import {
  asObject,
  isJsonObject,
  isStorable,
  type JsonObject,
  type JsonValue,
  parseJson,
} from "../json.ts";
import { type CallContext, readCallContext } from "./call_context.ts";

export interface ToolCall {
  /** What the answer must repeat. Made up if the request has none. */
  id: string;
  /** Name of the function; null if the request has none. */
  name: string | null;
  /** Never `{}` for arguments that could not be read: a booking would be lost silently. */
  arguments: ToolArguments;
}

export type ToolArguments =
  | { ok: true; value: Record<string, JsonValue> }
  /** A sentence for logs, which repeats nothing of what was sent. */
  | { ok: false; reason: string };

const MAX_ARGUMENTS_CHARACTERS = 64_000;
const MAX_NAME_CHARACTERS = 200;
const MAX_DEPTH = 32;

/** The id of an entry, if it has a usable one. */
function readId(...candidates: (JsonValue | undefined)[]): string | null {
  const id = candidates.find((each) =>
    typeof each === "string" && each !== "" || typeof each === "number"
  );
  return id === undefined ? null : String(id);
}

/** The first of the candidates that is a usable name. */
function readName(...candidates: (JsonValue | undefined)[]): string | null {
  const name = candidates.find((each) => typeof each === "string" && each !== "");
  return typeof name === "string" && name.length <= MAX_NAME_CHARACTERS ? name : null;
}

/**
 * The arguments of an entry. Vapi documents `function.arguments` as a string, sends an object, and shows `function.parameters`, `arguments`
 * and `parameters` elsewhere: the first one present counts. Models write "" or null for none.
 */
function argumentsOf(entry: JsonObject): ToolArguments {
  const nested = asObject(entry.function);
  const given = [nested.arguments, nested.parameters, entry.arguments, entry.parameters]
    .find((each) => each !== undefined && !isBlank(each));
  return given === undefined ? { ok: true, value: {} } : toArguments(given);
}

function toArguments(given: JsonValue): ToolArguments {
  if (typeof given === "string") return parseArguments(given);
  if (Array.isArray(given) && given.length === 1 && isJsonObject(given[0])) {
    return toArguments(given[0]);
  }
  if (!isJsonObject(given)) return unreadable("The arguments are not a JSON object");
  if (!isStorableValue(given)) return unreadable("The arguments contain text that can't be stored");
  // An own key `__proto__` would change the prototype of any object that it is assigned to.
  const entries = Object.entries(given).filter(([key]) => key !== "__proto__");
  return { ok: true, value: Object.fromEntries(entries) };
}

function parseArguments(text: string): ToolArguments {
  if (text.length > MAX_ARGUMENTS_CHARACTERS) return unreadable("The arguments are too long");
  try {
    const value = parseJson(bareJson(text));
    if (isBlank(value)) return { ok: true, value: {} };
    // Some models encode it twice.
    const inner = typeof value === "string" ? parseJson(value) : value;
    return isBlank(inner) ? { ok: true, value: {} } : toArguments(inner);
  } catch {
    return unreadable("The arguments are not valid JSON");
  }
}

/** Without what some models put around the JSON: a byte order mark, a code fence, the "{}" that a stream began with. */
function bareJson(text: string): string {
  return text.replace(/^\ufeff/, "").trim()
    .replace(/^```(?:json)?\s*([\s\S]*?)\s*```$/, "$1")
    .replace(/^\{\s*\}(?=\s*\{)/, "");
}

/** Every key and text can be stored; and nothing sensible is nested this deep. */
function isStorableValue(value: JsonValue, depth = 0): boolean {
  if (typeof value === "string") return isStorable(value);
  if (typeof value !== "object" || value === null) return true;
  return depth < MAX_DEPTH &&
    Object.entries(value).every(([key, item]) =>
      isStorable(key) && isStorableValue(item, depth + 1)
    );
}

/** The ways in which languages write "nothing" as text. */
function isBlank(value: JsonValue): boolean {
  return value === null ||
    (typeof value === "string" && /^\s*(?:none|undefined|nil)?\s*$/i.test(value));
}

function unreadable(reason: string): ToolArguments {
  return { ok: false, reason };
}

export type { CallContext };

export type ToolCallShape = "tool-calls" | "function-call" | "root" | "legacy";

export interface ToolCallRequest {
  /** Determines the format in which the answer is expected. */
  shape: ToolCallShape;
  /** In the order of the request, without repeats. One call, except in `tool-calls`. */
  calls: ToolCall[];
  context: CallContext;
}

/**
 * Finds the tool calls in a request's body. Throws `invalid_input` if there is none; a call whose arguments cannot be read is still a call.
 * A call without an id is named after `replayKey`, which a replay of the request would share, so that it is carried out once; if that is
 * null, it gets a new id each time.
 */
export function parseToolCallRequest(
  body: unknown,
  replayKey: string | null = null,
): ToolCallRequest {
  if (isJsonObject(body)) {
    const found = findCalls(body, replayKey);
    if (found !== null) {
      const calls = found.calls.map(withStorableId);
      return { ...found, calls, context: readCallContext(body) };
    }
  }
  throw new AppError("invalid_input", "The request contains no tool call");
}

/** A repeat is recognised by its id. A call whose id the database cannot store is answered, but not carried out. */
function withStorableId(call: ToolCall): ToolCall {
  if (isStorable(call.id)) return call;
  return { ...call, arguments: { ok: false, reason: "The id of the call can't be stored" } };
}

function findCalls(
  body: JsonObject,
  replayKey: string | null,
): Pick<ToolCallRequest, "shape" | "calls"> | null {
  const message = asObject(body.message);
  const entries = isOfType(message, "tool-calls") ? listedEntries(message) : null;
  if (entries !== null) {
    return {
      shape: "tool-calls",
      calls: distinct(
        entries.map((entry, i) => readEntry(entry, replayKey && `${replayKey}:${i}`)),
      ),
    };
  }

  if (isOfType(message, "function-call") && isJsonObject(message.functionCall)) {
    return {
      shape: "function-call",
      calls: [readSingle(message.functionCall, "function-call", message, replayKey)],
    };
  }
  const single = [body.tool, message.toolCall, body.toolCall].find(isJsonObject);
  const rootId = readId(body.toolCallId);
  if (rootId !== null) {
    const call = readSingle(single ?? body, "root", message, replayKey);
    return { shape: "root", calls: [{ ...call, id: rootId }] };
  }
  if (single !== undefined) {
    return { shape: "legacy", calls: [readSingle(single, "legacy", message, replayKey)] };
  }
  return null;
}

/** Examples leave the type out; but another type, such as a status report, is not a call, whatever else it contains. */
function isOfType(message: JsonObject, type: ToolCallShape): boolean {
  return message.type === type || message.type === undefined;
}

/** The entries of the first list that has any, or of an empty list if there is no other. */
function listedEntries(message: JsonObject): JsonObject[] | null {
  const lists = [message.toolCallList, message.toolCalls, message.toolWithToolCallList]
    .filter((list) => Array.isArray(list))
    .map((list) => list.filter(isJsonObject));
  return lists.find((list) => list.length > 0) ?? lists[0] ?? null;
}

/** An entry of a list: the call itself, or `{...tool, toolCall}`, where the tool's own name may be used. */
function readEntry(entry: JsonObject, replayKey: string | null): ToolCall {
  const call = isJsonObject(entry.toolCall) ? entry.toolCall : entry;
  return {
    id: readId(call.id, call.toolCallId) ?? idWithoutId("tool-calls", replayKey),
    name: nameOf(call) ?? nameOf(entry),
    arguments: argumentsOf(call),
  };
}

/** The call of a format that has exactly one, often without an id. */
function readSingle(
  entry: JsonObject,
  shape: ToolCallShape,
  message: JsonObject,
  replayKey: string | null,
): ToolCall {
  const name = nameOf(entry);
  return {
    id: readId(entry.id, entry.toolCallId) ?? repeatableId(shape, name, message.timestamp) ??
      idWithoutId(shape, replayKey),
    name,
    arguments: argumentsOf(entry),
  };
}

function nameOf(entry: JsonObject): string | null {
  return readName(asObject(entry.function).name, entry.name);
}

/** A message that is delivered twice has the same timestamp, so its call gets the same id and is carried out once. */
function repeatableId(
  shape: ToolCallShape,
  name: string | null,
  timestamp?: JsonValue,
): string | null {
  const at = readId(timestamp);
  return at === null ? null : `${shape}:${name ?? ""}:${at}`;
}

function idWithoutId(shape: ToolCallShape, replayKey: string | null): string {
  return `${shape}:${replayKey ?? crypto.randomUUID()}`;
}

/** Each call once. Some models give two calls in one message the same id: those are two calls. */
function distinct(calls: readonly ToolCall[]): ToolCall[] {
  const known = new Map<string, ToolCall>();
  for (const call of calls) {
    const key = JSON.stringify([call.id, call.name, call.arguments]);
    if (!known.has(key)) known.set(key, call);
  }
  return [...known.values()];
}
