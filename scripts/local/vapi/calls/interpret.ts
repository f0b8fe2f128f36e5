import { z } from "zod";
import { jsonOrNull } from "../../../../shared/json.ts";
import type { ToolMessage } from "../records.ts";
import type { Delivery } from "./deliver.ts";
import type { ToolCallEntry } from "./payload.ts";
import type { ResolvedTool } from "./resolve.ts";
import type { PayloadShape } from "./shapes.ts";

/** The outcome of one tool call. */
export interface CallResult {
  toolCallId: string;
  name: string;
  /** The text that enters the model's context, result or error; null for "No result returned.". */
  given: string | null;
  isError: boolean;
  /** `given` as JSON, null if it is not JSON. */
  json: unknown;
  /** What the caller hears without the model's help; null if the model speaks for itself. */
  spoken: string | null;
  /** Why `given` is null. */
  problem: string | null;
  /** Departures from the documented form that Vapi may or may not tolerate. */
  warnings: string[];
}

const spokenMessageSchema = z.looseObject({
  type: z.enum(["request-complete", "request-failed"]),
  content: z.string().optional(),
});

const resultSchema = z.looseObject({
  toolCallId: z.string(),
  name: z.string().optional(),
  result: z.unknown().optional(),
  error: z.unknown().optional(),
  message: spokenMessageSchema.optional().catch(undefined),
});

/**
 * Reads an answer as Vapi does: anything but HTTP 200 is ignored, `results` must be an array that
 * has the tool call's own id, a result is a string on one line.
 */
export function interpret(
  delivery: Delivery,
  shape: PayloadShape,
  call: ToolCallEntry,
): CallResult {
  const { status, problem, raw } = delivery;
  if (call.tool.definition.async === true) {
    return { ...unusable(call, "The tool is async: its answer is not waited for"), spoken: null };
  }
  if (status === null) return unusable(call, problem ?? "No answer");
  if (status !== 200) return unusable(call, `HTTP status ${status} is ignored`);
  const body = jsonOrNull(raw);
  if (typeof body !== "object" || body === null) {
    return unusable(call, "The answer is not an object");
  }
  const read = readers[shape] ?? readResults;
  const result = read(body, call);
  if (delivery.contentType?.startsWith("application/json") === true) return result;
  const warning = `Content-Type is ${delivery.contentType}, not application/json`;
  return { ...result, warnings: [...result.warnings, warning] };
}

type Reader = (body: object, call: ToolCallEntry) => CallResult;

const readers: Partial<Record<PayloadShape, Reader>> = {
  "function-call": (body, call) => textResult(call, { text: Reflect.get(body, "result") }),
  root: (body, call) => {
    const id = Reflect.get(body, "toolCallId");
    if (id !== call.id) return unusable(call, `toolCallId is ${id}, not ${call.id}`);
    const result: unknown = Reflect.get(body, "result");
    // The one form in which an object has always been accepted.
    const text = typeof result === "object" && result !== null ? JSON.stringify(result) : result;
    return textResult(call, { text });
  },
  legacy: (body, call) => {
    const toolResult: unknown = Reflect.get(body, "toolResult");
    const isObject = typeof toolResult === "object" && toolResult !== null;
    const result = textResult(call, {
      text: isObject ? Reflect.get(toolResult, "content") : undefined,
    });
    const speech: unknown = Reflect.get(body, "speech");
    return typeof speech === "string" ? { ...result, spoken: speech } : result;
  },
};

function readResults(body: object, call: ToolCallEntry): CallResult {
  const results: unknown = Reflect.get(body, "results");
  if (!Array.isArray(results)) return unusable(call, "results is not an array");
  const entries = results.flatMap((entry) => {
    const parsed = resultSchema.safeParse(entry);
    return parsed.success ? [parsed.data] : [];
  });
  const entry = entries.find(({ toolCallId }) => toolCallId === call.id);
  if (entry === undefined) return unusable(call, `results has no entry for ${call.id}`);
  const isError = entry.result === undefined && entry.error !== undefined;
  const result = textResult(call, { text: isError ? entry.error : entry.result, isError });
  if (result.given === null) return result;
  const warnings = entry.name === call.tool.name
    ? []
    : [`name of the result is ${entry.name}, not ${call.tool.name}`];
  return { ...result, warnings, spoken: spokenText(call, entry.message, result) };
}

/** A message in the answer precedes the tool's own; an empty result silences the latter. */
function spokenText(
  { tool }: ToolCallEntry,
  message: ToolMessage | undefined,
  { isError, given }: CallResult,
): string | null {
  const type = isError ? "request-failed" : "request-complete";
  if (message?.type === type) return message.content ?? null;
  if (given === "") return null;
  return ownMessage(tool, type);
}

function textResult(
  call: ToolCallEntry,
  { text, isError = false }: { text: unknown; isError?: boolean },
): CallResult {
  if (typeof text !== "string") {
    return unusable(call, `${isError ? "error" : "result"} is not a string`);
  }
  if (/[\r\n]/.test(text)) return unusable(call, "The result has a line break");
  const { id: toolCallId, tool: { name } } = call;
  const json = jsonOrNull(text);
  return {
    toolCallId,
    name,
    given: text,
    isError,
    json,
    spoken: null,
    problem: null,
    warnings: [],
  };
}

function unusable({ id: toolCallId, tool }: ToolCallEntry, problem: string): CallResult {
  return {
    toolCallId,
    name: tool.name,
    given: null,
    isError: false,
    json: null,
    spoken: ownMessage(tool, "request-failed"),
    problem,
    warnings: [],
  };
}

function ownMessage({ definition }: ResolvedTool, type: ToolMessage["type"]): string | null {
  return definition.messages?.find((message) => message.type === type)?.content ?? null;
}
