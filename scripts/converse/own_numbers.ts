/**
 * Gives each run callers of its own. A number is the same caller wherever it calls, and the caps of one caller are checked one call after
 * the other, across all clinics: simultaneous conversations would wait for each other if their callers shared numbers.
 */
import { type Scenario, scenarioSchema, type StandIn } from "./scenario.ts";

/** The numbers in the files: 202-555-01xx. In every area such numbers belong to nobody. */
const WRITTEN = "202";
const AREAS =
  "201 203 205 206 207 208 209 210 212 213 214 215 216 217 218 219 224 225 228 229 231 234 239 240 248 251 252 253"
    .split(" ");

/** Zero to nine, as numbers are said. */
const DIGITS = [
  ["oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"],
  ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"],
  ["cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"],
  ["zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"],
  ["null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"],
  ["zero", "um", "dois", "três", "quatro", "cinco", "seis", "sete", "oito", "nove"],
];

/** The forms in which a scenario's file has a number: "+1202555…", "(202) 555-…", "two oh two, five five five, …". */
const IN_FIGURES = /202(?=\D{0,2}555)/g;

/**
 * The scenario as it is played in a run: with its numbers in the run's own area, in digits and in words. An inventor's numbers stay,
 * because what it makes up is the number in a definition's example.
 */
export function withOwnNumbers(
  { scenario, standIn, seed }: { scenario: Scenario; standIn: StandIn; seed: number },
): Scenario {
  const area = AREAS[seed % AREAS.length];
  if (standIn === "inventor" || area === undefined) return scenario;
  const { topic, ...written } = scenario;
  const inFigures = JSON.stringify(written).replace(IN_FIGURES, area);
  const own = DIGITS.reduce(
    (text, words) => text.replaceAll(`"${spelled(WRITTEN, words)}`, `"${spelled(area, words)}`),
    inFigures,
  );
  return { ...scenarioSchema.parse(JSON.parse(own)), topic };
}

/** "202" as "two oh two". */
function spelled(digits: string, words: readonly string[]): string {
  return [...digits].map((digit) => words[Number(digit)]).join(" ");
}
