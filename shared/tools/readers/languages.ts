/** The languages in which callers are understood. Another one takes a file of its own, and its line here. */
import { de } from "./languages/de.ts";
import { en } from "./languages/en.ts";
import { es } from "./languages/es.ts";
import { fr } from "./languages/fr.ts";
import type { Language } from "./languages/language.ts";
import { pt } from "./languages/pt.ts";

export const languages: readonly Language[] = [en, es, fr, de, pt];

/** The language of a BCP 47 tag ("pt-BR"); English for an unknown one. */
export function languageOf(tag: string): Language {
  const code = tag.toLowerCase().split(/[-_]/)[0];
  return languages.find((language) => language.code === code) ?? en;
}

/** An agent's own language first: a reading in it takes precedence over readings in others. */
export function languagesFrom(tag: string): readonly Language[] {
  const own = languageOf(tag);
  return [own, ...languages.filter((language) => language !== own)];
}
