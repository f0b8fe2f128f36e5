/** Reads an e-mail address as models write it and callers spell it: "jane dot roe at example dot com". */
import { ask, NOTHING, read, type Reading, type ReadingContext } from "../reading.ts";
import { isEmail, isMadeUp } from "./plain.ts";
import type { Language } from "./languages/language.ts";
import { languageOf, languages } from "./languages.ts";
import { cardinalsOf } from "./lexicon.ts";
import { normalize, phrasesOf } from "./normalize.ts";

const MARKS: readonly [mark: string, said: (language: Language) => string][] = [
  ["_", ({ address }) => address.underscore],
  ["@", ({ address }) => address.at],
  [".", ({ address }) => address.dot],
  ["-", ({ address }) => address.dash],
  ["+", ({ address }) => address.plus],
];

/** A question never stops a booking: the tool goes on without the address, and says that it did. */
export function readEmail(text: string, context: ReadingContext): Reading<string> {
  const written = text.normalize("NFKC").replace(/\p{Cf}/gu, "").trim();
  const address = addressOf(written) ??
    (isOpen(written, context) ? null : addressOf(spelled(written)));
  if (address !== null) return isMadeUp(address) ? NOTHING : read(address);
  return ask(languageOf(context.language).say.needEmail, "name@example.com");
}

/** "Müller" is written mueller as often as muller; other accents are left out by everybody. */
const UMLAUT = /(?!ät\s)[äöüßæøåœ]/i;

/** Whether what was spelled can be written in two ways: an umlaut, or a number in digits or in letters. */
function isOpen(text: string, { language }: ReadingContext): boolean {
  const words = normalize(text).split(/[^\p{L}]+/u);
  const numbers = [languageOf(language), languageOf("en")].map((each) => cardinalsOf(each.numbers));
  return UMLAUT.test(text) || words.some((word) => numbers.some((each) => each.has(word)));
}

/** The one address in the text, if there is nothing else in it. */
function addressOf(text: string): string | null {
  const bare = text
    .replace(/^mailto:/i, "")
    .replace(/\s*\([^@()]*\)\s*$/, "")
    .replace(/^[^<>@]*<([^<>]+)>$/, "$1")
    .replace(/\s*([@.])\s*(?=\S)/g, "$1")
    .replace(/^[\s"'(<[]+|[\s"')>\],;:!?.]+$/g, "")
    .toLowerCase();
  return isEmail(bare) ? bare : null;
}

/** Words for symbols become symbols, letters said one by one become a word. Each remaining word must belong to the address. */
function spelled(text: string): string {
  const { marks, before, after } = spokenTables();
  const said = ` ${normalize(text).replace(/['’´,()[\]<>"]/g, " ")} `.replace(/\s+/g, " ")
    .replace(before, " ").replace(after, " ");
  // "J-A-N-E" is spelled: hyphens between single letters are not part of the address.
  const letters = said.replace(
    /(?<![^ ])[\p{L}\p{N}](?:-[\p{L}\p{N}]){2,}(?![^ ])/gu,
    (run) => run.replaceAll("-", ""),
  );
  return marks.reduce((words, [pattern, mark]) => words.replace(pattern, mark), letters)
    .replace(/\s+/g, " ").trim()
    .replace(/\bg mail\b/g, "gmail").replace(/\bhot mail\b/g, "hotmail")
    .replace(/\bi cloud\b/g, "icloud")
    .replace(/(?<![\p{L}\p{N}])([\p{L}\p{N}]) (?=[\p{L}\p{N}](?![\p{L}\p{N}]))/gu, "$1")
    .replace(/\s*([@._+-])\s*/g, "$1");
}

interface SpokenTables {
  readonly marks: readonly [pattern: RegExp, mark: string][];
  readonly before: RegExp;
  readonly after: RegExp;
}

let tables: SpokenTables | undefined;

/** In all languages: people spell an address in any of them. */
function spokenTables(): SpokenTables {
  const of = (said: (language: Language) => string) =>
    alternatives(languages.flatMap((language) => phrasesOf(said(language))));
  const fillers = of(({ address }) => address.emailFillers);
  tables ??= {
    marks: MARKS.map((
      [mark, said],
    ) => [new RegExp(`(?<= )(?:${of(said)})(?= )`, "g"), ` ${mark} `]),
    before: new RegExp(`^(?: (?:${fillers}):?(?= ))+`),
    after: new RegExp(`(?:(?<=[ .]) ?(?:${fillers})[.!]?)+ $`),
  };
  return tables;
}

/** Longer phrases first. */
function alternatives(phrases: readonly string[]): string {
  return [...new Set(phrases)].toSorted((one, other) => other.length - one.length)
    .map((phrase) => phrase.replaceAll(" ", "[ -]")).join("|");
}
