/** What an utterance says about a day and a time, in the agent's language or, if it means nothing there, in another. */
import { todayIn } from "../local_date.ts";
import type { ReadingContext } from "../reading.ts";
import { type Clock, clockOf } from "./clock.ts";
import { bareDay, dayOf } from "./day.ts";
import type { Day, DayContext } from "./weekday.ts";
import type { Language } from "./languages/language.ts";
import { languagesFrom } from "./languages.ts";
import type { Token } from "./lexicon.ts";
import { DAY_FIRST, sequencesOf } from "./tokens.ts";

export interface Moment {
  readonly day: Day | null;
  readonly clock: Clock | null;
}

/** Where days are written after their month, or in both orders; elsewhere the day comes first. */
const MONTH_FIRST_COUNTRIES = ["US", "PR", "GU", "VI", "AS", "MP", "PH", "CA", "KE", "ZA"];
const SUNDAY_FIRST_COUNTRIES = ["US", "PR", "CA", "MX", "BR", "CO", "PE", "VE", "PH", "JP", "IL"];

/** Every different reading; nothing is chosen here. */
export function momentsOf(text: string, context: ReadingContext): Moment[] {
  const [own, ...others] = languagesFrom(context.language);
  const inOwn = own === undefined ? [] : readIn(text, own, context);
  if (inOwn.length > 0) return markedFirst(inOwn);
  return markedFirst(distinct(others.flatMap((language) => readIn(text, language, context))));
}

/** "Tuesday at eight" is not Tuesday the eighth, even if there is one. */
function markedFirst(moments: readonly Moment[]): Moment[] {
  const marked = moments.filter(({ day, clock }) =>
    clock !== null && clock.kind !== "part" && clock.isMarked && day?.kind !== "span"
  );
  return distinct((marked.length > 0 ? marked : moments).map(({ day, clock }) => {
    if (clock === null || clock.kind === "part") return { day, clock };
    const { isMarked: _, ...unmarked } = clock;
    return { day, clock: unmarked };
  }));
}

/** The day from which others are counted, and how days are written in that clinic's country. */
export function dayContextOf(context: ReadingContext, language: Language): DayContext {
  const isDayFirst = language.code !== "en" && !MONTH_FIRST_COUNTRIES.includes(context.country);
  return {
    today: todayIn(context.timezone, context.now),
    horizonDays: context.horizonDays ?? 365,
    isSundayFirst: SUNDAY_FIRST_COUNTRIES.includes(context.country),
    // Models that write English grew up with both orders.
    order: isDayFirst ? DAY_FIRST : null,
    daysForWeeks: language.daysForWeeks,
  };
}

function readIn(text: string, language: Language, context: ReadingContext): Moment[] {
  const days = dayContextOf(context, language);
  return distinct(sequencesOf(text, language).flatMap((tokens) => readTokens(tokens, days)));
}

/** "In an hour", "dans une demi-heure", "in half an hour from now", "en dos horas y media". */
const AHEAD = /^(?:I|(?=.*F$))(?:(?:v|N?U(?:Ni|a[SQN]i?)?|Ni))F?$/;
/** Utterances that begin like this are about a time from now, whatever else they could mean. */
const IS_AHEAD = /I(?:v|N?U|Ni)/;

/** The time that far from now; undefined if the distance is unclear; null for everything else. */
export function aheadOf(
  text: string,
  { language, now }: ReadingContext,
): Date | null | undefined {
  for (const each of languagesFrom(language)) {
    const said = sequencesOf(text, each);
    const shapes = said.map((tokens) => tokens.map(({ shape }) => shape).join(""));
    const minutes = new Set(
      said.filter((_, at) => AHEAD.test(shapes[at] ?? "")).map(minutesAhead),
    );
    const [one, ...more] = minutes;
    if (one !== undefined && more.length === 0) return new Date(now.getTime() + one * 60_000);
    if (one !== undefined || shapes.some((shape) => IS_AHEAD.test(shape))) return undefined;
    if (said.length > 0) return null;
  }
  return null;
}

function minutesAhead(tokens: readonly Token[]): number {
  const shape = tokens.map((token) => token.shape).join("");
  const [count = 1, more = 0] = tokens.filter((token) => token.shape === "N")
    .map(({ value }) => value);
  if (shape.includes("v")) return tokens.find((token) => token.shape === "v")?.value ?? 0;
  if (!shape.includes("U")) return count;
  const part = shape.includes("S") ? 30 : shape.includes("Q") ? 15 : more;
  return 60 * count + part;
}

/** The utterance as a day, as a time, and as one after the other. */
function readTokens(tokens: readonly Token[], context: DayContext): Moment[] {
  const moments: Moment[] = [];
  const day = dayOf(tokens, context) ?? bareDay(tokens, context);
  if (day !== null) moments.push({ day, clock: null });
  const clock = clockOf(tokens);
  if (clock !== null) moments.push({ day: null, clock });
  for (let cut = 1; cut < tokens.length; cut++) {
    const [before, after] = [tokens.slice(0, cut), tokens.slice(cut)];
    // "Montag ab 14 Uhr" is not from Monday on.
    if (before.length > 1 && before.at(-1)?.shape === ">") continue;
    moments.push(
      ...pair(dayOf(before, context), clockOf(withoutAny(after))),
      ...pair(dayOf(after, context), clockOf(withoutAny(before))),
    );
  }
  return moments;
}

/** "Any afternoon next week". */
function withoutAny(tokens: readonly Token[]): readonly Token[] {
  return tokens[0]?.shape === "Z" ? tokens.slice(1) : tokens;
}

function pair(day: Day | null, clock: Clock | null): Moment[] {
  return day === null || clock === null ? [] : [{ day, clock }];
}

function distinct(moments: readonly Moment[]): Moment[] {
  return [...new Map(moments.map((moment) => [JSON.stringify(moment), moment])).values()];
}
