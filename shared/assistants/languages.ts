/** Converts the language of an agent, as consoles write it ("de-DE"), to the form that a transcriber at Vapi takes. */
import { fieldsOf, valuesOf, variantOf } from "../vapi/contract.ts";

/** The transcriber that gets an agent's language if the assistant has none yet. */
export const DEFAULT_TRANSCRIBER = "deepgram";

/** The languages that a transcriber takes; empty if it takes none, null if it takes any text. */
export function languagesOf(transcriber: string): readonly string[] | null {
  const shape = variantOf("CreateAssistantDTO.transcriber", transcriber);
  if (shape === null || !Object.hasOwn(fieldsOf(shape).keys, "language")) return [];
  return valuesOf(`${shape}.language`);
}

/** Codes that mean the same language to its speakers: a transcriber has one or the other. */
const EQUALS: readonly (readonly string[])[] = [
  ["no", "nb", "nn"],
  ["zh", "cmn"],
  ["fil", "tl"],
  ["he", "iw"],
  ["id", "in"],
  ["jv", "jw"],
  ["ro", "mo"],
  ["multi", "multilingual", "auto"],
];

/**
 * nearestLanguage("deepgram", "de-DE") → "de"; ("google", "de-DE") → "German"; ("azure", "de") → "de-DE"; ("deepgram", "nb-NO") →
 * "no"; null if the transcriber does not have that language.
 */
export function nearestLanguage(transcriber: string, language: string): string | null {
  const languages = languagesOf(transcriber);
  if (languages === null) return language;
  const lower = language.toLowerCase().replaceAll("_", "-");
  const [base = lower, ...rest] = lower.split("-");
  const others = EQUALS.find((each) => each.includes(base))?.filter((each) => each !== base) ?? [];
  for (const each of [base, ...others]) {
    const found = nearest(languages, [each, ...rest].join("-"), each);
    if (found !== null) return found;
  }
  return null;
}

function nearest(languages: readonly string[], tag: string, base: string): string | null {
  const name = englishName(base);
  const { written, likely } = tagsOf(tag) ?? tagsOf(base) ?? { written: [], likely: [] };
  for (const known of [tag, ...written, base, name, ...likely]) {
    const found = find(languages, (each) => each === known);
    if (found !== null) return found;
  }
  return find(languages, (each) => each.startsWith(`${base}-`)) ??
    // For example Flemish and Brazilian, which are written "Dutch" and "Portuguese (Brazil)".
    find(languages, (each) => name !== null && each.startsWith(`${name} (`));
}

function find(languages: readonly string[], matches: (lower: string) => boolean): string | null {
  return languages.find((each) => matches(each.toLowerCase())) ?? null;
}

/**
 * The tag without its script or region, and with the region where most speakers live: "zh-hant-tw" → {written: ["zh-tw",
 * "zh-hant"], likely: ["zh-tw", "zh-cn"]}. Null if it is not a tag.
 */
function tagsOf(tag: string): { written: string[]; likely: string[] } | null {
  try {
    const locale = new Intl.Locale(tag);
    const { language, region, script } = locale;
    const having = (part: string | undefined) =>
      part === undefined ? [] : [`${language}-${part}`.toLowerCase()];
    const where = (each: Intl.Locale) => having(each.maximize().region);
    return {
      written: [...having(region), ...having(script)],
      likely: [...where(locale), ...where(new Intl.Locale(language))],
    };
  } catch {
    return null;
  }
}

function englishName(base: string): string | null {
  try {
    const name = new Intl.DisplayNames("en", { type: "language", fallback: "none" }).of(base);
    return name?.toLowerCase() ?? null;
  } catch {
    return null;
  }
}
