import { isJsonObject, type JsonValue, parseJson } from "../../../shared/json.ts";

/** A change at one place in a JSON value. Places are counted from its beginning, wrapping around. */
export interface Mutation {
  readonly at: number;
  readonly kind: "replace" | "remove" | "rename" | "add" | "wrap";
  readonly value: JsonValue;
}

interface Place {
  readonly holder: object;
  readonly key: string;
}

/** The value with the changes made one after the other; the original is not modified. */
export function mutateJson(value: JsonValue, mutations: readonly Mutation[]): JsonValue {
  const root = { value: copy(value) };
  for (const mutation of mutations) change(root, mutation);
  return root.value;
}

function change(root: { value: JsonValue }, { at, kind, value }: Mutation): void {
  const places = [...placesIn(root, "value")];
  const { holder, key } = places[at % places.length] ?? { holder: root, key: "value" };
  const old = Reflect.get(holder, key);
  const isMember = !Array.isArray(holder) && holder !== root;
  switch (kind) {
    case "remove":
      return void (isMember ? Reflect.deleteProperty(holder, key) : put(holder, key, null));
    case "rename":
      if (isMember) Reflect.deleteProperty(holder, key);
      return put(holder, isMember ? nameFrom(value) : key, old);
    case "add":
      return put(isJsonObject(old) ? old : holder, isMember ? nameFrom(value) : key, copy(value));
    case "wrap":
      return put(holder, key, [old]);
    case "replace":
      return put(holder, key, copy(value));
  }
}

/** Every member of every object and entry of every list, from the outside in. */
function* placesIn(holder: object, key: string): Generator<Place> {
  yield { holder, key };
  const value: unknown = Reflect.get(holder, key);
  if (typeof value !== "object" || value === null) return;
  for (const inner of Object.keys(value).slice(0, 50)) {
    if (Object.hasOwn(value, inner)) yield* placesIn(value, inner);
  }
}

/** As an own property, `__proto__` too. */
function put(holder: object, key: string, value: unknown): void {
  Object.defineProperty(holder, key, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

function nameFrom(value: JsonValue): string {
  return typeof value === "string" ? value.slice(0, 1_000) : "__proto__";
}

function copy(value: JsonValue): JsonValue {
  return typeof value === "object" && value !== null ? parseJson(JSON.stringify(value)) : value;
}
