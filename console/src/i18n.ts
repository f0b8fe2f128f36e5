/** The texts on screen, in the reader's language, from one table of strings. */
import { computed, signal } from "@preact/signals";
import { strings } from "./strings/mod.ts";
import { remember, remembered } from "./remember.ts";

export type Language = "en" | "es";
export type StringKey = keyof typeof strings;

const languages: readonly Language[] = ["en", "es"];

/** What the browser prefers, without languages that `Intl` would refuse: on some systems a browser reports "en-US@posix". */
const wanted = navigator.languages.filter((tag) => {
  try {
    return Intl.getCanonicalLocales(tag).length > 0;
  } catch {
    return false;
  }
});

function preferred(): Language {
  for (const tag of [remembered("language"), ...wanted]) {
    const known = languages.find((language) => tag?.slice(0, 2) === language);
    if (known !== undefined) return known;
  }
  return "en";
}

export const language = signal<Language>(preferred());

/** For `Intl`: the reader's own region if it fits the language. */
export const locale = computed(() =>
  wanted.find((tag) => tag.startsWith(language.value)) ?? language.value
);

export function setLanguage(next: Language): void {
  language.value = next;
  remember("language", next);
  document.documentElement.lang = next;
}

/** The sentence; `{name}` in it is replaced by the parameter. */
export function t(
  key: StringKey,
  parameters: Readonly<Record<string, string | number>> = {},
): string {
  const [english, spanish] = strings[key];
  const text: string = language.value === "es" ? spanish : english;
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(parameters[name] ?? whole));
}

/** The string for a word of the database, such as a state; the word itself if there is none. */
export function tWord(prefix: string, word: string): string {
  const key = `${prefix}_${word}`;
  return isKey(key) ? t(key) : word.replaceAll("_", " ");
}

function isKey(key: string): key is StringKey {
  return Object.hasOwn(strings, key);
}
