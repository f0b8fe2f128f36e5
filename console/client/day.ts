/** The hours of a clinic's day, wherever the reader is. */
import { DAY_MS } from "../../shared/tools/local_date.ts";

/** From the first moment of the day (included) to that of the next day (excluded), in ISO 8601. */
export interface DayRange {
  from: string;
  until: string;
}

/** `day`: `YYYY-MM-DD`, in the IANA zone. A day of a clock change has 23 or 25 hours. */
export function dayRange(day: string, timezone: string): DayRange {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: timezone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  /** The local time, as if it were UTC. */
  const wall = (instant: number): number => {
    const parts = Object.fromEntries(
      format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]),
    );
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second);
  };
  const midnight = Date.parse(`${day}T00:00:00Z`);
  const begin = (at: number): string => {
    // Where the clocks change at midnight, the day begins at a later local time, or midnight occurs twice.
    const candidates = [at - DAY_MS, at, at + DAY_MS].map((near) => at - (wall(near) - near));
    const first = candidates.toSorted((a, b) => a - b)
      .find((instant) => wall(instant) >= at && wall(instant - 1000) < at);
    return new Date(first ?? at).toISOString();
  };
  return { from: begin(midnight), until: begin(midnight + DAY_MS) };
}
