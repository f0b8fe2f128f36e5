/** Which of two times is meant, if the clinic is open in only one half of the day. */
import { isoWeekday, type LocalDate } from "../local_date.ts";
import type { Opening, Part } from "../reading.ts";
import type { LocalTime } from "./clock.ts";

const DAY_MINUTES = 24 * 60;

/** Said of the day: the hours from which until before which it lasts. */
export const PARTS: Readonly<Record<Part, readonly [from: LocalTime, until: LocalTime]>> = {
  morning: ["00:00", "12:00"],
  afternoon: ["12:00", "18:00"],
  evening: ["17:00", "24:00"],
};

/**
 * The times that can be meant: those within the part of the day that was named, then those at which the clinic is open on that day, or on any
 * day where it isn't known. All of them if that leaves none.
 */
export function openTimes(
  times: readonly LocalTime[],
  openings: readonly Opening[],
  { date, part }: { date?: LocalDate | undefined; part?: Part | undefined } = {},
): readonly LocalTime[] {
  if (times.length < 2) return times;
  if (part !== undefined) {
    const [from, until] = PARTS[part];
    const within = times.filter((time) => time >= from && time < until);
    if (within.length === 1) return within;
  }
  const weekday = date === undefined ? null : isoWeekday(date);
  const onThatDay = openings.filter((opening) => opening.weekday === weekday);
  const hours = onThatDay.length > 0 ? onThatDay : openings;
  const open = times.filter((time) => hours.some((opening) => isOpen(opening, minutesOf(time))));
  return open.length > 0 ? open : times;
}

function isOpen({ opens, closes }: Opening, minutes: number): boolean {
  return (opens <= minutes && minutes < closes) || minutes + DAY_MINUTES < closes;
}

function minutesOf(time: LocalTime): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}
