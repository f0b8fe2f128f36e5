/** Reads "nothing", said in words: "none", "N/A", "-". */
import type { Language } from "./languages/language.ts";
import { isOnlyMarks, isPhrase } from "./phrases.ts";

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
