import type { JsonValue } from "./json.ts";

/**
 * The one text of a JSON value, whatever the order of its keys: RFC 8785 (JCS).
 *
 * Keys are sorted by UTF-16 code units; numbers and strings are written as ECMAScript writes them, which
 * is what the RFC prescribes. Throws TypeError with the path for whatever JSON can't hold without loss
 * (undefined, NaN, infinities, bigint, lone surrogates, dates and other class instances, cycles), because
 * two different values must never share a hash.
 */
export function canonicalize(value: JsonValue): string {
  return write(value, "$", new Set());
}

function write(value: unknown, path: string, ancestors: Set<object>): string {
  switch (typeof value) {
    case "boolean":
      return String(value);
    case "string":
      return writeString(value, path);
    case "number":
      if (!Number.isFinite(value)) refuse(path, `${value} is not a JSON number`);
      return JSON.stringify(value);
    case "object":
      return value === null ? "null" : writeContainer(value, path, ancestors);
    default:
      return refuse(path, `${typeof value} is not a JSON value`);
  }
}

function writeContainer(value: object, path: string, ancestors: Set<object>): string {
  if (ancestors.has(value)) refuse(path, "the value contains itself");
  ancestors.add(value);
  const text = Array.isArray(value)
    ? `[${Array.from(value, (item, i) => write(item, `${path}[${i}]`, ancestors)).join(",")}]`
    : writeObject(value, path, ancestors);
  ancestors.delete(value);
  return text;
}

function writeObject(value: object, path: string, ancestors: Set<object>): string {
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    refuse(
      path,
      `${prototype.constructor?.name ?? "an object with a prototype"} is not plain JSON`,
    );
  }
  // Array.prototype.sort without a comparator compares UTF-16 code units: RFC 8785, section 3.2.3.
  const members = Object.keys(value).sort().map((key) => {
    const at = `${path}.${key}`;
    return `${writeString(key, at)}:${write(Reflect.get(value, key), at, ancestors)}`;
  });
  return `{${members.join(",")}}`;
}

function writeString(text: string, path: string): string {
  if (!text.isWellFormed()) refuse(path, "the text holds a lone surrogate");
  return JSON.stringify(text);
}

function refuse(path: string, reason: string): never {
  throw new TypeError(`Cannot canonicalize ${path}: ${reason}`);
}
