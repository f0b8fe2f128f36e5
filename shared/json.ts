/** What JSON can hold. Values of unknown origin become this type by parsing, never by a cast. */
export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;

export interface JsonObject {
  [key: string]: JsonValue;
}

/**
 * Parses JSON text. A key `__proto__` becomes an ordinary own property. Throws a SyntaxError that, unlike the engine's own,
 * quotes nothing of the text: it is logged, and the text may contain somebody's name, number or code.
 */
export function parseJson(text: string): JsonValue {
  try {
    const value: JsonValue = JSON.parse(text);
    return value;
  } catch {
    throw new SyntaxError("The text is not valid JSON");
  }
}

/** True for an object as JSON knows it: not null, not an array. Meant for values that came from JSON. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** True if Postgres can store the text. JSON can carry texts that it cannot: `"\u0000"`, `"\ud800"`. */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes("\0");
}

/** The first `max` UTF-16 units, or one less if that would split a surrogate pair. */
export function cut(text: string, max: number): string {
  const end = /[\ud800-\udbff]$/.test(text.slice(0, max)) ? max - 1 : max;
  return text.length <= max ? text : text.slice(0, end);
}

/** The object, or an empty one for anything else: for looking into something that may be missing. */
export function asObject(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** The list, or an empty one for anything else. */
export function asList(value: JsonValue | undefined): JsonValue[] {
  return Array.isArray(value) ? value : [];
}

/** The value, or null if the text is not JSON. */
export function jsonOrNull(text: string): JsonValue {
  try {
    return parseJson(text);
  } catch {
    return null;
  }
}

/** The value as text if it is a string or a number; null for anything else. */
export function asText(value: JsonValue): string | null {
  return typeof value === "string" || typeof value === "number" ? String(value).trim() : null;
}
