import type { z } from "zod";
import { AppError } from "./errors.ts";
import { cut } from "../storable.ts";

/** Problems that are reported, and characters of a path: an answer is for reading, and must not outgrow the question. */
const MAX_PROBLEMS = 20;
const MAX_PATH = 200;

/**
 * Parses what a caller sent. Throws `invalid_input` with every problem (the first 20) as `{path, message}`, unknown fields by
 * their names; `purpose` completes the sentence "Cannot …".
 */
export function parseInput<T>(schema: z.ZodType<T>, input: unknown, purpose: string): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => ({ path: [...issue.path, key], message: "unknown field" }))
      : [{ path: issue.path, message: issue.message }]
  );
  const details = problems.slice(0, MAX_PROBLEMS)
    .map(({ path, message }) => ({ path: cut(path.join("."), MAX_PATH), message }));
  const named = details.map(({ path, message }) => path === "" ? message : `${path}: ${message}`);
  if (problems.length > details.length) {
    named.push(`and ${problems.length - details.length} more problems`);
  }
  throw new AppError("invalid_input", `Cannot ${purpose}: ${named.join("; ")}`, { details });
}
