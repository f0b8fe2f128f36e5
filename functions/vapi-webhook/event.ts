/** What we store of an event that Vapi sends during a call. */
import {
  cut,
  isJsonObject,
  isStorable,
  type JsonObject,
  type JsonValue,
} from "../../shared/json.ts";

/** Event types that are answered by the tools. */
const TOOL_CALL_TYPES = ["tool-calls", "function-call"];

const YEAR_1 = Date.parse("0001-01-01");
const YEAR_10000 = Date.parse("+010000-01-01");

/** The event's `message`; an empty object if the body has none. */
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
 * The parts that are stored: type, status, times, reason and cost. Never a transcript, a recording or a number. An
 * end-of-call-report means that the call has ended, whatever its status updates said or failed to say.
 */
export function eventOf(message: JsonObject): JsonObject {
  const type = text(message["type"]) ?? "unknown";
  const status = type === "end-of-call-report" ? "ended" : text(message["status"]);
  const event: Record<string, JsonValue | undefined> = {
    type: cut(type, 64),
    status,
    startedAt: time(message["startedAt"]),
    endedAt: time(message["endedAt"]),
    endedReason: cut(text(message["endedReason"]) ?? "", 200) || undefined,
    cost: typeof message["cost"] === "number" ? message["cost"] : undefined,
  };
  return Object.fromEntries(
    Object.entries(event).filter((entry): entry is [string, JsonValue] => entry[1] !== undefined),
  );
}

function text(value: JsonValue | undefined): string | undefined {
  return typeof value === "string" && value !== "" && isStorable(value) ? value : undefined;
}

/** ISO 8601, or undefined if it is not a time or its year does not have four digits: Postgres reads no others. */
function time(value: JsonValue | undefined): string | undefined {
  const at = new Date(text(value) ?? NaN);
  const isInCalendar = at.getTime() >= YEAR_1 && at.getTime() < YEAR_10000;
  return isInCalendar ? at.toISOString() : undefined;
}
