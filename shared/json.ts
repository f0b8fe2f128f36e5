/** What JSON can hold. Values of unknown origin become this type by parsing, never by a cast. */
export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;

export interface JsonObject {
  [key: string]: JsonValue;
}

/**
 * Parses JSON text. A key `__proto__` becomes an ordinary own property. Throws a SyntaxError that quotes nothing of the text,
 * unlike the engine's own: it is logged, and the text may hold somebody's name, number or code.
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
