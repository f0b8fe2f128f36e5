/**
 * What the readers need of a language: tables of words, and the sentences for asking back. Each has one file, so that another language
 * takes one more file, its line in `languages.ts`, and its answers in `../phrases.ts`.
 *
 * Words are written as people write them, with alternatives separated by "|". Capitals, accents, hyphens and apostrophes do not matter.
 */
import type { Part } from "../../reading.ts";

/** Says which of the two 3 o'clocks is meant: "am", "in the evening", "de la madrugada". */
export type Half = "am" | "pm" | "night" | "dawn" | Part;

/** The roles of a word in a date or a time; the grammar knows only these, no words. */
export interface Words {
  /** "today", "tomorrow", by how many days ahead. */
  readonly relativeDays: Readonly<Record<number, string>>;
  /** "this morning", "tonight": a part of today. */
  readonly thisHalf: Readonly<Partial<Record<Half, string>>>;
  /** In the week that follows; with a weekday it may also be this week's. */
  readonly next: string;
  readonly this: string;
  /** The weekday that comes next. */
  readonly coming: string;
  /** A past weekday. */
  readonly last: string;
  /** The one after the next. */
  readonly afterNext: string;
  readonly day: string;
  readonly week: string;
  readonly month: string;
  readonly weekend: string;
  /** "in two weeks". */
  readonly in: string;
  /** "two weeks from now". */
  readonly fromNow: string;
  /** "a week from Tuesday". */
  readonly from: string;
  readonly halves: Readonly<Record<Half, string>>;
  readonly noon: string;
  readonly midnight: string;
  /** Said after an hour: "o'clock". */
  readonly oclock: string;
  /** "ten past two". */
  readonly past: string;
  /** "ten to two". */
  readonly to: string;
  /** Before an hour: half an hour after it. */
  readonly halfPast: string;
  /** Before an hour: half an hour before it, as in German. */
  readonly halfBefore: string;
  /** "two and a quarter". */
  readonly and: string;
  /** "three less a quarter". */
  readonly minus: string;
  readonly quarter: string;
  readonly half: string;
  readonly minutes: string;
  /** The unit: "in two hours". */
  readonly hour: string;
  /** By their minutes: "half an hour". */
  readonly durations: Readonly<Record<number, string>>;
  /** Before a time, and never before a day of the month: "at". */
  readonly atTime: string;
  /** Before an hour: a quarter before it, as in "dreiviertel drei". */
  readonly threeQuartersBefore: string;
  /** "fourteen hundred". */
  readonly hundred: string;
  readonly asap: string;
  readonly anyDay: string;
  /** Before a number of days that stands for weeks, after a weekday: "mardi en huit". */
  readonly daysOn: string;
  /** Early, in the middle, late: of a week or a month. */
  readonly partsOf: readonly [early: string, middle: string, late: string];
  /** "between Monday and Friday". */
  readonly between: string;
  readonly betweenAnd: string;
  /** "Monday until Friday". */
  readonly until: string;
  readonly or: string;
  /** "by Friday": Friday at the latest. */
  readonly by: string;
  /** Before a day, after a day. */
  readonly before: string;
  readonly after: string;
  /** Before a day or after it: that day or a later one. */
  readonly startingOn: string;
  /** "within two weeks": any day until then. */
  readonly within: string;
  /** Words that change nothing: "on", "the", "please", "maybe". */
  readonly fillers: string;
}

export interface Numbers {
  /** 0 to 20, then every number that is not composed of tens and units. */
  readonly cardinals: Readonly<Record<number, string>>;
  readonly tens: Readonly<Record<number, string>>;
  /** 100 to 900: digits are also said in threes. */
  readonly hundreds: readonly string[];
  readonly thousand: string;
  /** How a number between the tens is said: "{tens} {unit}"; alternatives are separated by "|". */
  readonly compound: string;
  /** Ordinals for days of the month; composed of tens and units as `ordinalCompound` says, if given. */
  readonly ordinals: Readonly<Record<number, string>>;
  readonly ordinalCompound?: string;
  /** How a year of this century begins: "two thousand", "twenty". */
  readonly century: string;
}

/** What is said in a phone number or an e-mail address besides its digits and letters. */
export interface Address {
  /** Words for digits other than number words: "oh", "double". */
  readonly digits: Readonly<Record<number, string>>;
  readonly double: string;
  readonly triple: string;
  readonly plus: string;
  readonly extension: string;
  /** "my number is", "mobile": changes nothing. */
  readonly phoneFillers: string;
  readonly sameNumber: string;
  readonly at: string;
  readonly dot: string;
  readonly dash: string;
  readonly underscore: string;
  readonly emailFillers: string;
}

/** Sentences, with `{name}` as a placeholder. */
export interface Sentences {
  readonly needDate: string;
  readonly needTime: string;
  readonly eitherDate: string;
  /** The same numbers with day and month swapped. */
  readonly eitherOrder: string;
  readonly oneDate: string;
  /** A clock face without its half of the day: "Is that {time} {one} or {other}?" */
  readonly eitherTime: string;
  readonly inTheMorning: string;
  readonly inTheAfternoon: string;
  readonly inTheEvening: string;
  readonly atNoon: string;
  readonly atMidnight: string;
  /** A full hour without a half of the day: "3 o'clock". */
  readonly fullHour: string;
  /** A day of a month without a year: "November 31". */
  readonly dayOfMonth: string;
  readonly noSuchDate: string;
  readonly wrongWeekday: string;
  readonly pastDate: string;
  readonly pastYear: string;
  readonly pastYearOffer: string;
  readonly twoDates: string;
  readonly twoTimes: string;
  /** A time in another zone was named. */
  readonly otherZone: string;
  readonly needPhone: string;
  readonly notAPhone: string;
  readonly homeOrAbroad: string;
  readonly extension: string;
  readonly whichNumber: string;
  readonly needEmail: string;
  readonly needCode: string;
  readonly yesOrNo: string;
}

export interface Language {
  /** ISO 639-1. */
  readonly code: string;
  /** How dates are said. */
  readonly locale: string;
  /** From Monday. */
  readonly weekdays: readonly string[];
  /** From January. */
  readonly months: readonly string[];
  readonly numbers: Numbers;
  readonly words: Words;
  readonly address: Address;
  /** Whether a weekday and its part are one word: "Montagnachmittag". */
  readonly joinsWords: boolean;
  /** Numbers of days that stand for weeks, counting both ends: "quinze jours" may be 15 days or two weeks. */
  readonly daysForWeeks: Readonly<Record<number, number>>;
  readonly say: Sentences;
  /** What tools say while they run and what they ask for, by the English text: see `sayIn`. Empty for English itself. */
  readonly phrases: Readonly<Record<string, string>>;
}
