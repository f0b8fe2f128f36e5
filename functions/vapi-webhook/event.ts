/** What we keep of an event that Vapi sends during a call. */
import { isJsonObject, type JsonObject, type JsonValue } from "../../shared/json.ts";

/** Types whose calls are answered by the tools. */
const TOOL_CALL_TYPES = ["tool-calls", "function-call"];

/** The event's `message`; an empty object where the body has none. */
export function messageOf(body: JsonValue): JsonObject {
  const message = isJsonObject(body) ? body["message"] : undefined;
  return isJsonObject(message) ? message : {};
}

/** True for tool calls, and for the older shapes that have no type at all. */
export function isToolCall(message: JsonObject): boolean {
  const type = message["type"];
  return typeof type !== "string" || TOOL_CALL_TYPES.includes(type);
}

/**
 * The parts that are stored: type, status, times, reason and cost. Never a transcript, a recording or a number.
 * An end-of-call-report means that the call has ended, whatever its status updates said or failed to say.
 */
export function eventOf(message: JsonObject): JsonObject {
  const type = text(message["type"]) ?? "unknown";
  const status = type === "end-of-call-report" ? "ended" : text(message["status"]);
  const event: Record<string, JsonValue | undefined> = {
    type: type.slice(0, 64),
    status,
    startedAt: time(message["startedAt"]),
    endedAt: time(message["endedAt"]),
    endedReason: text(message["endedReason"])?.slice(0, 200),
    cost: typeof message["cost"] === "number" ? message["cost"] : undefined,
  };
  return Object.fromEntries(
    Object.entries(event).filter((entry): entry is [string, JsonValue] => entry[1] !== undefined),
  );
}

function text(value: JsonValue | undefined): string | undefined {
  return typeof value === "string" && value !== "" && !value.includes("\0") ? value : undefined;
}

/** ISO 8601, or undefined for what is no time. */
function time(value: JsonValue | undefined): string | undefined {
  const at = new Date(text(value) ?? NaN);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}
