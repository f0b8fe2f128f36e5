/**
 * Digits as people read them out, in groups: "six one seven, five fifty-five, oh one double two". Built from the digits, by independent
 * rules: so the meaning is known before a reader sees it.
 */
import fc from "fast-check";
import { type Code, spell } from "./spell.ts";

const DOUBLE: Record<Code, string> = {
  en: "double {d}",
  es: "doble {d}",
  fr: "deux fois {d}",
  de: "doppel {d}",
  pt: "duplo {d}",
};

const TRIPLE: Record<Code, string> = {
  en: "triple {d}",
  es: "tres veces {d}",
  fr: "trois fois {d}",
  de: "dreimal die {d}",
  pt: "três vezes {d}",
};

/** Digits that have another name when numbers are dictated. */
const NAMES: Partial<Record<Code, Record<string, string>>> = {
  en: { 0: "oh" },
  de: { 2: "zwo" },
  pt: { 6: "meia" },
};

/** From 100. */
const HUNDREDS: Record<Code, string> = {
  en:
    "one hundred|two hundred|three hundred|four hundred|five hundred|six hundred|seven hundred|eight hundred|nine hundred",
  es:
    "ciento|doscientos|trescientos|cuatrocientos|quinientos|seiscientos|setecientos|ochocientos|novecientos",
  fr: "cent|deux cent|trois cent|quatre cent|cinq cent|six cent|sept cent|huit cent|neuf cent",
  de:
    "hundert|zweihundert|dreihundert|vierhundert|fünfhundert|sechshundert|siebenhundert|achthundert|neunhundert",
  pt:
    "cento|duzentos|trezentos|quatrocentos|quinhentos|seiscentos|setecentos|oitocentos|novecentos",
};

const THOUSAND: Record<Code, string> = {
  en: "{n} thousand",
  es: "{n} mil",
  fr: "{n} mille",
  de: "{n}tausend",
  pt: "{n} mil",
};

const PAUSES = [", ", "; ", " ... ", ". "];

/** A group and the way in which it is said, chosen at random. */
interface Part {
  readonly length: number;
  readonly way: number;
  readonly pause: number;
}

const parts: fc.Arbitrary<Part[]> = fc.array(
  fc.record({
    length: fc.integer({ min: 1, max: 4 }),
    way: fc.nat(5),
    pause: fc.nat(PAUSES.length - 1),
  }),
  { minLength: 16, maxLength: 16 },
);

export function saidInGroups(digits: fc.Arbitrary<string>, code: Code): fc.Arbitrary<
  { readonly digits: string; readonly said: string }
> {
  return fc.tuple(digits, parts).map(([digits, parts]) => {
    let [said, at] = ["", 0];
    for (const { length, way, pause } of parts) {
      const group = digits.slice(at, at + length);
      at += length;
      if (group !== "") said += (said === "" ? "" : PAUSES[pause]) + sayGroup(group, way, code);
    }
    return { digits, said };
  });
}

function sayGroup(group: string, way: number, code: Code): string {
  const [first = ""] = group;
  const number = Number(group);
  const isNumber = first !== "0" && way > 1;
  if (group.length === 4) {
    return isNumber && /^[2-9]000$/.test(group)
      ? THOUSAND[code].replace("{n}", sayDigit(first, code))
      : `${sayGroup(group.slice(0, 2), way, code)}, ${sayGroup(group.slice(2), way, code)}`;
  }
  const isSame = new Set(group).size === 1;
  if (isSame && group.length > 1 && way % 2 === 0) {
    return (group.length === 2 ? DOUBLE : TRIPLE)[code].replace("{d}", sayDigit(first, code));
  }
  if (isNumber && group.length === 2) return spell(number, code);
  if (isNumber && group.length === 3 && number % 100 > 0) return spellHundreds(number, code);
  const named = way % 2 === 0 ? NAMES[code] : undefined;
  return [...group].map((digit) => named?.[digit] ?? sayDigit(digit, code)).join(" ");
}

function sayDigit(digit: string, code: Code): string {
  return spell(Number(digit), code);
}

function spellHundreds(number: number, code: Code): string {
  const hundred = HUNDREDS[code].split("|")[Math.floor(number / 100) - 1] ?? "";
  const rest = spell(number % 100, code);
  return code === "de" ? hundred + rest : `${hundred}${code === "pt" ? " e " : " "}${rest}`;
}
