/**
 * The requests that Vapi, and callers of earlier versions, send to a tool's URL:
 *
 * - `tool-calls`: `{message: {type: "tool-calls", toolCallList: [{id, function: {name, arguments}}], call, …}}`.
 *   The same calls stand in `toolCallList`, `toolCalls` and `toolWithToolCallList[].toolCall`, any of which may be missing.
 * - `function-call`, Vapi until 2024: `{message: {type: "function-call", functionCall: {name, parameters}}}`.
 * - `root`: `{toolCallId, tool: {arguments}, customer}`.
 * - `legacy`: `{message: {toolCall: {arguments}}}`, or `tool` without `toolCallId`.
 */
import { AppError } from "../http/errors.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { type CallContext, readCallContext } from "./call_context.ts";
import { isStorable } from "../storable.ts";
import { asObject, readArguments, readId, readName, type ToolCall } from "./tool_call.ts";

export type { CallContext, ToolCall };

export type ToolCallShape = "tool-calls" | "function-call" | "root" | "legacy";

export interface ToolCallRequest {
  /** Tells in which format the answer is expected. */
  shape: ToolCallShape;
  /** In the order of the request, each once. One call, but for `tool-calls`. */
  calls: ToolCall[];
  context: CallContext;
}

/**
 * Finds the tool calls in a request's body. Throws `invalid_input` if there is none to be found; a call whose arguments
 * can't be read is a call nevertheless. A call without an id of its own is named after `replayKey`, what a replay of the
 * request would share with it, so that it is carried out once; null: it gets a new id each time.
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
  throw new AppError("invalid_input", "The request holds no tool call");
}

/** A repeat is known by its id. One that the database can't be told of is given back to the caller, but nothing is done. */
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

/** Examples leave the type out; but another type, such as a status report, is no call whatever else it holds. */
function isOfType(message: JsonObject, type: ToolCallShape): boolean {
  return message.type === type || message.type === undefined;
}

/** The entries of the first list that has any; an empty list is one, if there is no other. */
function listedEntries(message: JsonObject): JsonObject[] | null {
  const lists = [message.toolCallList, message.toolCalls, message.toolWithToolCallList]
    .filter((list) => Array.isArray(list))
    .map((list) => list.filter(isJsonObject));
  return lists.find((list) => list.length > 0) ?? lists[0] ?? null;
}

/** An entry of a list: the call itself, or `{…tool, toolCall}`, where the tool's own name may stand in. */
function readEntry(entry: JsonObject, replayKey: string | null): ToolCall {
  const call = isJsonObject(entry.toolCall) ? entry.toolCall : entry;
  return {
    id: readId(call.id, call.toolCallId) ?? idWithoutId("tool-calls", replayKey),
    name: nameOf(call) ?? nameOf(entry),
    arguments: readArguments(call),
  };
}

/** The call of a format that carries one, often without id. */
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
    arguments: readArguments(entry),
  };
}

function nameOf(entry: JsonObject): string | null {
  return readName(asObject(entry.function).name, entry.name);
}

/** A message that is delivered twice has one timestamp, so that its call gets one id and is carried out once. */
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

/** Each call once. Some models give two calls of one message the same id: those are two. */
function distinct(calls: readonly ToolCall[]): ToolCall[] {
  const known = new Map<string, ToolCall>();
  for (const call of calls) {
    const key = JSON.stringify([call.id, call.name, call.arguments]);
    if (!known.has(key)) known.set(key, call);
  }
  return [...known.values()];
}
