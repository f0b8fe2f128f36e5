/** A language's words as the grammar sees them: each phrase with everything that it can mean. */
import type { Half, Language, Numbers, Words } from "./languages/language.ts";
import { phrasesOf } from "./normalize.ts";

const FIRST_YEAR = 2020;
const LAST_YEAR = 2040;

/** Phrases for 0 to 99, with their numbers. */
export function cardinalsOf(numbers: Numbers): Map<string, number> {
  return withCompounds(numbers, numbers.cardinals, numbers.compound);
}

/** Phrases for the 1st to the 31st, with their numbers. */
function ordinalsOf(numbers: Numbers): Map<string, number> {
  const { ordinals, ordinalCompound } = numbers;
  if (ordinalCompound === undefined) return entriesOf(ordinals);
  // "dreiundzwanzigster" has its ending on the tens, "twenty-third" on the unit.
  const phrases = entriesOf(ordinals);
  const endsOnTens = ordinalCompound.endsWith("{tens}");
  for (const tens of [20, 30]) {
    for (let unit = 1; unit < 10; unit++) {
      const first = endsOnTens ? phrasesOf(ordinals[tens] ?? "") : saidTens(numbers, tens);
      const second = endsOnTens ? saidUnits(numbers, unit) : phrasesOf(ordinals[unit] ?? "");
      for (const phrase of composed(ordinalCompound, first, second)) {
        phrases.set(phrase, tens + unit);
      }
    }
  }
  return phrases;
}

/** Phrases for the years that can be booked, with the year. */
function yearsOf(numbers: Numbers): Map<string, number> {
  const phrases = new Map<string, number>();
  for (const [rest, value] of cardinalsOf(numbers)) {
    const year = 2000 + value;
    if (year < FIRST_YEAR || year > LAST_YEAR) continue;
    for (const century of phrasesOf(numbers.century)) {
      phrases.set(`${century} ${rest}`, year);
      phrases.set(`${century}${rest}`, year);
    }
  }
  return phrases;
}

function withCompounds(
  numbers: Numbers,
  irregular: Readonly<Record<number, string>>,
  template: string,
): Map<string, number> {
  const phrases = entriesOf(numbers.tens);
  for (const tens of Object.keys(numbers.tens).map(Number)) {
    for (let unit = 1; unit < 10; unit++) {
      const said = composed(template, saidTens(numbers, tens), saidUnits(numbers, unit));
      for (const phrase of said) phrases.set(phrase, tens + unit);
    }
  }
  for (const [phrase, value] of entriesOf(irregular)) phrases.set(phrase, value);
  return phrases;
}

function saidTens({ tens }: Numbers, value: number): string[] {
  return phrasesOf(tens[value] ?? "");
}

function saidUnits({ cardinals }: Numbers, value: number): string[] {
  return phrasesOf(cardinals[value] ?? "");
}

function composed(template: string, tens: readonly string[], units: readonly string[]): string[] {
  return template.split("|").flatMap((way) =>
    tens.flatMap((ten) => units.map((unit) => way.replace("{tens}", ten).replace("{unit}", unit)))
  );
}

function entriesOf(table: Readonly<Record<number, string>>): Map<string, number> {
  return new Map(
    Object.entries(table).flatMap(([value, said]) =>
      phrasesOf(said).map((phrase): [string, number] => [phrase, Number(value)])
    ),
  );
}

/**
 * What a phrase can be, by one letter, so that the grammar can be written as patterns over letters:
 * R relative day, W weekday, M month, N number, O ordinal, Y year, X next, T this, V coming, d day, w week, m month as units,
 * E weekend, I in, F from now, f from, P half of the day, L noon, G midnight, K o'clock, p past, t to, h half past, b half
 * before, q three quarters before, a and, u minus, Q quarter, S half, i minutes, H hundred, A as soon as possible, Z any day,
 * C clock face, D date in figures, _ the "zero" in "nine oh five", e "in eight days" after a weekday, r early, in the middle or
 * late, j between, & its and, - until, o or, l by, B before, g after, > from it on, < within, n last, J after next, U hours as a unit,
 * v so many minutes, k at.
 */
export interface Token {
  readonly shape: string;
  /** Number, weekday from 1, month from 1, days ahead. */
  readonly value: number;
  readonly half?: Half;
  /** "To", in a language where it also separates the beginning of a range from its end. */
  readonly isUntil?: boolean;
  /** For a unit: "days" and not "day". */
  readonly isPlural?: boolean;
  /** Hour and minute of a clock face, and how it was written. */
  readonly minute?: number;
  readonly isPadded?: boolean;
  /** Year, month and day of a date in digits; without a year if none was said. */
  readonly date?: readonly [year: number | null, month: number, day: number];
}

/** Each meaning is a sequence of tokens; an empty one means nothing. */
export type Meanings = readonly (readonly Token[])[];

export interface Lexicon {
  readonly phrases: ReadonlyMap<string, Meanings>;
  /** The number of words in the longest phrase. */
  readonly longest: number;
}

const lexicons = new WeakMap<Language, Lexicon>();

/** Built with the first word that is looked up. */
export function lexiconOf(language: Language): Lexicon {
  const known = lexicons.get(language);
  if (known !== undefined) return known;
  const built = build(language);
  lexicons.set(language, built);
  return built;
}

/** Words that do not all have the same shape. */
type Special = "relativeDays" | "thisHalf" | "halves" | "partsOf" | "daysOn" | "durations";

const KEYWORDS: readonly [shape: string, word: Exclude<keyof Words, Special>][] = [
  ["X", "next"],
  ["T", "this"],
  ["V", "coming"],
  ["d", "day"],
  ["w", "week"],
  ["m", "month"],
  ["E", "weekend"],
  ["I", "in"],
  ["F", "fromNow"],
  ["f", "from"],
  ["L", "noon"],
  ["G", "midnight"],
  ["K", "oclock"],
  ["p", "past"],
  ["t", "to"],
  ["h", "halfPast"],
  ["b", "halfBefore"],
  ["a", "and"],
  ["u", "minus"],
  ["Q", "quarter"],
  ["S", "half"],
  ["i", "minutes"],
  ["H", "hundred"],
  ["A", "asap"],
  ["Z", "anyDay"],
  ["q", "threeQuartersBefore"],
  ["j", "between"],
  ["&", "betweenAnd"],
  ["-", "until"],
  ["o", "or"],
  ["l", "by"],
  ["B", "before"],
  ["g", "after"],
  [">", "startingOn"],
  ["<", "within"],
  ["n", "last"],
  ["J", "afterNext"],
  ["U", "hour"],
  ["k", "atTime"],
];

const HALVES: readonly Half[] = ["am", "pm", "morning", "afternoon", "evening", "night", "dawn"];

function build(
  { weekdays, months, numbers, words, address, daysForWeeks, joinsWords }: Language,
): Lexicon {
  const phrases = new Map<string, (readonly Token[])[]>();
  const add = (phrase: string, ...meaning: Token[]) => {
    const meanings = phrases.get(phrase) ?? [];
    phrases.set(phrase, [...meanings, meaning]);
  };
  const addAll = (entry: string, ...meaning: Token[]) => {
    for (const phrase of phrasesOf(entry)) add(phrase, ...meaning);
  };

  weekdays.forEach((said, index) => addAll(said, { shape: "W", value: index + 1 }));
  months.forEach((said, index) => addAll(said, { shape: "M", value: index + 1 }));
  const cardinals = cardinalsOf(numbers);
  const and = phrasesOf(words.and);
  for (const [phrase, value] of cardinals) {
    add(phrase, { shape: "N", value });
    // "Diez y seis" is sixteen, and six minutes past ten.
    const [ten = "", word = "", unit = ""] = phrase.split(" ");
    if (value < 20 && and.includes(word)) {
      const [hour = 0, minute = 0] = [cardinals.get(ten), cardinals.get(unit)];
      add(phrase, { shape: "N", value: hour }, { shape: "a", value: 0 }, {
        shape: "N",
        value: minute,
      });
    }
  }
  for (const [phrase, value] of ordinalsOf(numbers)) add(phrase, { shape: "O", value });
  for (const [phrase, value] of yearsOf(numbers)) {
    add(phrase, { shape: "Y", value });
    // "twenty thirty" is a time as well.
    if (/^twenty /.test(phrase)) {
      add(phrase, { shape: "N", value: 20 }, { shape: "N", value: value - 2000 });
    }
  }
  for (const [days, said] of Object.entries(words.relativeDays)) {
    addAll(said, { shape: "R", value: Number(days) });
  }
  const [until, to] = [phrasesOf(words.until), phrasesOf(words.to)];
  for (const [shape, word] of KEYWORDS) {
    phrasesOf(words[word]).forEach((phrase, at) => {
      const isUntil = (shape === "t" && until.includes(phrase)) ||
        (shape === "-" && to.includes(phrase));
      const isPlural = at > 0 && "dwm".includes(shape);
      add(phrase, {
        shape,
        value: 0,
        ...(isUntil ? { isUntil } : {}),
        ...(isPlural ? { isPlural } : {}),
      });
    });
  }
  for (const half of HALVES) addAll(words.halves[half], { shape: "P", value: 0, half });
  for (const [part, said] of Object.entries(words.thisHalf)) {
    const half = HALVES.find((each) => each === part);
    if (half !== undefined) {
      addAll(said, { shape: "R", value: 0 }, { shape: "P", value: 0, half });
    }
  }
  for (const [minutes, said] of Object.entries(words.durations)) {
    addAll(said, { shape: "v", value: Number(minutes) });
  }
  words.partsOf.forEach((said, value) => addAll(said, { shape: "r", value }));
  for (const [phrase, value] of cardinals) {
    const days = daysForWeeks[value];
    for (const on of days === undefined ? [] : phrasesOf(words.daysOn)) {
      // "El viernes en ocho"; but "en ocho días" are eight days.
      add(`${on} ${phrase}`, { shape: "e", value: days ?? value });
      if (phrasesOf(words.in).includes(on)) {
        add(`${on} ${phrase}`, { shape: "I", value: 0 }, { shape: "N", value });
      }
    }
  }
  if (joinsWords) {
    // "Montagnachmittag".
    weekdays.forEach((said, index) => {
      for (const half of HALVES) {
        for (const phrase of phrasesOf(words.halves[half]).filter((each) => !each.includes(" "))) {
          for (const day of phrasesOf(said)) {
            add(day + phrase, { shape: "W", value: index + 1 }, { shape: "P", value: 0, half });
          }
        }
      }
    });
  }
  addAll(address.digits[0] ?? "", { shape: "_", value: 0 });
  addAll(words.fillers);
  // Before or after a day these mean nothing: "about December 5".
  for (const phrase of phrasesOf(words.atTime)) {
    if (!phrases.get(phrase)?.some((meaning) => meaning.length === 0)) add(phrase);
  }
  // "Ou après" is "or later", but not in "demain ou après-demain".
  for (const [days, said] of Object.entries(words.relativeDays)) {
    for (const or of phrasesOf(words.or)) {
      for (const day of phrasesOf(said)) {
        add(`${or} ${day}`, { shape: "o", value: 0 }, { shape: "R", value: Number(days) });
      }
    }
  }

  const longest = Math.max(...[...phrases.keys()].map((phrase) => phrase.split(" ").length));
  return { phrases, longest };
}
