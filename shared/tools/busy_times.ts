import type { ToolContext } from "./context.ts";
import type { LocalDate } from "./local_date.ts";

/** How old Google's busy times may be for an answer about free times, and before a slot is taken. */
const MAX_AGE_SECONDS = { look: 60, take: 10 };

/**
 * Brings Google's busy times up to date before the database is asked about a day. Never throws; without Google
 * nothing is loaded or asked.
 */
export async function refreshBusyTimes(
  context: ToolContext,
  purpose: keyof typeof MAX_AGE_SECONDS,
  date: LocalDate,
): Promise<void> {
  if (context.env.google === undefined) return;
  const { refreshBusyTimes } = await import("../google/busy.ts");
  await refreshBusyTimes(context, { date, maxAgeSeconds: MAX_AGE_SECONDS[purpose] });
}
