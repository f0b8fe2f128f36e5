import type { ToolContext } from "./context.ts";
import type { ToolDefinition } from "./define.ts";
import { todayIn } from "./local_date.ts";
import type { ReadArguments } from "./read_arguments.ts";

/** How old Google's busy times may be for an answer about free times, and before a slot is taken. */
const MAX_AGE_SECONDS = { look: 60, take: 10 };

/**
 * Brings Google's busy times up to date before the database is asked about a day, or about the next days if none was named.
 * Never throws; without Google nothing is loaded or asked.
 */
export async function refreshBusyTimes(
  busyTimes: NonNullable<ToolDefinition["busyTimes"]>,
  values: ReadArguments["values"],
  context: ToolContext,
): Promise<void> {
  if (context.env.google === undefined) return;
  const google = await import("../google/busy.ts");
  const day = values[busyTimes.day];
  await google.refreshBusyTimes(context, {
    date: typeof day === "string" ? day : todayIn("UTC", context.now),
    maxAgeSeconds: MAX_AGE_SECONDS[busyTimes.purpose],
  });
}
