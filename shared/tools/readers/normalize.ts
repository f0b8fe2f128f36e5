/** One spelling for what can be written in many ways: full-width and other scripts' digits, accents, dashes, invisible characters. */

/** Lower case, without accents, emoji and invisible characters, with ASCII digits, plain dashes and single blanks. */
export function normalize(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/[\p{Mn}\p{Cf}]/gu, "")
    .replace(/[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}]/gu, " ")
    .replace(/\p{Nd}/gu, asciiDigit)
    .replace(/[\p{Pd}\u2212]/gu, "-")
    .replace(/[\s\p{Z}]+/gu, " ")
    .toLowerCase()
    .replaceAll("ß", "ss")
    .trim();
}

/** Only the words and numbers, separated by single spaces. */
export function wordsOf(text: string): string {
  return normalize(text).replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}

/** The alternatives that a table separates by "|". */
export function phrasesOf(entry: string): string[] {
  return entry.split("|").map(wordsOf).filter((phrase) => phrase !== "");
}

/** In every script, the ten digits follow each other, after a character that is not a digit. */
function asciiDigit(digit: string): string {
  const point = digit.codePointAt(0) ?? 0;
  if (point < 128) return digit;
  for (let value = 0; value < 9; value++) {
    if (!/\p{Nd}/u.test(String.fromCodePoint(point - value - 1))) return String(value);
  }
  return "9";
}
