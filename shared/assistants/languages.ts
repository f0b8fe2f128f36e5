/** From the language of an agent, as consoles write it ("de-DE"), to the one that a transcriber at Vapi takes. */
import { fieldsOf, valuesOf, variantOf } from "../vapi/contract.ts";

/** The transcriber that an agent's language is set on when the assistant has none yet. */
export const DEFAULT_TRANSCRIBER = "deepgram";

/** The languages that a transcriber takes; empty for one that takes none, null where it takes any text. */
export function languagesOf(transcriber: string): readonly string[] | null {
  const shape = variantOf("CreateAssistantDTO.transcriber", transcriber);
  if (shape === null || !Object.hasOwn(fieldsOf(shape).keys, "language")) return [];
  return valuesOf(`${shape}.language`);
}

/**
 * nearestLanguage("deepgram", "de-DE") → "de"; ("google", "de-DE") → "German"; ("azure", "de") → "de-DE"; null if the
 * transcriber has nothing of that language.
 */
export function nearestLanguage(transcriber: string, language: string): string | null {
  const languages = languagesOf(transcriber);
  if (languages === null) return language;
  const lower = language.toLowerCase().replaceAll("_", "-");
  const [base = lower] = lower.split("-");
  const name = englishName(base);
  return find(languages, (each) => each === lower) ??
    find(languages, (each) => each === base || each === name) ??
    find(languages, (each) => each === likelyTag(base)) ??
    find(languages, (each) => each.startsWith(`${base}-`)) ??
    // Flemish and Brazilian are written "Dutch" and "Portuguese (Brazil)", say.
    find(languages, (each) => name !== null && each.startsWith(`${name} (`));
}

function find(languages: readonly string[], matches: (lower: string) => boolean): string | null {
  return languages.find((each) => matches(each.toLowerCase())) ?? null;
}

/** likelyTag("de") → "de-de": the language where most of its speakers are. */
function likelyTag(base: string): string | null {
  try {
    const { language, region } = new Intl.Locale(base).maximize();
    return region === undefined ? null : `${language}-${region}`.toLowerCase();
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
