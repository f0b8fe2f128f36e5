/**
 * Reads a phone number into E.164, however it is written or said. What is no number, what can be one here and another abroad, and what a text
 * can't reach is asked about. Whether it is in use is not checked.
 */
import { ask, read, type Reading, type ReadingContext } from "../reading.ts";
import { isPhrase, phraseSet } from "./phrases.ts";
import { callerNumber, isPlaceholder, loadNumbering, type Numbering } from "./numbering.ts";
import { readDigits } from "./digits.ts";
import type { Language } from "./languages/language.ts";
import { languageOf, languages, languagesFrom } from "./languages.ts";
import { normalize, phrasesOf, wordsOf } from "./normalize.ts";
import { fill } from "./speak.ts";

export const PHONE_FORM = "E.164, such as +12025550142";

/** A number said digit by digit, with words around it; what is longer is a story. */
const MAX_LENGTH = 160;

const sameNumber = phraseSet(() => languages.map(({ address }) => address.sameNumber));

export async function readPhone(text: string, context: ReadingContext): Promise<Reading<string>> {
  const { say } = languageOf(context.language);
  if (text.length > MAX_LENGTH) return ask(say.needPhone, PHONE_FORM);
  if (isSameNumber(text)) {
    const number = await callerNumber(context.callerNumber, context.country);
    return number === null ? ask(say.whichNumber, PHONE_FORM) : read(number);
  }
  const said = split(text);
  const dialled = languagesFrom(context.language)
    .map((language) => dialledIn(said.number, language)).find((each) => each !== null);
  if (dialled === undefined) return ask(say.needPhone, PHONE_FORM);
  const number = numberOf(dialled, context, await loadNumbering());
  if (number.kind !== "value" || said.extension === null) return number;
  return ask(
    fill(say.extension, { number: number.value, extension: said.extension }),
    `${PHONE_FORM}; ${number.value} without the extension`,
  );
}

function numberOf(
  dialled: string,
  { country, language }: ReadingContext,
  numbering: Numbering,
): Reading<string> {
  const { say } = languageOf(language);
  const digits = dialled.replace("+", "");
  const wrong = () =>
    digits.length < 8
      ? ask(say.needPhone, PHONE_FORM)
      : ask(fill(say.notAPhone, { number: dialled }), PHONE_FORM);
  if (isPlaceholder(digits)) return wrong();

  const home = numbering.parse(digits, country);
  if (!dialled.startsWith("+")) {
    // 00 leads abroad in most of the world, and nobody's number at home begins with it.
    const abroad = numbering.parse(`+${digits.replace(/^00/, "")}`);
    const number = digits.startsWith("00") ? abroad : home ?? (digits.length > 10 ? abroad : null);
    return number === null || isPlaceholder(number.nationalNumber) ? wrong() : read(number.number);
  }
  const abroad = numbering.parse(dialled);
  // Where numbers at home are written with a leading 0, one without it is no number at home.
  const isHome = home !== null && home.number !== abroad?.number &&
    !(abroad?.isValid() && home.formatNational().startsWith("0"));
  if (isHome && !isPlaceholder(home.nationalNumber)) {
    return ask(
      fill(say.homeOrAbroad, { number: home.formatNational() }),
      abroad === null
        ? `${home.number} if it is in this country`
        : `${home.number} if it is in this country, 00${digits} if it is abroad`,
    );
  }
  return abroad === null || isPlaceholder(abroad.nationalNumber) ? wrong() : read(abroad.number);
}

function isSameNumber(text: string): boolean {
  if (/\d/.test(normalize(text))) return false;
  const words = wordsOf(text).split(" ");
  // "It's the same number, please": fillers around the phrase, and nothing else.
  return words.some((_, from) =>
    words.some((_, to) =>
      from <= to && isPhrase(words.slice(from, to + 1).join(" "), sameNumber) &&
      languages.some((language) =>
        [words.slice(0, from), words.slice(to + 1)]
          .every((rest) => withoutFillers(rest.join(" "), language) === "")
      )
    )
  );
}

interface Said {
  readonly number: string;
  readonly extension: string | null;
}

/** Takes off the scheme and host of an address, and the extension. */
function split(text: string): Said {
  const said = normalize(text)
    .replace(/^[a-z]+:(?=\s*[+\d(])/, "")
    .replace(/@.*$/, "")
    .replace(/;(?!ext=).*$/, "");
  const extensions = [...new Set(languages.flatMap(({ address }) => phrasesOf(address.extension)))];
  const pattern = new RegExp(
    `^(.*\\d.*?|.*\\p{L}.*?)[\\s,;(.-]*(?:(?<!\\p{L})(?:${
      extensions.join("|")
    })(?!\\p{L})|#)[\\s.:=#]*([\\p{L}\\d -]+)\\)?$`,
    "u",
  );
  const match = pattern.exec(said);
  const digits = match === null ? null : languages
    .map((language) => readDigits(match[2] ?? "", language)).find((each) => each !== null);
  return match === null || !digits
    ? { number: said, extension: null }
    : { number: match[1] ?? "", extension: digits };
}

/** What is dialled: digits, after "+" if that was said. */
function dialledIn(said: string, language: Language): string | null {
  const bare = withoutFillers(said.replace(/[()[\]"':/,;.!?]/g, " "), language).trim();
  const plus = phrasesOf(language.address.plus).find((word) => bare.startsWith(`${word} `));
  const isPlus = bare.startsWith("+") || plus !== undefined;
  const digits = readDigits(
    plus === undefined ? bare.replace(/^\+/, "") : bare.slice(plus.length),
    language,
  );
  return digits === null ? null : `${isPlus ? "+" : ""}${digits}`;
}

const fillers = new WeakMap<Language, RegExp>();

function withoutFillers(said: string, language: Language): string {
  const known = fillers.get(language) ?? fillerPattern(language);
  fillers.set(language, known);
  return said.replace(known, " ").replace(/\s+/g, " ").trim();
}

function fillerPattern({ address }: Language): RegExp {
  const phrases = phrasesOf(address.phoneFillers).toSorted((one, other) =>
    other.length - one.length
  );
  return new RegExp(
    `(?<!\\p{L})(?:${
      phrases.map((phrase) => phrase.replaceAll(" ", "[^\\p{L}\\p{N}+]+")).join("|")
    })(?!\\p{L})`,
    "gu",
  );
}
