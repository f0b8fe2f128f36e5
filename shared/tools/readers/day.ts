/** The grammar of days: "tomorrow", "next Tuesday", "the first of December", "in two weeks", "this week". */
import {
  addDays,
  daysBetween,
  firstOfMonth,
  isoWeekday,
  type LocalDate,
  localDate,
} from "../local_date.ts";
import type { Token } from "./lexicon.ts";
import { spanOf } from "./span.ts";
import { DAY_FIRST, MONTH_FIRST } from "./tokens.ts";
import {
  date,
  type Day,
  dayBeforeWeekday,
  type DayContext,
  either,
  lastWeekday,
  later,
  nextWeekday,
  nextWithDay,
  weekdayAndDay,
  weekdayInWeek,
  weekdayNext,
  weekdayOfMonth,
  weekdayThis,
} from "./weekday.ts";

/** Without a year, a date more than this many days ago means next year; a more recent one is a slip. */
const SURELY_NEXT_YEAR_DAYS = 180;
/** With a year, a date less than this many days ago is not a slip in the year. */
const RECENT_DAYS = 31;

/** What a whole sequence of tokens says about a day, or null if it is not a day. */
export function dayOf(tokens: readonly Token[], context: DayContext): Day | null {
  const shape = tokens.map((token) => token.shape).join("");
  const named = namedDay(shape, tokens, context);
  if (named !== null) return named;

  // "Any day next week", "any time tomorrow"; but "any Tuesday" is no particular Tuesday.
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
    const day = rest[0]?.value ?? 0;
    return shape === "NW"
      ? dayBeforeWeekday(day, weekday, context.today)
      : weekdayAndDay(weekday, day, context.today);
  }
  const day = namedDay(rest.map((token) => token.shape).join(""), rest, context);
  if (day?.kind === "span") return null;
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
    case "Re":
    case "Red":
      // "Demain en huit".
      return date(addDays(today, value("R") + value("e")));
    case "Rw":
      return date(addDays(today, value("R") + 7));
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
    case "NMN":
    case "OMN":
    case "MNN":
    case "MON":
      return shortYear(tokens, context);
    case "OO":
      // "Am ersten zwölften".
      return figures(dateOf(tokens), context);
    case "O":
      return confirm(nextWithDay(value("O"), today));
    case "OWM":
    case "OWIM":
      return weekdayOfMonth(value("O"), value("W"), value("M"), context);
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
    case "wR":
    case "NwR":
      return date(addDays(today, value("R") + 7 * count));
    case "OXm":
    case "NXm":
    case "OmX":
    case "NmX":
    case "XmO":
    case "XmN":
      return dayOfMonth(tokens, 1, context);
    case "OTm":
    case "NTm":
      return dayOfMonth(tokens, 0, context);
    case "Wn":
    case "nW":
      return lastWeekday(value("W"), today);
    case "JW":
    case "WJ":
      return later(weekdayNext(value("W"), today), 7);
    case "JwW":
    case "WJw":
    case "wJW":
    case "WwJ":
      return weekdayInWeek(value("W"), 2, context);
    case "Ww":
      return later(nextWeekday(value("W"), today), 7);
    case "We":
    case "Wed":
      return later(nextWeekday(value("W"), today), value("e"));
    case "WIw":
    case "WINw":
      return later(nextWeekday(value("W"), today), 7 * count);
    case "WId":
    case "WINd": {
      const ahead = context.daysForWeeks[count];
      return ahead === undefined ? null : later(nextWeekday(value("W"), today), ahead);
    }
    case "wfW":
    case "NwfW":
      return later(nextWeekday(value("W"), today), 7 * count);
    case "wfR":
    case "NwfR":
      return date(addDays(today, value("R") + 7 * count));
    case "RId":
    case "RINd":
    case "RIw":
    case "RINw": {
      // "Heute in acht Tagen", "morgen in einer Woche".
      const day = namedDay(shape.slice(1), tokens.slice(1), context);
      return day === null ? null : later(day, value("R"));
    }
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
      return spanOf(tokens, context, (part) => dayOf(part, context));
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

/** The day in that year, or in the coming one if none was said. */
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
    const isOver = month < Number(today.slice(5, 7));
    return next === null
      ? { kind: "no_such", month, day, year: isOver ? thisYear + 1 : thisYear }
      : date(next);
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

/** "The third of next month". */
function dayOfMonth(tokens: readonly Token[], ahead: number, context: DayContext): Day {
  const [year, month] = firstOfMonth(context.today, ahead).split("-").map(Number);
  const day = tokens.find(({ shape }) => shape === "N" || shape === "O")?.value ?? 0;
  const said = dayInYear(year ?? 0, month ?? 0, day, context);
  const isPast = said.kind === "date" && said.date < context.today;
  return isPast ? { kind: "past", date: said.date } : said;
}

/** "1 December 26": a two-digit year must be one that can be booked. */
function shortYear(tokens: readonly Token[], context: DayContext): Day | null {
  const year = 2000 + (tokens[2]?.value ?? 0);
  const ahead = year - Number(context.today.slice(0, 4));
  const month = tokens.find((token) => token.shape === "M")?.value ?? 0;
  const day = tokens.slice(0, 2).find((token) => token.shape !== "M")?.value ?? 0;
  return ahead < 0 || ahead > 2 ? null : dayInYear(year, month, day, context);
}

function dateOf([day, month]: readonly Token[]): Token {
  return { shape: "D", value: DAY_FIRST, date: [null, month?.value ?? 0, day?.value ?? 0] };
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

/** "Tomorrow, December 1": two ways to say one day, or a contradiction. */
function bothOf(said: LocalDate, day: Day | null): Day | null {
  if (day?.kind !== "date") return day;
  return day.date === said ? day : either(said, day.date, said);
}

/** "El 31", "le 31", "dia 31": a number and nothing else. */
export function bareDay(tokens: readonly Token[], { today }: DayContext): Day | null {
  const [token, ...more] = tokens;
  return token?.shape === "N" && more.length === 0
    ? confirm(nextWithDay(token.value, today))
    : null;
}

function confirm(day: LocalDate | null): Day | null {
  return day === null ? null : { kind: "confirm", date: day };
}
