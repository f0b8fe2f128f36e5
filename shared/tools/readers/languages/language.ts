/**
 * What a language is to the readers: tables of words, and the sentences to ask back with. One file each, so that one more
 * language is one more file, its line in `languages.ts`, and its answers in `../phrases.ts`.
 *
 * Words are written as people write them, several ways of saying one thing parted by "|". Capitals, accents, hyphens and
 * apostrophes don't matter.
 */
import type { Part } from "../../reading.ts";

/** Says which of the two 3 o'clocks is meant: "am", "in the evening", "de la madrugada". */
export type Half = "am" | "pm" | "night" | "dawn" | Part;

/** What a word can do in a date or a time; the grammar knows these and no words. */
export interface Words {
  /** "today", "tomorrow", by how many days ahead. */
  readonly relativeDays: Readonly<Record<number, string>>;
  /** "this morning", "tonight": a part of today. */
  readonly thisHalf: Readonly<Partial<Record<Half, string>>>;
  /** In the week that follows; with a weekday it may also be this week's. */
  readonly next: string;
  readonly this: string;
  /** A weekday's very next. */
  readonly coming: string;
  /** A weekday that is over. */
  readonly last: string;
  /** The one that follows the next. */
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
  /** Before days that are said for weeks, after a weekday: "mardi en huit". */
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
  /** 0 to 20, then whatever isn't made of tens and units. */
  readonly cardinals: Readonly<Record<number, string>>;
  readonly tens: Readonly<Record<number, string>>;
  /** 100 to 900: digits are said in threes too. */
  readonly hundreds: readonly string[];
  readonly thousand: string;
  /** How a number between the tens is said: "{tens} {unit}"; several ways are parted by "|". */
  readonly compound: string;
  /** Days of the month that are ordinals; made up of tens and units as `ordinalCompound` says, if it does. */
  readonly ordinals: Readonly<Record<number, string>>;
  readonly ordinalCompound?: string;
  /** Ways to begin a year of this century: "two thousand", "twenty". */
  readonly century: string;
}

/** What is said of a phone number or an e-mail address besides its digits and letters. */
export interface Address {
  /** Digits that are said otherwise than numbers: "oh", "double". */
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

/** Sentences, with `{name}` for what is filled in. */
export interface Sentences {
  readonly needDate: string;
  readonly needTime: string;
  readonly eitherDate: string;
  /** The same figures with day and month the other way round. */
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
  /** A month's day without a year: "November 31". */
  readonly dayOfMonth: string;
  readonly noSuchDate: string;
  readonly wrongWeekday: string;
  readonly pastDate: string;
  readonly pastYear: string;
  readonly pastYearOffer: string;
  readonly twoDates: string;
  readonly twoTimes: string;
  /** A time of another zone was named. */
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
  /** Days that are said for weeks, counting both ends: "quinze jours" may be 15 days or two weeks. */
  readonly daysForWeeks: Readonly<Record<number, number>>;
  readonly say: Sentences;
  /** What tools say while they run and ask for, by its English: see `sayIn`. Empty in English itself. */
  readonly phrases: Readonly<Record<string, string>>;
}
