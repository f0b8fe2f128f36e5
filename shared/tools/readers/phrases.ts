/** Whether an utterance is nothing but a phrase for something. Needs no more words than those phrases. */
import { lazy } from "../../lazy.ts";
import { type Answers, answers } from "./languages/answers.ts";
import { normalize, phrasesOf, wordsOf } from "./normalize.ts";

/** Made with the first utterance. Its entries are those of a table in every language. */
export type PhraseSet = () => ReadonlySet<string>;

export function phraseSet(entries: () => readonly string[]): PhraseSet {
  return lazy(() => new Set(entries().flatMap(phrasesOf)));
}

/**
 * True if all that was said is such a phrase in any language, but for polite words around it. Models mix languages, above all with English, and
 * these phrases mean the same wherever they are known.
 */
export function isPhrase(text: string, phrases: PhraseSet): boolean {
  const said = wordsOf(text);
  return said !== "" && (phrases().has(said) || phrases().has(withoutManners(said)));
}

/** Said around an answer in any language. */
const MANNERS =
  /^(?:(?:um|uh|er|oh|well|so|the|just|eh|euh|ah|ahm|el|la|le|de|o|a)\s)+|\s(?:please|thanks|thank you|por favor|gracias|merci|svp|s il vous plait|bitte|danke|obrigado|obrigada|is fine|works|will do)$/g;

function withoutManners(said: string): string {
  return said.replace(MANNERS, "").trim();
}

const answer = (name: keyof Answers) =>
  phraseSet(() => Object.values(answers).map((each) => each[name]));

const yes = answer("yes");
const no = answer("no");
const nothing = answer("nothing");
const anything = answer("anything");

/** True if nothing was given, as if the field were left out: "none", "N/A", "-". */
export function isNothing(text: string): boolean {
  const isOnlyMarks = !/[\p{L}\p{N}]/u.test(normalize(text));
  return isOnlyMarks || isPhrase(text, nothing);
}

/** True for "no preference", "anyone", "first available": where there is a choice, it is left to us. */
export function isAnything(text: string): boolean {
  return isPhrase(text, anything);
}

/** Yes or no as people say them and models write them; null for anything else. */
export function readYesOrNo(text: string): boolean | null {
  // "1.0" is how some models write 1.
  const said = text.trim().replace(/^([01])\.0+$/, "$1");
  const [isYes, isNo] = [isPhrase(said, yes), isPhrase(said, no)];
  return isYes === isNo ? null : isYes;
}
