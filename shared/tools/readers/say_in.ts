import { languageOf } from "./languages.ts";
import { fill } from "./speak.ts";

/** An English sentence in the language of a BCP 47 tag, its `{names}` filled in; in English where the language has no phrase for it. */
export function sayIn(
  tag: string,
  english: string,
  values: Readonly<Record<string, string>> = {},
): string {
  const { phrases } = languageOf(tag);
  const phrase = phrases[english] ?? english;
  return Object.keys(values).length === 0 ? phrase : fill(phrase, values);
}
