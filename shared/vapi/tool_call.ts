/** One tool call, in any of the forms in which an entry of a list, or a whole body, carries it. */
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from "../json.ts";
import { isStorable } from "../storable.ts";

export interface ToolCall {
  /** What the answer must repeat. Made up where the request carries none. */
  id: string;
  /** Name of the function; null where the request carries none. */
  name: string | null;
  /** Never `{}` for arguments that couldn't be read: a booking would be lost silently. */
  arguments: ToolArguments;
}

export type ToolArguments =
  | { ok: true; value: Record<string, JsonValue> }
  /** A sentence for logs; it repeats nothing of what was sent. */
  | { ok: false; reason: string };

const MAX_ARGUMENTS_CHARACTERS = 64_000;
const MAX_NAME_CHARACTERS = 200;
const MAX_DEPTH = 32;

/** The id of an entry, if it has one that can be repeated. */
export function readId(...candidates: (JsonValue | undefined)[]): string | null {
  const id = candidates.find((each) =>
    typeof each === "string" && each !== "" || typeof each === "number"
  );
  return id === undefined ? null : String(id);
}

/** The first of the candidates that is a usable name. */
export function readName(...candidates: (JsonValue | undefined)[]): string | null {
  const name = candidates.find((each) => typeof each === "string" && each !== "");
  return typeof name === "string" && name.length <= MAX_NAME_CHARACTERS ? name : null;
}

/**
 * The arguments of an entry. Vapi documents `function.arguments` as a string, sends an object, and shows
 * `function.parameters`, `arguments` and `parameters` elsewhere: the first that is there counts. Models write "" or null for none.
 */
export function readArguments(entry: JsonObject): ToolArguments {
  const nested = asObject(entry.function);
  const given = [nested.arguments, nested.parameters, entry.arguments, entry.parameters]
    .find((each) => each !== undefined && !isBlank(each));
  return given === undefined ? { ok: true, value: {} } : toArguments(given);
}

/** The object, or an empty one for anything else: for looking into what may not be there. */
export function asObject(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function toArguments(given: JsonValue): ToolArguments {
  if (typeof given === "string") return parseArguments(given);
  if (!isJsonObject(given)) return unreadable("The arguments are not a JSON object");
  if (!isStorableValue(given)) return unreadable("The arguments hold what can't be stored");
  // An own key `__proto__` would change the prototype of whatever it is assigned to.
  const entries = Object.entries(given).filter(([key]) => key !== "__proto__");
  return { ok: true, value: Object.fromEntries(entries) };
}

function parseArguments(text: string): ToolArguments {
  if (text.length > MAX_ARGUMENTS_CHARACTERS) return unreadable("The arguments are too long");
  try {
    const value = parseJson(text);
    if (isBlank(value)) return { ok: true, value: {} };
    // Some models encode twice.
    const inner = typeof value === "string" ? parseJson(value) : value;
    return isBlank(inner) ? { ok: true, value: {} } : toArguments(inner);
  } catch {
    return unreadable("The arguments are not valid JSON");
  }
}

/** Every key and text can be stored; and nothing sensible is nested so deep. */
function isStorableValue(value: JsonValue, depth = 0): boolean {
  if (typeof value === "string") return isStorable(value);
  if (typeof value !== "object" || value === null) return true;
  return depth < MAX_DEPTH &&
    Object.entries(value).every(([key, item]) =>
      isStorable(key) && isStorableValue(item, depth + 1)
    );
}

function isBlank(value: JsonValue): boolean {
  return value === null || (typeof value === "string" && value.trim() === "");
}

function unreadable(reason: string): ToolArguments {
  return { ok: false, reason };
}
