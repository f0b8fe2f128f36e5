/** Turns an utterance into what its words and digits can mean. */
import { lexiconOf, type Meanings, type Token } from "./lexicon.ts";
import type { Language } from "./languages/language.ts";
import { normalize } from "./normalize.ts";

/** More simultaneous readings than this are not an utterance of a caller. */
const MAX_SEQUENCES = 256;

/** Words in the longest utterance that is a day and a time; anything longer is a story. */
const MAX_LEXEMES = 30;

const LEXEME =
  /(?<ymd>\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?!\d))|(?<dmy>\d{1,2}([-/.])\d{1,2}\3(?:\d{4}|\d{2})(?!\d))|(?<clock>\d{1,2}(?::|h)[0-5]\d(?!\d)(?::[0-5]\d(?:\.\d+)?)?)|(?<dm>\d{1,2}[-/.]\d{1,2}(?!\d)\.?)|(?<ordinal>\d{1,2}(?:(?:st|nd|rd|th|er|ere|eme|ro|do|to|e|o)(?!\p{L})|a(?=[ -]feira)|\.(?=\s|$|,)))|(?<number>\d+)|(?<word>\p{L}+|@)|(?<silent>[\s,;!?()"'’´`.…-])/uy;

interface Lexeme {
  readonly text: string;
  /** For digits; those of words are in the lexicon. */
  readonly meanings: Meanings;
}

/** Every sequence of tokens that the text can be in that language; none if part of it means nothing there. */
export function sequencesOf(text: string, language: Language): Token[][] {
  const lexemes = lexemesOf(text);
  if (lexemes === null || lexemes.length > MAX_LEXEMES) return [];
  const { phrases, longest } = lexiconOf(language);

  let sequences: Token[][] = [[]];
  for (let at = 0; at < lexemes.length;) {
    let length = Math.min(longest, lexemes.length - at);
    let meanings: Meanings | undefined;
    for (; length > 0; length--) {
      meanings = phrases.get(lexemes.slice(at, at + length).map((each) => each.text).join(" "));
      if (meanings !== undefined) break;
    }
    if (meanings === undefined) {
      meanings = lexemes[at]?.meanings ?? [];
      length = 1;
    }
    sequences = sequences.flatMap((sequence) =>
      (meanings ?? []).map((meaning) => [...sequence, ...meaning])
    );
    if (sequences.length === 0 || sequences.length > MAX_SEQUENCES) return [];
    at += length;
  }
  return sequences;
}

function lexemesOf(text: string): Lexeme[] | null {
  const said = normalize(text)
    .replace(/\b([ap])\s?\.\s?m\b\.?/g, "$1m")
    .replace(/(\d)\s?p\.?$/, "$1 p m")
    // "Am" after digits is not the German "am".
    .replace(/(\d)\s?([ap])\s?m(?!\p{L})/gu, "$1 $2 m");
  const lexemes: Lexeme[] = [];
  LEXEME.lastIndex = 0;
  while (LEXEME.lastIndex < said.length) {
    const groups = LEXEME.exec(said)?.groups;
    if (groups === undefined) return null;
    if (groups["silent"] !== undefined) continue;
    lexemes.push(lexemeOf(groups));
  }
  return lexemes;
}

function lexemeOf(groups: Record<string, string | undefined>): Lexeme {
  const { ymd, dmy, clock, dm, ordinal, number, word = "" } = groups;
  if (ymd !== undefined) {
    const [year = 0, month = 0, day = 0] = figures(ymd);
    return { text: ymd, meanings: [[dateToken(year, month, day)]] };
  }
  if (dmy !== undefined) {
    const [first = 0, second = 0, last = 0] = figures(dmy);
    return {
      text: dmy,
      meanings: dayAndMonth(dmy, first, second, last < 100 ? 2000 + last : last),
    };
  }
  if (clock !== undefined) {
    const [hour = 0, minute = 0] = figures(clock);
    return { text: clock, meanings: [[clockToken(hour, minute, /^\d\d/.test(clock))]] };
  }
  if (dm !== undefined) {
    const [first = 0, second = 0] = figures(dm);
    const isClock = /^\d{1,2}\.[0-5]\d$/.test(dm);
    const asClock = clockToken(first, second, /^\d\d/.test(dm));
    const meanings = dayAndMonth(dm, first, second, null);
    return { text: dm, meanings: isClock ? [...meanings, [asClock]] : meanings };
  }
  if (ordinal !== undefined) {
    return { text: ordinal, meanings: [[{ shape: "O", value: Number.parseInt(ordinal) }]] };
  }
  if (word === "@") return { text: word, meanings: [[], [{ shape: "k", value: 0 }]] };
  if (number !== undefined) return { text: number, meanings: numberMeanings(number) };
  return { text: word, meanings: [] };
}

/** Day first, month first, or both: the clinic's country and the language decide. */
function dayAndMonth(text: string, first: number, second: number, year: number | null): Meanings {
  if (text.includes(".")) return [[dateToken(year, second, first)]];
  const readings: Token[][] = [];
  if (first <= 12) readings.push([{ ...dateToken(year, first, second), value: MONTH_FIRST }]);
  if (second <= 12 && first !== second) {
    readings.push([{ ...dateToken(year, second, first), value: DAY_FIRST }]);
  }
  return readings;
}

/** `value` of a date in digits that may have been written the other way round. */
export const MONTH_FIRST = 1;
export const DAY_FIRST = 2;

function numberMeanings(text: string): Meanings {
  const value = Number(text);
  if (text.length <= 2) {
    return [[{ shape: "N", value, isPadded: text.startsWith("0") && text.length === 2 }]];
  }
  if (text.length === 8) {
    return [[dateToken(Number(text.slice(0, 4)), Number(text.slice(4, 6)), Number(text.slice(6)))]];
  }
  if (text.length > 4) return [];
  const clock = clockToken(Number(text.slice(0, -2)), Number(text.slice(-2)), text.length === 4);
  const isClock = value % 100 < 60 && clock.value < 24;
  const isYear = text.length === 4 && value >= 1900 && value < 2100;
  return [...(isClock ? [[clock]] : []), ...(isYear ? [[{ shape: "Y", value }]] : [])];
}

function dateToken(year: number | null, month: number, day: number): Token {
  return { shape: "D", value: 0, date: [year, month, day] };
}

function clockToken(hour: number, minute: number, isPadded: boolean): Token {
  return { shape: "C", value: hour, minute, isPadded };
}

function figures(text: string): number[] {
  return text.split(/[^\d]+/).filter((part) => part !== "").map(Number);
}
