/** Whether an utterance is one of the phrases that a language has for something. */
import { ask, NOTHING, read, type Reading, type ReadingContext } from "../reading.ts";
import { languageOf, languages } from "./languages.ts";
import type { Language } from "./languages/language.ts";
import { normalize, phrasesOf, wordsOf } from "./normalize.ts";

/** The table of such phrases in each language. */
type Table = (language: Language) => string;

const tables = new Map<Table, ReadonlySet<string>>();

/**
 * True if all that was said is such a phrase in any language, but for polite words around it. Models mix languages, above all with English, and
 * these phrases mean the same wherever they are known.
 */
export function isPhrase(text: string, table: Table): boolean {
  const known = tables.get(table) ??
    new Set(languages.flatMap((language) => phrasesOf(table(language))));
  tables.set(table, known);
  const said = wordsOf(text);
  return said !== "" && (known.has(said) || known.has(withoutManners(said)));
}

/** True for "-", "?", "…": nothing but marks. */
export function isOnlyMarks(text: string): boolean {
  return !/[\p{L}\p{N}]/u.test(normalize(text));
}

/** Said around an answer in any language. */
const MANNERS =
  /^(?:(?:um|uh|er|oh|well|so|the|just|eh|euh|ah|ahm|el|la|le|de|o|a)\s)+|\s(?:please|thanks|thank you|por favor|gracias|merci|svp|s il vous plait|bitte|danke|obrigado|obrigada|is fine|works|will do)$/g;

function withoutManners(said: string): string {
  return said.replace(MANNERS, "").trim();
}

const nothing = ({ nothing }: Language) => nothing;
const anything = ({ anything }: Language) => anything;

/** True if nothing was given: as if the field were left out. */
export function isNothing(text: string): boolean {
  return isOnlyMarks(text) || isPhrase(text, nothing);
}

/** True for "no preference", "anyone", "first available": where there is a choice, it is left to us. */
export function isAnything(text: string): boolean {
  return isPhrase(text, anything);
}

const yes = ({ yes }: Language) => yes;
const no = ({ no }: Language) => no;

export function readBoolean(text: string, context: ReadingContext): Reading<boolean> {
  // "1.0" is how some models write 1.
  const said = text.trim().replace(/^([01])\.0+$/, "$1");
  const [isYes, isNo] = [isPhrase(said, yes), isPhrase(said, no)];
  if (isYes !== isNo) return read(isYes);
  if (isNothing(said)) return NOTHING;
  return ask(languageOf(context.language).say.yesOrNo, "true or false");
}
