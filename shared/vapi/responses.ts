/** Answers to tool calls, in the format that belongs to each shape of request. */
import type { JsonValue } from "../json.ts";
import type { ToolCall, ToolCallRequest } from "./messages.ts";

/** What a tool found or did. A refusal that is part of the conversation is a result too, with a `code`. */
export interface ToolResult {
  success: boolean;
  /** One sentence that can be spoken. */
  message: string;
  /** Why not, for programs: `slot_taken`, `closed` and so on */
  code?: string;
  [data: string]: JsonValue;
}

/** A result, or a sentence that says why the call could not be understood or carried out. */
export type ToolOutcome =
  | { call: ToolCall; result: ToolResult }
  | {
    call: ToolCall;
    error: string;
    /** How the model should write the answer; the caller does not hear it. */
    form?: string;
  };

const NO_OUTCOME = "This could not be carried out.";

/**
 * The body of the answer. It has to be sent with HTTP 200, errors included: Vapi ignores the body of any other.
 *
 * - `tool-calls` -> `{results: [{toolCallId, name, result | error}]}`: one entry per call, in order; each text on one
 *   line, since line breaks make Vapi drop the result.
 * - `function-call` -> `{result: "<json>"}`
 * - `root` -> `{toolCallId, result: {...}}`
 * - `legacy` -> `{toolResult: {content: "<json>"}, speech}`
 */
export function formatToolResponse(
  request: Pick<ToolCallRequest, "shape" | "calls">,
  outcomes: readonly ToolOutcome[],
): Record<string, JsonValue> {
  const byCall = new Map(outcomes.map((outcome) => [outcome.call, outcome]));
  const ordered = request.calls.map((call) => byCall.get(call) ?? { call, error: NO_OUTCOME });
  if (request.shape === "tool-calls") return { results: ordered.map(toEntry) };

  const outcome = ordered[0];
  if (outcome === undefined) return {};
  const result = "result" in outcome ? outcome.result : failure(outcome);
  switch (request.shape) {
    case "function-call":
      return { result: oneLineJson(result) };
    case "root":
      return { toolCallId: outcome.call.id, result };
    case "legacy":
      return { toolResult: { content: oneLineJson(result) }, speech: oneLine(result.message) };
  }
}

function toEntry(outcome: ToolOutcome): Record<string, JsonValue> {
  // Vapi's type of an entry requires the name.
  const entry = { toolCallId: outcome.call.id, name: outcome.call.name ?? "" };
  return "result" in outcome
    ? { ...entry, result: oneLineJson(outcome.result) }
    : { ...entry, ...failed(outcome) };
}

/** The sentence is spoken; the model also reads the form in which it should answer. */
function failed({ error, form }: { error: string; form?: string }): Record<string, JsonValue> {
  const content = oneLine(error);
  return form === undefined ? { error: content } : {
    error: `${content} (Write: ${oneLine(form)})`,
    message: { type: "request-failed", content },
  };
}

/** For the formats without `error`. */
function failure({ error, form }: { error: string; form?: string }): ToolResult {
  return {
    success: false,
    message: oneLine(error),
    ...(form === undefined ? {} : { accepted: oneLine(form) }),
  };
}

/** JSON escapes line feeds by itself, but not the line and paragraph separators of Unicode. */
function oneLineJson(value: JsonValue): string {
  return JSON.stringify(value).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
