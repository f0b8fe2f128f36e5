/** Reads what a tool's definition tells a model, as a model would: from its sentences, never from our code. */
import type { Topic, Wish } from "./scenario.ts";
import type { ToolText } from "./knowledge.ts";

/** The purpose for which a model needs a tool. */
export type Purpose = Exclude<Wish, "human"> | "reserve" | "verify" | "hold";

const PURPOSES: Readonly<Record<Purpose, RegExp>> = {
  book: /^Books an appointment\b/,
  reserve: /^Reserves an appointment\b/,
  verify: /^Books the reserved appointment\b/,
  hold: /^Holds a start time\b/,
  look: /^Finds free\b/,
  cancel: /^Cancels\b/,
  move: /^Moves\b/,
  ask: /^Tells about the clinic\b/,
  wait: /^Puts the caller on the waiting list\b/,
  text: /^Texts what the caller wants\b/,
  resend: /^Texts the confirmation\b/,
};

export function toolFor(purpose: Purpose, tools: readonly ToolText[]): ToolText | undefined {
  return tools.find(({ description }) => PURPOSES[purpose].test(description));
}

/** Whether the caller has to agree first. */
export const wantsConfirmation = ({ description }: ToolText): boolean =>
  /\bconfirmed\b/.test(description);

/** Whether it has to be called before a time is offered or accepted. */
export const comesBeforeOffers = ({ description }: ToolText): boolean =>
  /\bbefore you offer or accept\b/.test(description);

/** Whether its success counts as a booking only once a code was verified. */
export const waitsForCode = ({ description }: ToolText): boolean =>
  /\bnot booked before the code\b/.test(description);

/** Whether it should be used while the caller still has to give details. */
export const bridgesDetails = ({ description }: ToolText): boolean =>
  /\bstill has to give their details\b/.test(description);

/** Whether the definition, or the answer itself, names this part of an answer. Nothing else makes a model look at it. */
export const isTold = ({ description }: ToolText, part: string): boolean =>
  description.includes(`\`${part}\``);

/** Whether a code that the caller reads out is given to the same tool again. */
export const takesCode = (tool: ToolText): boolean =>
  isTold(tool, "code") && "code" in tool.parameters;

/** An example in a parameter's description. */
export const exampleIn = (description: string): string | undefined =>
  /\bfor example ([^\s,;]+?)[.,;]?(?:\s|$)/.exec(description)?.[1];

const TOPICS: readonly [RegExp, Topic][] = [
  [/^current.*date$/i, "oldDay"],
  [/^current.*time$/i, "oldTime"],
  [/phone/i, "phone"],
  [/e-?mail/i, "email"],
  [/name$/i, "name"],
  [/partOfDay/i, "part"],
  [/until/i, "until"],
  [/date$/i, "day"],
  [/time$/i, "time"],
  [/^service$/i, "service"],
  [/^provider$/i, "provider"],
  [/^notes?$/i, "notes"],
  [/^code$/i, "code"],
  [/^another/i, "another"],
  [/^message$/i, "message"],
  [/^again$/i, "again"],
  [/^topic$/i, "about"],
  [/^question$/i, "question"],
];

/** What a caller is asked for by a parameter with that name; undefined for ids, which no caller knows. */
export function topicOf(parameter: string): Topic | undefined {
  if (/id$/i.test(parameter)) return undefined;
  return TOPICS.find(([pattern]) => pattern.test(parameter))?.[1];
}

/** Today, from a prompt that says it. */
export function todayIn(prompt: string): string | undefined {
  const [, month, day, year] = /\bIt is now \w+, (\w+) (\d{1,2}), (\d{4})\b/.exec(prompt) ?? [];
  if (month === undefined) return undefined;
  const at = new Date(`${month} ${day}, ${year} 00:00 UTC`);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString().slice(0, 10);
}

/** The number of the caller, from a prompt that says it. */
export const callerIn = (prompt: string): string | undefined =>
  /\bNumber of the caller[^:]*: (\+\d+)/.exec(prompt)?.[1];

/** The clinic's own number, from a prompt. */
export const phoneIn = (prompt: string): string | undefined =>
  /\bClinic: .*\bphone (\+\d+)/.exec(prompt)?.[1];
