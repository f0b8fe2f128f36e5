/** Numbers in words: every way in which a language says the numbers that dates, times and phone numbers need. */
import type { Numbers } from "./languages/language.ts";
import { phrasesOf } from "./normalize.ts";

const FIRST_YEAR = 2020;
const LAST_YEAR = 2040;

/** Phrases for 0 to 99, with the number. */
export function cardinalsOf(numbers: Numbers): Map<string, number> {
  return withCompounds(numbers, numbers.cardinals, numbers.compound);
}

/** Phrases for the 1st to the 31st, with the number. */
export function ordinalsOf(numbers: Numbers): Map<string, number> {
  const { ordinals, ordinalCompound } = numbers;
  if (ordinalCompound === undefined) return entriesOf(ordinals);
  // "dreiundzwanzigster" has its ending on the tens, "twenty-third" on the unit.
  const phrases = entriesOf(ordinals);
  const endsOnTens = ordinalCompound.endsWith("{tens}");
  for (const tens of [20, 30]) {
    for (let unit = 1; unit < 10; unit++) {
      const first = endsOnTens ? phrasesOf(ordinals[tens] ?? "") : saidTens(numbers, tens);
      const second = endsOnTens ? saidUnits(numbers, unit) : phrasesOf(ordinals[unit] ?? "");
      for (const phrase of composed(ordinalCompound, first, second)) {
        phrases.set(phrase, tens + unit);
      }
    }
  }
  return phrases;
}

/** Phrases for the years that a booking can be about, with the year. */
export function yearsOf(numbers: Numbers): Map<string, number> {
  const phrases = new Map<string, number>();
  for (const [rest, value] of cardinalsOf(numbers)) {
    const year = 2000 + value;
    if (year < FIRST_YEAR || year > LAST_YEAR) continue;
    for (const century of phrasesOf(numbers.century)) {
      phrases.set(`${century} ${rest}`, year);
      phrases.set(`${century}${rest}`, year);
    }
  }
  return phrases;
}

function withCompounds(
  numbers: Numbers,
  irregular: Readonly<Record<number, string>>,
  template: string,
): Map<string, number> {
  const phrases = entriesOf(numbers.tens);
  for (const tens of Object.keys(numbers.tens).map(Number)) {
    for (let unit = 1; unit < 10; unit++) {
      const said = composed(template, saidTens(numbers, tens), saidUnits(numbers, unit));
      for (const phrase of said) phrases.set(phrase, tens + unit);
    }
  }
  for (const [phrase, value] of entriesOf(irregular)) phrases.set(phrase, value);
  return phrases;
}

function saidTens({ tens }: Numbers, value: number): string[] {
  return phrasesOf(tens[value] ?? "");
}

function saidUnits({ cardinals }: Numbers, value: number): string[] {
  return phrasesOf(cardinals[value] ?? "");
}

function composed(template: string, tens: readonly string[], units: readonly string[]): string[] {
  return template.split("|").flatMap((way) =>
    tens.flatMap((ten) => units.map((unit) => way.replace("{tens}", ten).replace("{unit}", unit)))
  );
}

function entriesOf(table: Readonly<Record<number, string>>): Map<string, number> {
  return new Map(
    Object.entries(table).flatMap(([value, said]) =>
      phrasesOf(said).map((phrase): [string, number] => [phrase, Number(value)])
    ),
  );
}
