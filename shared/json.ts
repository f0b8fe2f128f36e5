/** What JSON can hold. Values of unknown origin become this type by parsing, never by a cast. */
export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;

export interface JsonObject {
  [key: string]: JsonValue;
}

/** Parses JSON text; throws SyntaxError. A key `__proto__` becomes an ordinary own property. */
export function parseJson(text: string): JsonValue {
  const value: JsonValue = JSON.parse(text);
  return value;
}

/** True for an object as JSON knows it: not null, not an array. Meant for values that came from JSON. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
