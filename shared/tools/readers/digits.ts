/** Digits as people read them out: "one two three", "123 456", "double five", "twenty-three", "null drei null". */
import { ask, read, type Reading, type ReadingContext } from "../reading.ts";
import { languageOf, languagesFrom } from "./languages.ts";
import type { Language } from "./languages/language.ts";
import { cardinalsOf } from "./lexicon.ts";
import { normalize, phrasesOf } from "./normalize.ts";

interface Digits {
  readonly numbers: ReadonlyMap<string, string>;
  readonly repeats: ReadonlyMap<string, number>;
  readonly hundreds: ReadonlyMap<string, number>;
  /** What the number before it is multiplied by: "twenty-one hundred", "five thousand". */
  readonly factors: ReadonlyMap<string, number>;
  readonly and: ReadonlySet<string>;
  readonly silent: ReadonlySet<string>;
}

const tables = new WeakMap<Language, Digits>();

/** More simultaneous readings than this are not a number. */
const MAX_READINGS = 64;

/**
 * The digits in the order said, in each way that they can be meant: "eight hundred five five" is 8005 5 and 805 5. None if anything else
 * was said between them.
 */
export function readDigits(text: string, language: Language): string[] {
  // "2O25": a letter where a zero was meant.
  const words = normalize(text).replace(/(?<=\d)o(?=\d)|(?<![\p{L}])o(?=\d{2})/gu, "0")
    .match(/[\p{L}\p{N}+]+|[,;.]/gu) ?? [];
  const table = digitsOf(language);
  let readings: Read[] = [{ digits: "", repeat: 1, at: 0 }];
  const done = new Set<string>();
  while (readings.length > 0 && readings.length <= MAX_READINGS) {
    for (const { digits, repeat, at } of readings) {
      if (at === words.length && repeat === 1 && digits !== "") done.add(digits);
    }
    readings = readings.filter(({ at }) => at < words.length)
      .flatMap((reading) => next(reading, words, table));
  }
  return readings.length === 0 ? [...done] : [];
}

interface Read {
  readonly digits: string;
  /** How often the next digit is repeated. */
  readonly repeat: number;
  readonly at: number;
}

function next({ digits, repeat, at }: Read, words: readonly string[], table: Digits): Read[] {
  const times = longest(words, at, table.repeats);
  // "Three times five"; but "three, two times five".
  if (times !== null && repeat === 1) return [{ digits, repeat: times[0], at: at + times[1] }];
  const numbers = numbersAt(words, at, table);
  if (numbers.length > 0) {
    // Nobody says "double twelve".
    return numbers.filter(([said]) => repeat === 1 || said.length === 1)
      .map(([said, length]) => ({
        digits: digits + said.repeat(repeat),
        repeat: 1,
        at: at + length,
      }));
  }
  return table.silent.has(words[at] ?? "") ? [{ digits, repeat, at: at + 1 }] : [];
}

type Said = [digits: string, length: number];

/** What the words from there on can be, each with how many words it takes. */
function numbersAt(words: readonly string[], at: number, table: Digits): Said[] {
  return belowThousand(words, at, table).flatMap(([digits, length]): Said[] => {
    const after = at + length;
    const many = /^[2-6]$/.test(digits) ? singular(words[after] ?? "", table) : undefined;
    if (many !== undefined) return [[many.repeat(Number(digits)), length + 1]];
    const factor = longest(words, after, table.factors);
    return factor === null || !/^[1-9]\d{0,2}$/.test(digits)
      ? [[digits, length]]
      : withRest(Number(digits) * factor[0], [words, at, length + factor[1]], table);
  });
}

function belowThousand(words: readonly string[], at: number, table: Digits): Said[] {
  const word = words[at] ?? "";
  if (/^\d+$/.test(word)) return [[word, 1]];
  const hundred = longest(words, at, table.hundreds);
  if (hundred !== null) return withRest(hundred[0], [words, at, hundred[1]], table);
  const number = longest(words, at, table.numbers);
  if (number !== null) return [number];
  const joined = joinedNumber(word, table);
  return joined === null ? [] : withRest(joined, [words, at, 1], table);
}

/** "Zweihundertfünf", "zwölftausend". */
function joinedNumber(word: string, table: Digits): number | null {
  const { numbers, hundreds, factors } = table;
  const known = numbers.get(word) ?? hundreds.get(word);
  if (known !== undefined) return Number(known);
  const rest = (after: string) => after === "" ? 0 : joinedNumber(after.replace(/^und/, ""), table);
  for (const [phrase, factor] of factors) {
    const at = word.indexOf(phrase);
    const times = at > 0 ? joinedNumber(word.slice(0, at), table) : null;
    const ones = at < 0 ? null : rest(word.slice(at + phrase.length));
    if (times !== null && ones !== null) return times * factor + ones;
  }
  for (const [phrase, hundred] of hundreds) {
    const ones = word.startsWith(phrase) ? rest(word.slice(phrase.length)) : null;
    if (ones !== null) return hundred + ones;
  }
  return null;
}

/** "Eight hundred five" is 805, or 800 followed by a five; even with a pause, which a transcript may have added. */
function withRest(
  value: number,
  [words, at, length]: [words: readonly string[], at: number, length: number],
  table: Digits,
): Said[] {
  const bare: Said = [String(value), length];
  const zeros = /0+$/.exec(bare[0])?.[0].length ?? 0;
  if (zeros < 2) return [bare];
  const isPause = PAUSE.test(words[at + length] ?? "");
  const after = at + length + (isPause ? 1 : 0);
  const from = after + (table.and.has(words[after] ?? "") ? 1 : 0);
  const rests = zeros > 2
    ? belowThousand(words, from, table)
    : [longest(words, from, table.numbers)];
  return [
    bare,
    ...rests.flatMap((rest): Said[] =>
      rest === null || rest[0].startsWith("0") || rest[0].length > zeros
        ? []
        : [[String(value + Number(rest[0])), from + rest[1] - at]]
    ),
  ];
}

const PAUSE = /^[,;.]$/;

/** The digit of "three zeros". */
function singular(word: string, { numbers }: Digits): string | undefined {
  const digit = numbers.get(word.replace(/(?:e?s|e?n)$/, "")) ?? numbers.get(word.slice(0, -1));
  return numbers.has(word) || digit?.length !== 1 ? undefined : digit;
}

function longest<Value>(
  words: readonly string[],
  at: number,
  phrases: ReadonlyMap<string, Value>,
): [value: Value, length: number] | null {
  for (let length = Math.min(MAX_WORDS, words.length - at); length > 0; length--) {
    const value = phrases.get(words.slice(at, at + length).join(" "));
    if (value !== undefined) return [value, length];
  }
  return null;
}

/** The words of the longest number below a thousand: "quatre vingt dix huit", and one to spare. */
const MAX_WORDS = 5;

function digitsOf(language: Language): Digits {
  const known = tables.get(language);
  if (known !== undefined) return known;
  const { address, numbers, words } = language;
  const spoken = new Map(
    [...cardinalsOf(numbers)].map(([phrase, value]) => [phrase, String(value)]),
  );
  for (const [value, said] of Object.entries(address.digits)) {
    for (const phrase of phrasesOf(said)) spoken.set(phrase, value);
  }
  const built = {
    numbers: spoken,
    repeats: new Map([
      ...phrasesOf(address.double).map((phrase): [string, number] => [phrase, 2]),
      ...phrasesOf(address.triple).map((phrase): [string, number] => [phrase, 3]),
    ]),
    hundreds: new Map(
      [...numbers.hundreds.entries(), [9, numbers.thousand] as const].flatMap(([index, said]) =>
        phrasesOf(said).map((phrase): [string, number] => [phrase, 100 * (index + 1)])
      ),
    ),
    factors: new Map([
      ...phrasesOf(words.hundred).map((phrase): [string, number] => [phrase, 100]),
      ...phrasesOf(numbers.thousand).map((phrase): [string, number] => [phrase, 1000]),
    ]),
    and: new Set([...phrasesOf(words.and), "and"]),
    silent: new Set([...phrasesOf(words.and), ...phrasesOf(address.dash), "and", ",", ";", "."]),
  };
  tables.set(language, built);
  return built;
}

/** Reads the six digits of a code, however they were said. */
export function readCode(text: string, context: ReadingContext): Reading<string> {
  for (const language of languagesFrom(context.language)) {
    const bare = withoutFillers(text.replace(/[:!?]/g, " "), language);
    const [code, ...more] = readDigits(bare, language).filter((each) => each.length === 6);
    if (code !== undefined && more.length === 0) return read(code);
  }
  return ask(languageOf(context.language).say.needCode, "six digits");
}

const fillers = new WeakMap<Language, RegExp>();

/** Without the words that are said around a number: "my number is", "please". */
export function withoutFillers(said: string, language: Language): string {
  const known = fillers.get(language) ?? fillerPattern(language);
  fillers.set(language, known);
  return normalize(said).replace(known, " ").replace(/\s+/g, " ").trim();
}

function fillerPattern({ address }: Language): RegExp {
  const phrases = phrasesOf(address.phoneFillers).toSorted((one, other) =>
    other.length - one.length
  );
  return new RegExp(
    `(?<![\\p{L}\\p{N}])(?:${
      phrases.map((phrase) => phrase.replaceAll(" ", "[^\\p{L}\\p{N}+]+")).join("|")
    })(?![\\p{L}\\p{N}])`,
    "gu",
  );
}
