/** Reads what a caller wishes for who leaves the day or the hour to us: "as soon as possible", "this week", "any afternoon". */
import { addDays, type LocalDate, todayIn } from "../local_date.ts";
import { read, type Reading, type ReadingContext } from "../reading.ts";
import type { Part } from "../reading.ts";
import { isAnything, isNothing } from "./absence.ts";
import { readDate } from "./date.ts";
import type { Language } from "./languages/language.ts";
import { momentsOf } from "./moment.ts";
import { PARTS } from "./open_times.ts";
import { isPhrase } from "./phrases.ts";
import { type LocalTime, readTime } from "./time.ts";

/** The days on which free times are wanted. */
export interface DayWish {
  readonly from: LocalDate;
  /** The last day; without it, as far as it takes. */
  readonly until?: LocalDate;
  readonly part?: Part;
}

export type TimeWish = { readonly time: LocalTime } | { readonly part: Part };

const asap = ({ words }: Language) => words.asap;
const anyDay = ({ words }: Language) => words.anyDay;

/** One day, several, or whatever comes first. */
export function readDayWish(text: string, context: ReadingContext): Reading<DayWish> {
  const today = todayIn(context.timezone, context.now);
  if (isNothing(text) || isAnything(text) || isPhrase(text, asap) || isPhrase(text, anyDay)) {
    return read({ from: today });
  }
  const spans = momentsOf(text, context).flatMap(({ day, clock }) =>
    day?.kind === "span" || (day === null && clock?.kind === "part")
      ? [{
        ...(day?.kind === "span" ? within(day, today) : { from: today }),
        ...(clock?.kind === "part" ? { part: clock.part } : {}),
        time: clock?.kind === "times" && clock.times.length === 1 ? clock.times[0] : undefined,
      }]
      : []
  );
  const [span] = spans;
  // "Morning" in Spanish is tomorrow too: a day goes before a span.
  const one = readDate(text, context);
  if (one.kind === "value") {
    const part = one.also?.part;
    return read(
      { from: one.value, until: one.value, ...(part === undefined ? {} : { part }) },
      one.also,
    );
  }
  if (span === undefined || spans.length > 1) return one;
  const { time, ...wish } = span;
  return read(wish, time === undefined ? undefined : { time });
}

/** An hour, or a part of the day. */
export function readTimeWish(
  text: string,
  context: ReadingContext,
): Reading<TimeWish> {
  if (isNothing(text) || isAnything(text) || isPhrase(text, asap) || isPhrase(text, anyDay)) {
    return { kind: "nothing" };
  }
  const parts = new Set(
    momentsOf(text, context).flatMap(({ clock }) => clock?.kind === "part" ? [clock.part] : []),
  );
  const [part, ...more] = parts;
  if (part !== undefined && more.length === 0) return read({ part });
  const time = readTime(text, context);
  return time.kind === "value" ? read({ time: time.value }, time.also) : time;
}

/** From today on, if it began before. */
function within(
  { from, until }: { from: LocalDate; until: LocalDate | null },
  today: LocalDate,
): DayWish {
  const begins = from < today ? today : from;
  if (until === null) return { from: begins };
  return { from: begins, until: until < begins ? addDays(begins, 0) : until };
}

/** Hours of a part of the day: from, until before. */
export function hoursOf(part: Part): readonly [LocalTime, LocalTime] {
  return PARTS[part];
}
