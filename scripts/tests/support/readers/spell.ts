/**
 * Numbers in words, built in the opposite direction to the readers' tables: from the number to the words, by rule. So the meaning of an
 * utterance is known before a reader sees it.
 */
export type Code = "en" | "es" | "fr" | "de" | "pt";

export const CODES: readonly Code[] = ["en", "es", "fr", "de", "pt"];

const UNITS: Record<Code, string> = {
  en:
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen",
  es:
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve",
  fr:
    "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf",
  de:
    "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn",
  pt:
    "zero um dois três quatro cinco seis sete oito nove dez onze doze treze catorze quinze dezesseis dezessete dezoito dezenove",
};

const TENS: Record<Code, string> = {
  en: "twenty thirty forty fifty sixty seventy eighty ninety",
  es: "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa",
  fr: "vingt trente quarante cinquante soixante",
  de: "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig",
  pt: "vinte trinta quarenta cinquenta sessenta setenta oitenta noventa",
};

/** 0 to 99. */
export function spell(number: number, code: Code): string {
  if (number < 20) return UNITS[code].split(" ")[number] ?? "";
  if (code === "fr" && number >= 70) return spellByScores(number);
  const tens = TENS[code].split(" ")[Math.floor(number / 10) - 2] ?? "";
  const unit = number % 10;
  if (unit === 0) return tens;
  const said = spell(unit, code);
  switch (code) {
    case "en":
      return `${tens}-${said}`;
    case "es":
      return tens === "veinte" ? twenties(unit) : `${tens} y ${said}`;
    case "fr":
      return unit === 1 ? `${tens} et un` : `${tens}-${said}`;
    case "de":
      return `${unit === 1 ? "ein" : said}und${tens}`;
    case "pt":
      return `${tens} e ${said}`;
  }
}

/** "Soixante et onze", "quatre-vingts", "quatre-vingt-dix-sept". */
function spellByScores(number: number): string {
  if (number === 71) return "soixante et onze";
  if (number < 80) return `soixante-${spell(number - 60, "fr")}`;
  return number === 80 ? "quatre-vingts" : `quatre-vingt-${spell(number - 80, "fr")}`;
}

function twenties(unit: number): string {
  const accented = ["", "uno", "dós", "trés", "cuatro", "cinco", "séis", "siete", "ocho", "nueve"];
  return `veinti${accented[unit]}`;
}

/** A day of the month as an ordinal, where the language has more than the first. */
export function spellOrdinal(day: number, code: Code): string {
  if (code === "de") return `${germanStem(day)}${day < 20 ? "ten" : "sten"}`;
  if (code !== "en") {
    return day === 1 ? { es: "primero", fr: "premier", pt: "primeiro" }[code] : spell(day, code);
  }
  const irregular: Record<number, string> = {
    1: "first",
    2: "second",
    3: "third",
    5: "fifth",
    8: "eighth",
    9: "ninth",
    12: "twelfth",
    20: "twentieth",
    30: "thirtieth",
  };
  if (irregular[day] !== undefined) return irregular[day];
  return day < 20
    ? `${spell(day, code)}th`
    : `${spell(day - day % 10, code)}-${spellOrdinal(day % 10, code)}`;
}

function germanStem(day: number): string {
  return { 1: "ers", 3: "drit", 7: "sieb", 8: "ach" }[day] ?? spell(day, "de");
}
