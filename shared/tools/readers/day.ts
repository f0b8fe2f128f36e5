/** The grammar of days: "tomorrow", "next Tuesday", "the first of December", "in two weeks", "this week". */
import { addDays, daysBetween, isoWeekday, type LocalDate, localDate } from "../local_date.ts";
import type { Token } from "./lexicon.ts";
import { DAY_FIRST, MONTH_FIRST } from "./tokens.ts";

/** What words can say of a day. All but `date` and `span` are asked about. */
export type Day =
  | { readonly kind: "date"; readonly date: LocalDate }
  | { readonly kind: "span"; readonly from: LocalDate; readonly until: LocalDate | null }
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
  /** Said with a year that is over; `offer` is that day when it can be booked. */
  | { readonly kind: "past_year"; readonly date: LocalDate; readonly offer: LocalDate | null }
  | { readonly kind: "confirm"; readonly date: LocalDate };

export interface MonthDay {
  readonly month: number;
  readonly day: number;
}

export interface DayContext {
  readonly today: LocalDate;
  readonly horizonDays: number;
  /** Whether the week begins with Sunday here: then "next week" on a Sunday has two readings. */
  readonly isSundayFirst: boolean;
  /** Whether day or month come first in figures; null where both are usual. */
  readonly order: typeof MONTH_FIRST | typeof DAY_FIRST | null;
  readonly daysForWeeks: Readonly<Record<number, number>>;
}

/** Without a year, a date more than this many days ago means next year; a nearer one was a slip. */
const SURELY_NEXT_YEAR_DAYS = 180;
/** With a year, a date less than this many days ago is no slip in the year. */
const RECENT_DAYS = 31;

/** What a whole sequence of tokens says of a day, or null if it is no day. */
export function dayOf(tokens: readonly Token[], context: DayContext): Day | null {
  const shape = tokens.map((token) => token.shape).join("");
  const named = namedDay(shape, tokens, context);
  if (named !== null) return named;

  // "Any day next week", "any time tomorrow": but any Tuesday is none in particular.
  if (/^Z.|.Z$/.test(shape)) {
    const day = dayOf(tokens.filter((token) => token.shape !== "Z"), context);
    return day?.kind === "span" || !shape.includes("W") ? day : null;
  }

  // A weekday beside a date must fit it.
  const isFirst = /^W[RDNOMY]/.test(shape);
  if (!isFirst && !/[RDNOMY]W$/.test(shape)) return null;
  const weekday = (isFirst ? tokens[0] : tokens.at(-1))?.value ?? 0;
  const rest = isFirst ? tokens.slice(1) : tokens.slice(0, -1);
  if (/^[NO]$/.test(shape.replace("W", ""))) {
    return weekdayAndDay(weekday, rest[0]?.value ?? 0, context.today);
  }
  const day = namedDay(rest.map((token) => token.shape).join(""), rest, context);
  if (day?.kind !== "date" && day?.kind !== "past") return day;
  return isoWeekday(day.date) === weekday
    ? day
    : { kind: "wrong_weekday", date: day.date, weekday };
}

function namedDay(shape: string, tokens: readonly Token[], context: DayContext): Day | null {
  const { today } = context;
  const value = (letter: string) => tokens[shape.indexOf(letter)]?.value ?? 1;
  const count = shape.includes("N") ? value("N") : 1;
  switch (shape) {
    case "R":
      return date(addDays(today, value("R")));
    case "RD":
    case "RNM":
    case "RMN":
    case "ROM":
    case "RMO":
      return bothOf(
        addDays(today, value("R")),
        namedDay(shape.slice(1), tokens.slice(1), context),
      );
    case "D":
      return figures(tokens[0], context);
    case "NM":
    case "OM":
    case "MN":
    case "MO":
      return dayInYear(null, value("M"), value(shape.replace("M", "")), context);
    case "NMY":
    case "OMY":
    case "MNY":
    case "MOY":
      return dayInYear(value("Y"), value("M"), value(shape.replace(/[MY]/g, "")), context);
    case "O":
      return confirm(nextWithDay(value("O"), today));
    case "W":
      return nextWeekday(value("W"), today);
    case "VW":
    case "WV":
      return nextWeekday(value("W"), today);
    case "XW":
    case "WX":
      return weekdayNext(value("W"), today);
    case "TW":
    case "WT":
      return weekdayThis(value("W"), today);
    case "XwW":
    case "WXw":
    case "wXW":
    case "WwX":
    case "wWX":
      return weekdayInWeek(value("W"), 1, context);
    case "TwW":
    case "WTw":
    case "WwT":
      return weekdayInWeek(value("W"), 0, context);
    case "Ww":
      return later(nextWeekday(value("W"), today), 7);
    case "wfW":
    case "NwfW":
      return later(nextWeekday(value("W"), today), 7 * count);
    case "wfR":
    case "NwfR":
      return date(addDays(today, value("R") + 7 * count));
    case "RId":
    case "RINd":
    case "RIw":
    case "RINw":
      // "Heute in acht Tagen".
      return value("R") === 0 ? namedDay(shape.slice(1), tokens.slice(1), context) : null;
    case "Id":
    case "INd":
    case "dF":
    case "NdF":
      return inDays(count, context);
    case "Iw":
    case "INw":
    case "wF":
    case "NwF":
      return date(addDays(today, 7 * count));
    case "Im":
    case "INm":
    case "mF":
    case "NmF":
      return inMonths(count, today);
    default:
      return spanOf(shape, value, context);
  }
}

/** Days that a caller leaves to us. */
function spanOf(shape: string, value: (letter: string) => number, context: DayContext): Day | null {
  const { today } = context;
  const monday = addDays(today, 1 - isoWeekday(today));
  switch (shape) {
    case "A":
    case "Z":
      return span(today, null);
    case "Tw":
    case "wT":
      return span(today, addDays(monday, 6));
    case "Xw":
    case "wX":
      return context.isSundayFirst && isoWeekday(today) === 7
        ? span(addDays(today, 1), addDays(today, 13))
        : span(addDays(monday, 7), addDays(monday, 13));
    case "E":
    case "TE":
    case "ET":
      return span(isoWeekday(today) > 5 ? today : addDays(monday, 5), addDays(monday, 6));
    case "XE":
    case "EX":
      return span(addDays(monday, 12), addDays(monday, 13));
    case "Tm":
    case "mT":
      return span(today, addDays(firstOfMonth(today, 1), -1));
    case "Xm":
    case "mX":
      return span(firstOfMonth(today, 1), addDays(firstOfMonth(today, 2), -1));
    case "M":
    case "IM":
    case "TM":
    case "XM": {
      const ahead = (value("M") - Number(today.slice(5, 7)) + 12) % 12;
      const first = ahead === 0 ? today : firstOfMonth(today, ahead);
      return span(first, addDays(firstOfMonth(today, ahead + 1), -1));
    }
    default:
      return null;
  }
}

function figures(token: Token | undefined, context: DayContext): Day | null {
  const [year = null, month = 0, day = 0] = token?.date ?? [];
  if (month < 1 || month > 12 || day < 1 || day > 31) return null;
  const isOtherOrder = token?.value !== 0 && day <= 12 && month !== day;
  if (!isOtherOrder || token?.value === context.order) return dayInYear(year, month, day, context);
  if (context.order !== null) return null;
  return token?.value === MONTH_FIRST
    ? { kind: "order", one: { month, day }, other: { month: day, day: month } }
    : { kind: "order", one: { month: day, day: month }, other: { month, day } };
}

/** The day of that year, or of the coming one where none was said. */
export function dayInYear(
  year: number | null,
  month: number,
  day: number,
  context: DayContext,
): Day {
  const { today, horizonDays } = context;
  const thisYear = Number(today.slice(0, 4));
  if (year === null) {
    const said = localDate(thisYear, month, day);
    if (said !== null && said >= today) return date(said);
    if (said !== null && daysBetween(said, today) <= SURELY_NEXT_YEAR_DAYS) {
      return { kind: "past", date: said };
    }
    const next = localDate(thisYear + 1, month, day);
    return next === null ? { kind: "no_such", month, day, year: thisYear } : date(next);
  }
  const said = localDate(year, month, day);
  if (said === null) return { kind: "no_such", month, day, year };
  if (daysBetween(said, today) <= RECENT_DAYS) return date(said);
  const offer = [thisYear, thisYear + 1].map((each) => localDate(each, month, day))
    .find((each) => each !== null && each >= today && daysBetween(today, each) <= horizonDays);
  return year === thisYear && offer === undefined
    ? date(said)
    : { kind: "past_year", date: said, offer: offer ?? null };
}

/** A bare weekday is the coming one; on that very day it may mean today or in a week. */
function nextWeekday(weekday: number, today: LocalDate): Day {
  const ahead = (weekday - isoWeekday(today) + 7) % 7;
  return ahead === 0 ? either(today, addDays(today, 7), today) : date(addDays(today, ahead));
}

/** Said before that day of this week, "next" may mean this week's or the one after. */
function weekdayNext(weekday: number, today: LocalDate): Day {
  const ahead = weekday - isoWeekday(today);
  return ahead > 0
    ? either(addDays(today, ahead), addDays(today, ahead + 7), today)
    : date(addDays(today, ahead + 7));
}

function weekdayThis(weekday: number, today: LocalDate): Day {
  const ahead = weekday - isoWeekday(today);
  return ahead > 0
    ? date(addDays(today, ahead))
    : either(addDays(today, ahead), addDays(today, ahead + 7), today);
}

function weekdayInWeek(weekday: number, weeks: number, context: DayContext): Day {
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
function weekdayAndDay(weekday: number, day: number, today: LocalDate): Day | null {
  const next = nextWithDay(day, today);
  if (next === null) return null;
  return isoWeekday(next) === weekday ? date(next) : { kind: "wrong_weekday", date: next, weekday };
}

function nextWithDay(day: number, today: LocalDate): LocalDate | null {
  if (day < 1 || day > 31) return null;
  for (let ahead = 0; ahead < 62; ahead++) {
    const candidate = addDays(today, ahead);
    if (Number(candidate.slice(8)) === day) return candidate;
  }
  return null;
}

function inDays(count: number, { today, daysForWeeks }: DayContext): Day {
  const weeks = daysForWeeks[count];
  return weeks === undefined
    ? date(addDays(today, count))
    : { kind: "either", one: addDays(today, weeks), other: addDays(today, count) };
}

function inMonths(count: number, today: LocalDate): Day | null {
  const first = firstOfMonth(today, count);
  const day = Number(today.slice(8));
  const same = localDate(Number(first.slice(0, 4)), Number(first.slice(5, 7)), day);
  return same === null ? null : date(same);
}

function firstOfMonth(today: LocalDate, ahead: number): LocalDate {
  const months = Number(today.slice(0, 4)) * 12 + Number(today.slice(5, 7)) - 1 + ahead;
  return localDate(Math.floor(months / 12), months % 12 + 1, 1) ?? today;
}

/** "Tomorrow, December 1": two ways to say one day, or a contradiction. */
function bothOf(said: LocalDate, day: Day | null): Day | null {
  if (day?.kind !== "date") return day;
  return day.date === said ? day : either(said, day.date, said);
}

function later(day: Day, days: number): Day {
  if (day.kind === "date") return date(addDays(day.date, days));
  if (day.kind !== "either") return day;
  return { kind: "either", one: addDays(day.one, days), other: addDays(day.other, days) };
}

function either(one: LocalDate, other: LocalDate, today: LocalDate): Day {
  return one < today && one < other
    ? { kind: "either", one: other, other: addDays(other, 7) }
    : { kind: "either", one, other };
}

function confirm(day: LocalDate | null): Day | null {
  return day === null ? null : { kind: "confirm", date: day };
}

function date(day: LocalDate): Day {
  return { kind: "date", date: day };
}

function span(from: LocalDate, until: LocalDate | null): Day {
  return { kind: "span", from, until };
}
