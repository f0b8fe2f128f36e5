/** Calendar days without a time zone, as `YYYY-MM-DD`. (The edge runtime has no Temporal.) */

export type LocalDate = string;

export const DAY_MS = 86_400_000;

/** The day, or null if it isn't in the calendar (February 30). `month` counts from 1. */
export function localDate(year: number, month: number, day: number): LocalDate | null {
  const utc = new Date(Date.UTC(year, month - 1, day));
  const exists = utc.getUTCFullYear() === year && utc.getUTCMonth() === month - 1 &&
    utc.getUTCDate() === day;
  return exists ? format(utc) : null;
}

export function addDays(date: LocalDate, days: number): LocalDate {
  return format(new Date(Date.parse(date) + days * DAY_MS));
}

/** The first day of the month that is this many months after that day's. */
export function firstOfMonth(day: LocalDate, ahead: number): LocalDate {
  const months = Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1 + ahead;
  return localDate(Math.floor(months / 12), months % 12 + 1, 1) ?? day;
}

/** Whole days from one date to another; negative if `to` is earlier. */
export function daysBetween(from: LocalDate, to: LocalDate): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);
}

/** ISO weekday: 1 is Monday, 7 is Sunday. */
export function isoWeekday(date: LocalDate): number {
  return new Date(date).getUTCDay() || 7;
}

/** The calendar day in that time zone. Throws RangeError for an unknown time zone. */
export function todayIn(timeZone: string, now: Date): LocalDate {
  const parts = formatter("en-US", {
    timeZone,
    year: "numeric",
    month: "numeric",
    day: "numeric",
  }).formatToParts(now);
  const number = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  return format(new Date(Date.UTC(number("year"), number("month") - 1, number("day"))));
}

function format(utc: Date): LocalDate {
  return utc.toISOString().slice(0, 10);
}

/** `HH:MM`, the local time in that time zone. */
export function localTimeIn(timeZone: string, now: Date): string {
  return formatter("en-GB", {
    timeZone,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(now);
}

/** True for the second of two moments with the same local time there, in the night when the clocks go back. */
export function isSecondOfTwo(timeZone: string, instant: Date): boolean {
  // Clocks go back by half an hour, an hour, or two.
  return [30, 60, 120].some((minutes) => {
    const before = new Date(instant.getTime() - minutes * 60_000);
    return localTimeIn(timeZone, before) === localTimeIn(timeZone, instant);
  });
}

/** Formatters are costly to create, and few are needed: one per locale, zone and choice of parts. */
const formatters = new Map<string, Intl.DateTimeFormat>();

/** Like `new Intl.DateTimeFormat`, but created once. Throws RangeError for an unknown time zone. */
export function formatter(
  locale: string,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  const key = JSON.stringify([locale, options]);
  const known = formatters.get(key);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat(locale, options);
  formatters.set(key, made);
  return made;
}
