/** Rules for every answer, whatever was asked. */
import assert from "node:assert/strict";
import { z } from "zod";
import type { LogLine } from "../../local/functions.ts";
import type { CallerKind } from "./callers.ts";
import { SECRET_WORDS } from "./victim.ts";

export interface GivenAnswer {
  readonly status: number;
  readonly text: string;
}

/** The answers that each kind of function documents; a refusal names its code. */
const STATUSES: Readonly<Record<CallerKind, readonly number[]>> = {
  user: [200, 400, 403, 404, 405, 409, 413],
  service: [200, 202, 400, 404, 405, 413],
  // To Vapi always 200, except for a body that is not a message of Vapi's at all.
  vapi: [200, 400, 405],
  twilio: [200, 204, 400, 405, 413],
};

const refusalSchema = z.strictObject({
  success: z.literal(false),
  error: z.strictObject({
    code: z.enum([
      "invalid_json",
      "invalid_input",
      "payload_too_large",
      "method_not_allowed",
      "not_found",
      "forbidden",
      "version_conflict",
      "name_taken",
    ]),
    message: z.string().min(1).max(10_000),
    details: z.unknown().optional(),
  }),
});

/** Stacks, files, and words that only a database uses. */
const INTERNALS =
  /\n\s+at |file:\/\/|node_modules|\.ts:\d|pl\/pgsql|sqlstate|pgrst|violates|invalid input syntax|out of range|unicode escape|relation "|column "/i;

/** Says what is wrong with the answer by throwing. `sent`: bytes of the request. */
export function judge(answer: GivenAnswer, calledBy: CallerKind, sent: number): void {
  const { status, text } = answer;
  const shown = `${status} ${text.slice(0, 500)}`;
  assert.ok(STATUSES[calledBy].includes(status), shown);
  assert.doesNotMatch(text, INTERNALS, shown);
  assert.doesNotMatch(text, /something went wrong|booking system can't be reached/i, shown);
  // An operator's reports cover everybody, and may be long.
  if (calledBy !== "service" || status >= 400) {
    assert.doesNotMatch(text, SECRET_WORDS, shown);
    assert.ok(text.length <= 20_000 + 3 * sent, `${text.length} characters for ${sent} bytes`);
  }
  if (status >= 400) refusalSchema.parse(JSON.parse(text));
  else if (calledBy !== "twilio" && !text.startsWith("#")) JSON.parse(text);
}

/** Log lines about a fault of ours: an unforeseen error, or one of the database. A job's failure does not count. */
export function faults(lines: readonly LogLine[]): string[] {
  return lines.filter(({ fields, stream }) => {
    if (fields === null) return stream === "stderr";
    const error = errorSchema.safeParse(fields["error"]).data;
    if (error === undefined || fields["event"] === "job_failed") return false;
    return error.name !== "AppError" || ["database_error", "internal_error"].includes(error.code);
  }).map(({ line }) => line);
}

const errorSchema = z.object({ name: z.string(), code: z.string().default("") });
