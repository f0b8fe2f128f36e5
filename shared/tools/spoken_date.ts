/**
 * Reads a date as models and callers write it: ISO, "tomorrow", "Tuesday", "next Friday", "November 24th",
 * "24 Nov 2026", "11/24/2026", "24.11.2026". Whatever two people could understand differently becomes a
 * question: "next Tuesday" said on a Monday, 03/04, a weekday that doesn't fit its date.
 */
import {
  addDays,
  daysBetween,
  isoWeekday,
  type LocalDate,
  localDate,
  speakDate,
} from "./local_date.ts";
import { ask, read, type Reading } from "./reading.ts";

const WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const MONTHS = [
  "january",
  "february",
  "march",
  "april",
  "may",
  "june",
  "july",
  "august",
  "september",
  "october",
  "november",
  "december",
];

const ASK_DATE = "I need the date as day and month, for example November 24.";

/** Without a year, a date more than this many days ago means next year; a nearer one was a slip. */
const SURELY_NEXT_YEAR_DAYS = 180;

/** ISO 8601, with or without a local time of day. A time with an offset is no local date: see `readDate`. */
const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?$/i;

/** True for dates that `readDate` reads the same on every day of the year. */
export function isIsoDate(text: string): boolean {
  return ISO.test(text.trim());
}

/** Reads a date; `today` is the clinic's. Past dates are read too: the booking core answers those. */
export function readDate(text: string, today: LocalDate): Reading<LocalDate> {
  const said = text.trim().toLowerCase();
  return readIso(said) ?? readNumeric(said, today) ?? readWords(words(said), today) ??
    ask(ASK_DATE);
}

function readIso(said: string): Reading<LocalDate> | null {
  const match = ISO.exec(said);
  return match && existing(Number(match[1]), Number(match[2]), Number(match[3]));
}

/** 24.11.2026 is day first wherever dots are used; slashes and dashes depend on the country. */
function readNumeric(said: string, today: LocalDate): Reading<LocalDate> | null {
  const match = /^(\d{1,2})([./-])(\d{1,2})(?:\2(\d{4})?)?$/.exec(said);
  if (!match) return null;
  const [first, second] = [Number(match[1]), Number(match[3])];
  const year = match[4] === undefined ? null : Number(match[4]);
  if (match[2] === "." || first > 12) return inYear(year, second, first, today);
  if (second > 12 || first === second) return inYear(year, first, second, today);
  return ask(
    `Is that ${speakMonthDay(first, second)} or ${speakMonthDay(second, first)}?`,
  );
}

function words(said: string): string[] {
  return said
    .replace(/[,.]/g, " ")
    .replace(/\b(?:on|the|of)\b/g, " ")
    .replace(/\b(\d{1,2})(?:st|nd|rd|th)\b/g, "$1")
    .split(/\s+/)
    .filter((word) => word !== "");
}

function readWords(words: string[], today: LocalDate): Reading<LocalDate> | null {
  const phrase = words.join(" ");
  if (phrase === "today") return read(today);
  if (phrase === "tomorrow") return read(addDays(today, 1));
  if (phrase === "day after tomorrow") return read(addDays(today, 2));

  const [first = "", ...rest] = words;
  const weekday = indexOf(WEEKDAYS, first);
  if (weekday === null) return readRelativeWeekday(words, today) ?? readMonthDay(words, today);
  if (rest.length === 0) return nextWeekday(weekday, today);

  const date = readMonthDay(rest, today);
  if (date?.kind === "value" && isoWeekday(date.value) !== weekday) {
    return ask(
      `${speakDate(date.value)} is not a ${capitalize(WEEKDAYS[weekday - 1])}. Which day is it?`,
    );
  }
  return date;
}

function readRelativeWeekday(words: string[], today: LocalDate): Reading<LocalDate> | null {
  const [which = "", name = ""] = words;
  const weekday = indexOf(WEEKDAYS, name);
  if (words.length !== 2 || weekday === null) return null;
  if (which === "coming") return nextWeekday(weekday, today);

  const inThisWeek = weekday - isoWeekday(today);
  if (which === "this") {
    return inThisWeek > 0
      ? read(addDays(today, inThisWeek))
      : either(addDays(today, inThisWeek), addDays(today, inThisWeek + 7), today);
  }
  if (which !== "next") return null;
  // Said before that day of this week, "next" may mean this week's or the one after.
  return inThisWeek > 0
    ? either(addDays(today, inThisWeek), addDays(today, inThisWeek + 7), today)
    : read(addDays(today, inThisWeek + 7));
}

/** A bare weekday is the coming one; on that very day it may mean today or in a week. */
function nextWeekday(weekday: number, today: LocalDate): Reading<LocalDate> {
  const ahead = (weekday - isoWeekday(today) + 7) % 7;
  return ahead === 0 ? either(today, addDays(today, 7), today) : read(addDays(today, ahead));
}

function either(one: LocalDate, other: LocalDate, today: LocalDate): Reading<never> {
  const [a, b] = one < today ? [other, addDays(other, 7)] : [one, other];
  return ask(`Do you mean ${speakDate(a)} or ${speakDate(b)}?`);
}

/** "November 24", "24 November", each with or without a year. */
function readMonthDay(words: string[], today: LocalDate): Reading<LocalDate> | null {
  const [one = "", two = "", year, ...rest] = words;
  if (rest.length > 0 || (year !== undefined && !/^\d{4}$/.test(year))) return null;
  const [month, day] = indexOf(MONTHS, one) === null ? [two, one] : [one, two];
  const monthNumber = indexOf(MONTHS, month);
  if (monthNumber === null || !/^\d{1,2}$/.test(day)) return null;
  return inYear(year === undefined ? null : Number(year), monthNumber, Number(day), today);
}

function inYear(
  year: number | null,
  month: number,
  day: number,
  today: LocalDate,
): Reading<LocalDate> {
  if (year !== null) return existing(year, month, day);
  const thisYear = Number(today.slice(0, 4));
  const date = localDate(thisYear, month, day);
  if (date !== null && daysBetween(date, today) <= 0) return read(date);
  if (date !== null && daysBetween(date, today) <= SURELY_NEXT_YEAR_DAYS) {
    return ask(`${speakDate(date)} is already past. Which date do you mean?`);
  }
  return existing(thisYear + 1, month, day);
}

function existing(year: number, month: number, day: number): Reading<LocalDate> {
  const date = localDate(year, month, day);
  if (date !== null) return read(date);
  const name = MONTHS[month - 1];
  return ask(
    name === undefined
      ? ASK_DATE
      : `There is no ${capitalize(name)} ${day} in ${year}. Which date do you mean?`,
  );
}

/** Position, from 1, of a name or its abbreviation of three letters or more ("tue", "sept"); else null. */
function indexOf(names: readonly string[], word: string): number | null {
  if (word.length < 3) return null;
  const index = names.findIndex((name) => name.startsWith(word));
  return index < 0 ? null : index + 1;
}

function speakMonthDay(month: number, day: number): string {
  return `${capitalize(MONTHS[month - 1])} ${day}`;
}

function capitalize(word = ""): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
