/** Dates and times in sentences for the caller, in the agent's language. */
import { formatter, type LocalDate } from "../local_date.ts";
import type { LocalTime } from "./plain.ts";
import { languageOf } from "./languages.ts";
import type { Language } from "./languages/language.ts";

/** An English sentence in the language of a BCP 47 tag, with its `{names}` filled in; in English if the language has no phrase for it. */
export function sayIn(
  tag: string,
  english: string,
  values: Readonly<Record<string, string>> = {},
): string {
  const { phrases } = languageOf(tag);
  const phrase = phrases[english] ?? english;
  return Object.keys(values).length === 0 ? phrase : fill(phrase, values);
}

/** The sentence with its `{names}` filled in and a capital at the beginning. */
export function fill(sentence: string, values: Readonly<Record<string, string>> = {}): string {
  const filled = sentence.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
  return filled.charAt(0).toUpperCase() + filled.slice(1);
}

/** "Tuesday, November 24"; with the year where it matters. */
export function sayDate(
  date: LocalDate,
  { locale }: Language,
  { withYear = false }: { withYear?: boolean } = {},
): string {
  return formatter(locale, {
    timeZone: "UTC",
    weekday: "long",
    month: "long",
    day: "numeric",
    ...(withYear ? { year: "numeric" } : {}),
  }).format(new Date(date));
}

/** "November 31": works for days that do not exist, too. */
export function sayMonthDay(month: number, day: number, { locale, say }: Language): string {
  const name = formatter(locale, { timeZone: "UTC", month: "long" })
    .format(new Date(Date.UTC(2028, month - 1, 1)));
  return fill(say.dayOfMonth, { month: name, day: String(day) });
}

export function sayWeekday(weekday: number, { locale }: Language): string {
  // 2028-05-01 is a Monday.
  return formatter(locale, { timeZone: "UTC", weekday: "long" })
    .format(new Date(Date.UTC(2028, 4, weekday)));
}

/** "2:30", "3 o'clock", without its half of the day. */
export function sayFace(time: LocalTime, { say }: Language): string {
  const hour = String(Number(time.slice(0, 2)) % 12 || 12);
  const minutes = time.slice(3);
  return minutes === "00" ? fill(say.fullHour, { hour }) : `${hour}:${minutes}`;
}

/** "in the afternoon". */
export function sayHalf(time: LocalTime, { say }: Language): string {
  const hour = Number(time.slice(0, 2));
  if (hour === 0) return say.atMidnight;
  if (hour < 12) return say.inTheMorning;
  if (hour === 12) return say.atNoon;
  return hour < 18 ? say.inTheAfternoon : say.inTheEvening;
}

/** "3 o'clock in the afternoon". */
export function sayTime(time: LocalTime, language: Language): string {
  return `${sayFace(time, language)} ${sayHalf(time, language)}`;
}

/** Asks which of two days or times is right, when one thing was given two. */
export function sayContradiction(one: string, other: string, tag: string): string {
  const language = languageOf(tag);
  const isTime = one.includes(":");
  const said = (value: string) => isTime ? sayTime(value, language) : sayDate(value, language);
  const { twoTimes, twoDates } = language.say;
  return fill(isTime ? twoTimes : twoDates, { one: said(one), other: said(other) });
}
