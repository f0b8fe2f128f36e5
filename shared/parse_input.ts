import type { z } from "zod";
import { AppError } from "./errors.ts";

/**
 * Parses what a caller sent. Throws `invalid_input` with every problem as `{path, message}`, unknown fields by their names;
 * `purpose` completes the sentence "Cannot …".
 */
export function parseInput<T>(schema: z.ZodType<T>, input: unknown, purpose: string): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const details = parsed.error.issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => ({
        path: [...issue.path, key].join("."),
        message: "unknown field",
      }))
      : [{ path: issue.path.join("."), message: issue.message }]
  );
  const named = details.map(({ path, message }) => path === "" ? message : `${path}: ${message}`);
  throw new AppError("invalid_input", `Cannot ${purpose}: ${named.join("; ")}`, { details });
}
