/** What makes a conversation a good one, however it ends: nobody is asked twice, and everything that is said can be spoken. */
import type { Caller } from "./caller.ts";
import type { Answer } from "./line.ts";
import type { End, Scenario } from "./scenario.ts";
import type { Line } from "./words.ts";

/** A longer sentence cannot be kept in mind. */
const MAX_SPOKEN = 400;
/** With a higher median, people would rather have talked to a person. */
export const MAX_MEDIAN_TURNS = 5;
const MAX_TURNS = { book: 7, other: 9 };

/** What nobody can say aloud, or should hear. */
const UNSPEAKABLE: readonly [string, RegExp][] = [
  ["an id", /[0-9a-f]{8}-[0-9a-f]{4}-/i],
  ["a date for machines", /\d{4}-\d\d-\d\d/],
  ["markup", /[{}<>_*`|\\[\]]/],
  ["an address of the web", /https?:\/\//],
  ["a value of a program", /\b(null|undefined|NaN|true|false)\b/],
  ["two blanks or a break", /\s\s|[\r\n\t]/],
  ["an empty place", /\(\s*\)|\s[,.]|:\s*$/],
];

export interface Manners {
  readonly caller: Caller;
  readonly answers: readonly Answer[];
  readonly log: readonly Line[];
}

/** What was wrong; empty if nothing was. */
export function badManners(
  { caller, answers, log }: Manners,
  { calls }: Scenario,
  { asked = {}, heard = [], unheard = [], turns }: End,
): string[] {
  const isBooking = calls.every(({ wants }) => wants.length === 1 && wants[0] === "book");
  const most = turns ?? (isBooking ? MAX_TURNS.book : MAX_TURNS.other);
  const spoken = log.filter(({ who }) => who === "assistant").map(({ text }) => text).join("\n");
  return [
    ...[...caller.asked].flatMap(([topic, times]) =>
      times > (asked[topic] ?? 1) ? [`asked ${times} times for the ${topic}`] : []
    ),
    ...caller.turns > most ? [`${caller.turns} turns of the caller, more than ${most}`] : [],
    ...answers.flatMap(wrongWith),
    ...heard.filter((text) => !spoken.includes(text)).map((text) => `nobody said "${text}"`),
    ...unheard.filter((text) => spoken.includes(text)).map((text) => `somebody said "${text}"`),
  ];
}

function wrongWith({ message, problem }: Answer): string[] {
  if (problem !== undefined) return [`an answer was lost: ${problem}`];
  const words = message.replace(/\s*\(Write: [^)]*\)$/, "");
  const found = UNSPEAKABLE.filter(([, pattern]) => pattern.test(words)).map(([what]) => what);
  return [
    ...found.map((what) => `"${words}" has ${what} in it`),
    ...words.length > MAX_SPOKEN ? [`"${words}" is too long to be spoken`] : [],
    ...!/[.?!…]$/.test(words) ? [`"${words}" does not end as a sentence`] : [],
  ];
}
