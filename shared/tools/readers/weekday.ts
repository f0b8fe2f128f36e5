/**
 * What words can say about a day, and which day is meant by a weekday or by a day without its month: "Tuesday", "next Tuesday", "the first
 * Monday in December".
 */
import { addDays, firstOfMonth, isoWeekday, type LocalDate } from "../local_date.ts";
import type { DAY_FIRST, MONTH_FIRST } from "./tokens.ts";

/** What words can say about a day. All but `date` and `span` lead to a question. */
export type Day =
  | { readonly kind: "date"; readonly date: LocalDate }
  | {
    readonly kind: "span";
    readonly from: LocalDate;
    readonly until: LocalDate | null;
    /** First and last day of one month: "from the 1st to the 5th of December". */
    readonly isRange?: true;
  }
  | { readonly kind: "either"; readonly one: LocalDate; readonly other: LocalDate }
  /** 3/4: two orders of day and month. */
  | { readonly kind: "order"; readonly one: MonthDay; readonly other: MonthDay }
  | {
    readonly kind: "no_such";
    readonly month: number;
    readonly day: number;
    readonly year: number;
  }
  | { readonly kind: "wrong_weekday"; readonly date: LocalDate; readonly weekday: number }
  /** Said without a year, and a short while ago. */
  | { readonly kind: "past"; readonly date: LocalDate }
  /** Said with a past year; `offer` is that day if it can be booked. */
  | { readonly kind: "past_year"; readonly date: LocalDate; readonly offer: LocalDate | null }
  | { readonly kind: "confirm"; readonly date: LocalDate };

export interface MonthDay {
  readonly month: number;
  readonly day: number;
}

export interface DayContext {
  readonly today: LocalDate;
  readonly horizonDays: number;
  /** Whether the week begins on Sunday here: then "next week" on a Sunday has two readings. */
  readonly isSundayFirst: boolean;
  /** Whether the day or the month comes first in digits; null if both are usual. */
  readonly order: typeof MONTH_FIRST | typeof DAY_FIRST | null;
  readonly daysForWeeks: Readonly<Record<number, number>>;
}

/** A bare weekday is the coming one; on that weekday it may mean today or in a week. */
export function nextWeekday(weekday: number, today: LocalDate): Day {
  const ahead = (weekday - isoWeekday(today) + 7) % 7;
  return ahead === 0 ? either(today, addDays(today, 7), today) : date(addDays(today, ahead));
}

/** Said before that day of this week, "next" may mean this week's or the one after. */
export function weekdayNext(weekday: number, today: LocalDate): Day {
  const ahead = weekday - isoWeekday(today);
  return ahead > 0
    ? either(addDays(today, ahead), addDays(today, ahead + 7), today)
    : date(addDays(today, ahead + 7));
}

export function weekdayThis(weekday: number, today: LocalDate): Day {
  const ahead = weekday - isoWeekday(today);
  // This week's is past: the coming one.
  if (ahead !== 0) return date(addDays(today, ahead < 0 ? ahead + 7 : ahead));
  return either(today, addDays(today, 7), today);
}

export function weekdayInWeek(weekday: number, weeks: number, context: DayContext): Day {
  const { today, isSundayFirst } = context;
  const monday = addDays(today, 1 - isoWeekday(today) + 7 * weeks);
  const fromMonday = addDays(monday, weekday - 1);
  const sunday = addDays(today, -(isoWeekday(today) % 7) + 7 * weeks);
  const fromSunday = addDays(sunday, weekday % 7);
  if (!isSundayFirst || fromMonday === fromSunday) return date(fromMonday);
  const [one, other] = [fromMonday, fromSunday].sort();
  return either(one ?? fromMonday, other ?? fromSunday, today);
}

/** "Tuesday the 1st": the next 1st, if it is a Tuesday. */
export function weekdayAndDay(weekday: number, day: number, today: LocalDate): Day | null {
  const next = nextWithDay(day, today);
  if (next === null) return null;
  return isoWeekday(next) === weekday ? date(next) : { kind: "wrong_weekday", date: next, weekday };
}

/** "8 on Tuesday": the 8th, or at eight. */
export function dayBeforeWeekday(day: number, weekday: number, today: LocalDate): Day | null {
  const said = weekdayAndDay(weekday, day, today);
  const coming = nextWeekday(weekday, today);
  return said?.kind === "date" && coming.kind === "date" && said.date !== coming.date
    ? either(coming.date, said.date, today)
    : said;
}

/** "Last Tuesday". */
export function lastWeekday(weekday: number, today: LocalDate): Day {
  const ago = (isoWeekday(today) - weekday + 6) % 7 + 1;
  return { kind: "past", date: addDays(today, -ago) };
}

/** "The first Monday in December". */
export function weekdayOfMonth(
  count: number,
  weekday: number,
  month: number,
  { today }: DayContext,
): Day | null {
  const first = firstOfMonth(today, (month - Number(today.slice(5, 7)) + 12) % 12);
  const day = addDays(first, (weekday - isoWeekday(first) + 7) % 7 + 7 * (count - 1));
  if (day.slice(0, 7) !== first.slice(0, 7)) return null;
  return day < today ? { kind: "past", date: day } : date(day);
}

export function nextWithDay(day: number, today: LocalDate): LocalDate | null {
  if (day < 1 || day > 31) return null;
  for (let ahead = 0; ahead < 62; ahead++) {
    const candidate = addDays(today, ahead);
    if (Number(candidate.slice(8)) === day) return candidate;
  }
  return null;
}

export function later(day: Day, days: number): Day {
  if (day.kind === "date") return date(addDays(day.date, days));
  if (day.kind !== "either") return day;
  return { kind: "either", one: addDays(day.one, days), other: addDays(day.other, days) };
}

export function either(one: LocalDate, other: LocalDate, today: LocalDate): Day {
  return one < today && one < other
    ? { kind: "either", one: other, other: addDays(other, 7) }
    : { kind: "either", one, other };
}

export function date(day: LocalDate): Day {
  return { kind: "date", date: day };
}
