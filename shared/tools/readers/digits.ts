/** Digits as people read them out: "one two three", "123 456", "double five", "twenty-three", "null drei null". */
import { ask, read, type Reading, type ReadingContext } from "../reading.ts";
import { languageOf, languagesFrom } from "./languages.ts";
import type { Language } from "./languages/language.ts";
import { cardinalsOf } from "./lexicon.ts";
import { normalize, phrasesOf } from "./normalize.ts";

interface Digits {
  readonly numbers: ReadonlyMap<string, string>;
  readonly repeats: ReadonlyMap<string, number>;
  readonly silent: ReadonlySet<string>;
  readonly longest: number;
}

const tables = new WeakMap<Language, Digits>();

/** The digits in the order said, or null if anything else was said between them. */
export function readDigits(text: string, language: Language): string | null {
  const words = normalize(text).split(/[^\p{L}\p{N}+]+/u).filter((word) => word !== "");
  const table = digitsOf(language);
  let digits = "";
  let repeat = 1;
  for (let at = 0; at < words.length;) {
    const [said, length] = numberAt(words, at, table) ?? [null, 1];
    const word = words[at] ?? "";
    at += length;
    if (said !== null) {
      // "Double twelve" is nothing that anybody says.
      if (repeat > 1 && said.length !== 1) return null;
      digits += said.repeat(repeat);
      repeat = 1;
    } else if (table.repeats.has(word) && repeat === 1) {
      repeat = table.repeats.get(word) ?? 1;
    } else if (!table.silent.has(word)) {
      return null;
    }
  }
  return digits === "" || repeat > 1 ? null : digits;
}

function numberAt(words: readonly string[], at: number, table: Digits): [string, number] | null {
  const word = words[at] ?? "";
  if (/^\d+$/.test(word)) return [word, 1];
  for (let length = Math.min(table.longest, words.length - at); length > 0; length--) {
    const said = table.numbers.get(words.slice(at, at + length).join(" "));
    if (said !== undefined) return [said, length];
  }
  return null;
}

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
    silent: new Set([...phrasesOf(words.and), ...phrasesOf(address.dash), "and"]),
    longest: Math.max(...[...spoken.keys()].map((phrase) => phrase.split(" ").length)),
  };
  tables.set(language, built);
  return built;
}

/** Reads the six digits of a code, however they were said. */
export function readCode(text: string, context: ReadingContext): Reading<string> {
  const digits = languagesFrom(context.language).map((language) => readDigits(text, language))
    .find((each) => each?.length === 6);
  return digits ? read(digits) : ask(languageOf(context.language).say.needCode, "six digits");
}
