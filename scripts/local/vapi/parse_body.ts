import type { z } from "zod";
import { badRequest } from "./refusal.ts";
import { validationMessages } from "./validation_messages.ts";

export interface ParsedBody<T> {
  /** Keys that were sent, with nested defaults filled in and keys ordered as they are read back. */
  values: T;
  /** Keys of the schema that were sent as null, which clears them. */
  cleared: string[];
}

/**
 * Validates the body of a POST or PATCH. Throws 400 with every problem found. That null clears a
 * top-level key is an assumption: the validator that Vapi's messages come from lets it pass for
 * optional keys.
 */
export function parseBody<T>(
  schema: z.ZodType<T>,
  body: unknown,
  keys: ReadonlySet<string>,
): ParsedBody<T> {
  const cleared: string[] = [];
  const result = schema.safeParse(withoutNulls(body, keys, cleared));
  if (!result.success) throw badRequest(validationMessages(result.error));
  return { values: result.data, cleared };
}

function withoutNulls(body: unknown, keys: ReadonlySet<string>, cleared: string[]): unknown {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return body;
  return Object.fromEntries(
    Object.entries(body).filter(([key, value]) => {
      const clears = value === null && keys.has(key);
      if (clears) cleared.push(key);
      return !clears;
    }),
  );
}
