/**
 * Reads a value back as Postgres' jsonb does: keys of every object ordered by length, then by bytes. Captured answers and webhooks of Vapi
 * show this order, so code that compares or hashes what it reads with what it sent must not depend on the order of keys.
 */
export function jsonbOrder<T>(value: T): T;
export function jsonbOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => jsonbOrder(item));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .sort(([a], [b]) => a.length - b.length || (a < b ? -1 : 1))
      .map(([key, item]) => [key, jsonbOrder(item)]),
  );
}
