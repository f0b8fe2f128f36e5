/**
 * What an assistant was before we wrote to it: the keys that were sent, without their secrets. A restore takes the secrets from
 * the assistant as it is then; those that it no longer has are lost, and reported.
 */
import { canonicalize, sha256Hex } from "../../shared/hash.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../shared/json.ts";

/** Stands for a secret, which is stored nowhere. Vapi hides secrets behind the same word. */
const HIDDEN = "[REDACTED]";

const SECRET_KEYS: readonly string[] = [
  "headers",
  "secret",
  "credentials",
  "authentication",
  "authorization",
  "apiKey",
  "authToken",
];

/** {key: value without secrets, or null where there was none}. */
export function beforeOf(assistant: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(
    [...new Set(keys)].map((key) => [key, withoutSecrets(assistant[key] ?? null)]),
  );
}

/** Distinguishes a state of an assistant from every other one. */
export async function markOf(assistant: JsonObject): Promise<string> {
  const { updatedAt } = assistant;
  return typeof updatedAt === "string" ? updatedAt : await sha256Hex(canonicalize(assistant));
}

function withoutSecrets(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [
      key,
      SECRET_KEYS.includes(key) ? HIDDEN : withoutSecrets(part),
    ]),
  );
}

export interface Restored {
  /** The PATCH that restores the assistant. */
  body: JsonObject;
  /** Paths of secrets that no longer exist anywhere. */
  incomplete: string[];
}

/** Combines the earlier state with the secrets that the assistant still has. */
export function restoredFrom(before: JsonObject, current: JsonObject): Restored {
  const incomplete: string[] = [];
  const entries = Object.entries(before).map(([key, value]) => [
    key,
    refill(value, current[key], key, incomplete) ?? null,
  ]);
  return { body: Object.fromEntries(entries), incomplete };
}

function refill(
  before: JsonValue,
  current: JsonValue | undefined,
  path: string,
  incomplete: string[],
): JsonValue | undefined {
  if (before === HIDDEN) {
    if (current === undefined || holdsHidden(current)) incomplete.push(path);
    return current === undefined || holdsHidden(current) ? undefined : current;
  }
  if (Array.isArray(before)) {
    const items = Array.isArray(current) ? current : [];
    return before.flatMap((part, index) => {
      const same = items.find((item) => isSame(withoutSecrets(item), part));
      const whole = refill(part, same, `${path}.${index}`, incomplete);
      return whole === undefined ? [] : [whole];
    });
  }
  if (!isJsonObject(before)) return before;
  const known = isJsonObject(current) ? current : {};
  // A secret for one server must not be sent to another.
  const isElsewhere = before["url"] !== known["url"];
  return Object.fromEntries(
    Object.entries(before).flatMap(([key, part]) => {
      const whole = refill(
        part,
        isElsewhere ? undefined : known[key],
        `${path}.${key}`,
        incomplete,
      );
      return whole === undefined ? [] : [[key, whole]];
    }),
  );
}

function holdsHidden(value: JsonValue): boolean {
  return JSON.stringify(value).includes(HIDDEN);
}

/** True for equal JSON, in whatever order the keys come. */
export function isSame(one: JsonValue, other: JsonValue): boolean {
  return canonicalize(one) === canonicalize(other);
}
