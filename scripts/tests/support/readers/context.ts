import type { ReadingContext } from "../../../../shared/tools/reading.ts";

/** A Saturday morning at a clinic in New York that is open on weekdays from 9 to 5. */
export const CONTEXT: ReadingContext = {
  now: new Date("2026-11-28T15:00:00Z"),
  timezone: "America/New_York",
  country: "US",
  language: "en",
  callerNumber: null,
  horizonDays: 180,
  openings: [1, 2, 3, 4, 5].map((weekday) => ({ weekday, opens: 540, closes: 1020 })),
};
