/** Schemas of single environment variables. Their messages never repeat the value: it may be a secret. */
import { z } from "zod";
import { isJsonObject, type JsonValue, parseJson } from "../json.ts";

/** An http(s) URL, without trailing slash. */
export const urlValue: z.ZodType<string> = z
  .url({ protocol: /^https?$/, error: "must be an http or https URL" })
  .transform((text) => text.replace(/\/+$/, ""));

/** An integer within bounds. */
export function integerValue(min: number, max: number): z.ZodType<number> {
  const error = `must be an integer from ${min} to ${max}`;
  return z.string().regex(/^\d+$/, error).transform(Number).pipe(
    z.number().min(min, error).max(max, error),
  );
}

/** JSON text that an inner schema then reads; `expected` names the form in the message. */
export function jsonValue<T>(
  expected: string,
  read: (value: JsonValue) => T | null,
): z.ZodType<T> {
  return z.string().transform((text, context) => {
    const value = parseOrNull(text);
    const result = value === null ? null : read(value);
    if (result === null) {
      context.addIssue(`must be ${expected}`);
      return z.NEVER;
    }
    return result;
  });
}

const keysSchema = z.tuple([z.string().min(1)], z.string().min(1));

/** `{"default": "sb_secret_…", …}` → the keys, the one named `default` first. */
export const namedKeysValue: z.ZodType<[string, ...string[]]> = jsonValue(
  "a JSON object of keys by name",
  (value) => {
    if (!isJsonObject(value)) return null;
    const { default: preferred, ...others } = value;
    const first = preferred === undefined ? [] : [preferred];
    const parsed = keysSchema.safeParse([...first, ...Object.values(others)]);
    return parsed.success ? parsed.data : null;
  },
);

/** "NAME is missing" or "NAME must be …", never with the value. */
export function describeIssue(
  issue: { path: PropertyKey[]; message: string },
  source: Record<string, string>,
): string {
  const name = String(issue.path[0]);
  const isMissing = source[name] === undefined && !issue.message.endsWith("is missing");
  return `${name} ${isMissing ? "is missing" : issue.message}`;
}

function parseOrNull(text: string): JsonValue {
  try {
    return parseJson(text);
  } catch {
    return null;
  }
}
