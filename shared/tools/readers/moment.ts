/** What an utterance says of a day and of a time, in the agent's language or, if it means nothing there, in another. */
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
  if (inOwn.length > 0) return inOwn;
  return distinct(others.flatMap((language) => readIn(text, language, context)));
}

/** What days are counted from, and how they are written in that clinic's country. */
export function dayContextOf(context: ReadingContext, language: Language): DayContext {
  const isDayFirst = language.code !== "en" && !MONTH_FIRST_COUNTRIES.includes(context.country);
  return {
    today: todayIn(context.timezone, context.now),
    horizonDays: context.horizonDays ?? 365,
    isSundayFirst: SUNDAY_FIRST_COUNTRIES.includes(context.country),
    // English is written by models that grew up with both.
    order: isDayFirst ? DAY_FIRST : null,
    daysForWeeks: language.daysForWeeks,
  };
}

function readIn(text: string, language: Language, context: ReadingContext): Moment[] {
  const days = dayContextOf(context, language);
  return distinct(sequencesOf(text, language).flatMap((tokens) => readTokens(tokens, days)));
}

/** The whole as a day, as a time, and as one after the other. */
function readTokens(tokens: readonly Token[], context: DayContext): Moment[] {
  const moments: Moment[] = [];
  const day = dayOf(tokens, context) ?? bareDay(tokens, context);
  if (day !== null) moments.push({ day, clock: null });
  const clock = clockOf(tokens);
  if (clock !== null) moments.push({ day: null, clock });
  for (let cut = 1; cut < tokens.length; cut++) {
    const [before, after] = [tokens.slice(0, cut), tokens.slice(cut)];
    moments.push(
      ...pair(dayOf(before, context), clockOf(after)),
      ...pair(dayOf(after, context), clockOf(before)),
    );
  }
  return moments;
}

function pair(day: Day | null, clock: Clock | null): Moment[] {
  return day === null || clock === null ? [] : [{ day, clock }];
}

function distinct(moments: readonly Moment[]): Moment[] {
  return [...new Map(moments.map((moment) => [JSON.stringify(moment), moment])).values()];
}
