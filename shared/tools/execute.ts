/** The one rpc of a tool call, so that an answer that got lost on its way from the database is no failure. */
import type { Db } from "../db.ts";
import { AppError } from "../http/errors.ts";
import type { JsonObject } from "../json.ts";

/** Vapi waits for 20 s by default, and the second attempt may take as long as a first one. */
const REPEAT_WITHIN_MS = 5_000;

export interface ExecuteOptions {
  /** Clock in milliseconds. */
  now?: () => number;
}

/**
 * Calls `tool_call`, and calls it once more if the database could not be reached or its answer got lost. With the call's id the
 * database has stored what it did and answered: asked again it says so, and does nothing twice.
 */
export async function execute(
  db: Db,
  args: { p_tool: string; p_call: JsonObject & { toolCallId: string | null }; p_args: JsonObject },
  { now = () => performance.now() }: ExecuteOptions = {},
): Promise<unknown> {
  const startedAt = now();
  try {
    return await db.rpc("tool_call", args);
  } catch (error) {
    const isRepeatable = args.p_call.toolCallId !== null &&
      error instanceof AppError && error.code === "database_unavailable" &&
      now() - startedAt < REPEAT_WITHIN_MS;
    if (!isRepeatable) throw error;
    return await db.rpc("tool_call", args);
  }
}
