/**
 * Reads a phone number into E.164, however it is written or said. Asks about anything that is not a number, that can mean one number here
 * and another abroad, or that a text cannot reach. Whether it is in use is not checked.
 */
import { ask, read, type Reading, type ReadingContext } from "../reading.ts";
import { isPhrase, phraseSet } from "./phrases.ts";
import { callerNumber, isPlaceholder, loadNumbering, type Numbering } from "./numbering.ts";
import { readDigits, withoutFillers } from "./digits.ts";
import type { Language } from "./languages/language.ts";
import { languageOf, languages, languagesFrom } from "./languages.ts";
import { normalize, phrasesOf, wordsOf } from "./normalize.ts";
import { fill } from "./speak.ts";

const PHONE_FORM = "E.164, such as +12025550142";

/** A number said digit by digit, with words around it; anything longer is a story. */
const MAX_LENGTH = 160;

const sameNumber = phraseSet(() => languages.map(({ address }) => address.sameNumber));

export async function readPhone(text: string, context: ReadingContext): Promise<Reading<string>> {
  const { say } = languageOf(context.language);
  if (text.length > MAX_LENGTH) return ask(say.needPhone, PHONE_FORM);
  if (isSameNumber(text)) {
    const number = await callerNumber(context.callerNumber, context.country);
    return number === null ? ask(say.whichNumber, PHONE_FORM) : read(number);
  }
  // A number that was a number type in some program: 2025550142.0.
  const said = split(text.replace(/^(\d{7,})\.0+$/, "$1"));
  const dialled = languagesFrom(context.language)
    .map((language) => dialledIn(said.number, language)).find((each) => each.length > 0);
  if (dialled === undefined) return ask(say.needPhone, PHONE_FORM);
  const number = onlyOne(dialled, context, await loadNumbering());
  if (number.kind !== "value" || said.extension === null) return number;
  return ask(
    fill(say.extension, { number: number.value, extension: said.extension }),
    `${PHONE_FORM}; ${number.value} without the extension`,
  );
}

/** The number, if what was said can only be one: "eight hundred five five five …" is an area code, and not 805. */
function onlyOne(
  dialled: readonly string[],
  context: ReadingContext,
  numbering: Numbering,
): Reading<string> {
  const atHome = dialled.filter((each) =>
    !each.startsWith("+") && numbering.parse(each, context.country) !== null
  );
  const readings = (atHome.length === 0 ? dialled : atHome)
    .map((each) => numberOf(each, context, numbering));
  const values = new Set(
    readings.flatMap((each) => each.kind === "value" ? [each.value] : []),
  );
  const isOpen = values.size > 1 || readings.length === 0;
  const one = readings.find((each) => each.kind === "value") ?? readings[0];
  return isOpen || one === undefined
    ? ask(languageOf(context.language).say.needPhone, PHONE_FORM)
    : one;
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
    // 00 is the prefix for abroad in most of the world, and no national number begins with it.
    const abroad = numbering.parse(`+${digits.replace(/^00/, "")}`);
    const isAbroad = digits.startsWith("00");
    if (!isAbroad && home === null && abroad !== null && isSlip(digits, country, numbering)) {
      return ask(
        fill(say.homeOrAbroad, { number: digits }),
        `${PHONE_FORM}, 00${digits} if it is abroad`,
      );
    }
    const number = isAbroad ? abroad : home ?? (digits.length > 10 ? abroad : null);
    return number === null || isPlaceholder(number.nationalNumber) ? wrong() : read(number.number);
  }
  const abroad = numbering.parse(dialled);
  // Where national numbers are written with a leading 0, one without it is not national.
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

/** True if it would be a national number with one digit less: somebody has doubled a digit, and is not abroad. */
function isSlip(digits: string, country: string, numbering: Numbering): boolean {
  return [...digits].some((_, at) =>
    numbering.parse(digits.slice(0, at) + digits.slice(at + 1), country) !== null
  );
}

function isSameNumber(text: string): boolean {
  if (/\d/.test(normalize(text))) return false;
  const words = wordsOf(text).split(" ");
  // "It's the same number, please": filler words around the phrase, and nothing else.
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

/** Removes the scheme and host of an address, and the extension. */
function split(text: string): Said {
  const said = normalize(text)
    .replace(/^[a-z]+:(?=\s*[+\d(])/, "")
    .replace(/@.*$/, "")
    .replace(/;(?!ext=)[a-z-]+=.*$/, "");
  const extensions = [...new Set(languages.flatMap(({ address }) => phrasesOf(address.extension)))];
  const pattern = new RegExp(
    `^(.*\\d.*?|.*\\p{L}.*?)[\\s,;(.-]*(?:(?<!\\p{L})(?:${
      extensions.join("|")
    })(?!\\p{L})|#)[\\s.:=#]*([\\p{L}\\d -]+)\\)?$`,
    "u",
  );
  const match = pattern.exec(said);
  const digits = match === null ? null : languages
    .flatMap((language) => readDigits(match[2] ?? "", language))[0];
  return match === null || digits === undefined
    ? { number: said, extension: null }
    : { number: match[1] ?? "", extension: digits };
}

/** What is dialled, in each way that it can be meant: digits, after "+" if that was said. */
function dialledIn(said: string, language: Language): string[] {
  const bare = withoutFillers(said.replace(/[()[\]"':/!?]/g, " "), language)
    .replace(/^[\s,;.]+/, "");
  const plus = phrasesOf(language.address.plus).find((word) => bare.startsWith(`${word} `));
  const isPlus = bare.startsWith("+") || plus !== undefined;
  const digits = readDigits(
    plus === undefined ? bare.replace(/^\+/, "") : bare.slice(plus.length),
    language,
  );
  return digits.map((each) => `${isPlus ? "+" : ""}${each}`);
}
