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
  readonly and: ReadonlySet<string>;
  readonly silent: ReadonlySet<string>;
}

const tables = new WeakMap<Language, Digits>();

/** More readings than this at once are no number. */
const MAX_READINGS = 64;

/**
 * The digits in the order said, in each way that they can be meant: "eight hundred five five" is 8005 5 and 805 5. None if anything else was said
 * between them.
 */
export function readDigits(text: string, language: Language): string[] {
  const words = normalize(text).split(/[^\p{L}\p{N}+]+/u).filter((word) => word !== "");
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
  /** How often the next digit is meant. */
  readonly repeat: number;
  readonly at: number;
}

function next({ digits, repeat, at }: Read, words: readonly string[], table: Digits): Read[] {
  const numbers = numbersAt(words, at, table);
  if (numbers.length > 0) {
    // "Double twelve" is nothing that anybody says.
    return numbers.filter(([said]) => repeat === 1 || said.length === 1)
      .map(([said, length]) => ({
        digits: digits + said.repeat(repeat),
        repeat: 1,
        at: at + length,
      }));
  }
  const word = words[at] ?? "";
  const times = table.repeats.get(word);
  if (times !== undefined && repeat === 1) return [{ digits, repeat: times, at: at + 1 }];
  return table.silent.has(word) ? [{ digits, repeat, at: at + 1 }] : [];
}

/** What the words from there on can be, each with how many of them it takes. */
function numbersAt(
  words: readonly string[],
  at: number,
  table: Digits,
): [digits: string, length: number][] {
  const word = words[at] ?? "";
  if (/^\d+$/.test(word)) return [[word, 1]];
  const hundred = longest(words, at, table.hundreds);
  if (hundred !== null) {
    const [value, length] = hundred;
    const after = at + length + (table.and.has(words[at + length] ?? "") ? 1 : 0);
    const rest = longest(words, after, table.numbers);
    const bare: [string, number] = [String(value), length];
    return rest === null || rest[0] === "0" || rest[0].length > 2
      ? [bare]
      : [bare, [String(value + Number(rest[0])), after + rest[1] - at]];
  }
  // "Zweihundertfünf".
  const joined = [...table.hundreds].find(([phrase]) => word.startsWith(phrase));
  const rest = joined && table.numbers.get(word.slice(joined[0].length).replace(/^und/, ""));
  if (joined && rest) return [[String(joined[1] + Number(rest)), 1]];
  const number = longest(words, at, table.numbers);
  return number === null ? [] : [number];
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

/** Of the longest number below a thousand: "quatre vingt dix huit", and one to spare. */
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
      numbers.hundreds.flatMap((said, index) =>
        phrasesOf(said).map((phrase): [string, number] => [phrase, 100 * (index + 1)])
      ),
    ),
    and: new Set([...phrasesOf(words.and), "and"]),
    silent: new Set([...phrasesOf(words.and), ...phrasesOf(address.dash), "and"]),
  };
  tables.set(language, built);
  return built;
}

/** Reads the six digits of a code, however they were said. */
export function readCode(text: string, context: ReadingContext): Reading<string> {
  for (const language of languagesFrom(context.language)) {
    const bare = withoutFillers(text.replace(/[:.,;!?]/g, " "), language);
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
    `(?<!\\p{L})(?:${
      phrases.map((phrase) => phrase.replaceAll(" ", "[^\\p{L}\\p{N}+]+")).join("|")
    })(?!\\p{L})`,
    "gu",
  );
}
