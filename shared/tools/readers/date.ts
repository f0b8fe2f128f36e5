/**
 * Reads a day as models write it and callers say it, in five languages. Anything that two people could understand differently is asked
 * about: "next Tuesday" said on a Monday, 03/04, a weekday that does not fit its date, a past year.
 */
import { addDays, isSecondOfTwo, type LocalDate, localTimeIn, todayIn } from "../local_date.ts";
import { ask, read, type Reading, type ReadingContext, type Told } from "../reading.ts";
import { type Clock, openTimes } from "./clock.ts";
import { dayInYear } from "./day.ts";
import type { Day } from "./weekday.ts";
import { type Iso, readIso } from "./plain.ts";
import { languageOf } from "./languages.ts";
import { aheadOf, dayContextOf, type Moment, momentsOf } from "./moment.ts";
import { normalize } from "./normalize.ts";
import { askHere } from "./time.ts";
import { atClinic, zonedOf } from "./zones.ts";
import { fill, sayDate, sayMonthDay, sayWeekday } from "./speak.ts";

const DATE_FORM = "YYYY-MM-DD";

export function readDate(text: string, context: ReadingContext): Reading<LocalDate> {
  const iso = readIso(normalize(text));
  if (iso !== null) return fromIso(iso, context);

  const zoned = zonedOf(text);
  if (zoned !== null) {
    const there = readDate(zoned.rest, context);
    const time = there.kind === "value" ? there.also?.time : undefined;
    if (there.kind !== "value" || time === undefined) return there;
    const here = atClinic(zoned, there.value, time, context);
    return here === null ? there : askHere(here, context);
  }

  const ahead = aheadOf(text, context);
  if (ahead !== null) {
    return ahead === undefined ? readingOf(null, {}, context) : read(
      todayIn(context.timezone, ahead),
      { time: localTimeIn(context.timezone, ahead) },
    );
  }

  const said = withoutRanges(momentsOf(text, context).filter(({ day }) => day !== null));
  // "December 2 at 10" is a day, not ten past two some time in December. "From the 1st to the 5th of December" is not the fifth at one.
  if (said.some(({ day }) => day?.kind === "span" && day.isRange)) {
    return readingOf(null, {}, context);
  }
  const days = said.filter(({ day }) => day?.kind !== "span");
  const moments = days.length > 0 ? days : said;
  // "Tuesday 1" is the first, not a time; but "Dienstag morgen" is a morning, not tomorrow.
  const whole = moments.filter(({ clock }) => clock === null);
  const inParts = moments.filter(({ clock }) => clock?.kind === "part");
  // The weekday tells which of several days is meant.
  const fitting = whole.filter(({ day }) => day?.kind !== "wrong_weekday");
  const meant = fitting.length > 0 ? fitting : inParts.length > 0 ? inParts : whole;
  return chosen(meant.length > 0 ? meant : moments, context);
}

function fromIso({ date, time, instant }: Iso, context: ReadingContext): Reading<LocalDate> {
  if (instant === undefined) {
    // A date that had to be written as a date-time has midnight.
    return inItsYear(date, context, time === undefined || time === "00:00" ? {} : { time });
  }
  const local = todayIn(context.timezone, instant);
  if (time === "00:00") {
    return local === date
      ? inItsYear(date, context, {})
      : readingOf({ kind: "either", one: local, other: date }, {}, context);
  }
  // Then the time is asked for.
  if (isSecondOfTwo(context.timezone, instant)) return inItsYear(local, context, {});
  const there = localTimeIn(context.timezone, instant);
  return inItsYear(local, context, there === "00:00" ? {} : { time: there });
}

function inItsYear(date: LocalDate, context: ReadingContext, told: Told): Reading<LocalDate> {
  const [year = 0, month = 0, day = 0] = date.split("-").map(Number);
  const language = languageOf(context.language);
  return readingOf(dayInYear(year, month, day, dayContextOf(context, language)), told, context);
}

/** "Tuesday 1 to 10" may be the first at ten; but "tomorrow, 14 to 15h" is not 14:15. */
function withoutRanges(moments: readonly Moment[]): readonly Moment[] {
  const ranges = moments.flatMap(({ clock }) => clock?.kind === "range" ? [clock] : []);
  const isOne = (time: string) =>
    ranges.some(({ hour, until }) =>
      Number(time.slice(0, 2)) % 12 === hour % 12 && Number(time.slice(3)) === until
    );
  const others = moments.filter(({ clock }) =>
    clock?.kind !== "range" && !(clock?.kind === "times" && clock.times.some(isOne))
  );
  const fitting = others.filter(({ day }) => day?.kind !== "wrong_weekday");
  // "Sunday 20 to 22" is that Sunday, unless Sunday the 20th is meant.
  const days = moments.filter(({ clock }) => clock?.kind === "range");
  return ranges.length === 0 ? moments : [...days, ...fitting];
}

function chosen(moments: readonly Moment[], context: ReadingContext): Reading<LocalDate> {
  const days = [...new Map(moments.map(({ day }) => [JSON.stringify(day), day])).values()];
  const [one, other, ...more] = days;
  if (one?.kind === "date" && other?.kind === "date" && more.length === 0) {
    return readingOf({ kind: "either", one: one.date, other: other.date }, {}, context);
  }
  const [moment] = moments;
  if (!moment?.day || days.length > 1) return readingOf(null, {}, context);
  if (moment.day.kind === "date" && moment.clock?.kind === "times" && moment.clock.isMidnight) {
    return midnightOf(moment.day.date, context);
  }
  const isOneTime = moments.length === 1;
  const told = isOneTime && moment.day.kind === "date"
    ? toldBy(moment.clock, moment.day.date, context)
    : {};
  return readingOf(moment.day, told, context);
}

/** "Tomorrow at midnight" is the beginning of tomorrow or its end; "tonight at midnight" cannot be the beginning. */
function midnightOf(date: LocalDate, context: ReadingContext): Reading<LocalDate> {
  const next = addDays(date, 1);
  return date <= todayIn(context.timezone, context.now)
    ? readingOf({ kind: "date", date: next }, { time: "00:00" }, context)
    : readingOf({ kind: "either", one: date, other: next }, {}, context);
}

function toldBy(clock: Clock | null, date: LocalDate, context: ReadingContext): Told {
  if (clock === null || clock.kind === "range") return {};
  if (clock.kind === "part") return { part: clock.part };
  const [time, other] = openTimes(clock.times, context.openings ?? [], { date });
  return time === undefined || other !== undefined ? {} : { time };
}

/** The day, or the question that it leaves open. */
function readingOf(
  day: Day | null,
  told: Told,
  context: ReadingContext,
): Reading<LocalDate> {
  const language = languageOf(context.language);
  const { say } = language;
  const named = (date: LocalDate) => sayDate(date, language);
  const full = (date: LocalDate) => sayDate(date, language, { withYear: true });
  const question = (sentence: string, values: Record<string, string> = {}) =>
    ask(fill(sentence, values), DATE_FORM);
  switch (day?.kind) {
    case "date":
      return Object.keys(told).length === 0 ? read(day.date) : read(day.date, told);
    case "either":
      return question(say.eitherDate, { one: named(day.one), other: named(day.other) });
    case "confirm":
      return question(say.oneDate, { one: named(day.date) });
    case "order":
      return question(say.eitherOrder, {
        one: sayMonthDay(day.one.month, day.one.day, language),
        other: sayMonthDay(day.other.month, day.other.day, language),
      });
    case "no_such":
      return question(say.noSuchDate, {
        date: sayMonthDay(day.month, day.day, language),
        year: String(day.year),
      });
    case "wrong_weekday":
      return question(say.wrongWeekday, {
        date: named(day.date),
        weekday: sayWeekday(day.weekday, language),
      });
    case "past":
      return question(say.pastDate, { date: named(day.date) });
    case "past_year": {
      const today = full(todayIn(context.timezone, context.now));
      return day.offer === null ? question(say.pastYear, { date: full(day.date), today }) : ask(
        fill(say.pastYearOffer, { date: full(day.date), today, one: full(day.offer) }),
        `${DATE_FORM}, ${day.offer} if that is meant`,
      );
    }
    default:
      return question(say.needDate);
  }
}
