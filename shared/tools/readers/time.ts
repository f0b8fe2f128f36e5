/**
 * Reads a time of day as models write it and callers say it, in five languages. A clock face that fits both halves of the day is read if
 * the clinic is open in only one of them, and asked about otherwise.
 */
import { isSecondOfTwo, type LocalDate, localTimeIn, todayIn } from "../local_date.ts";
import { ask, read, type Reading, type ReadingContext, type Told } from "../reading.ts";
import { openTimes } from "./clock.ts";
import { type LocalTime, plainTime, readIso } from "./plain.ts";
import { languageOf } from "./languages.ts";
import { aheadOf, momentsOf } from "./moment.ts";
import { normalize } from "./normalize.ts";
import { fill, sayFace, sayHalf, sayTime } from "./speak.ts";
import { atClinic, zonedOf } from "./zones.ts";

const TIME_FORM = "HH:MM";

/** `told`: what another field said about the day. */
export function readTime(
  text: string,
  context: ReadingContext,
  told: Told = {},
): Reading<LocalTime> {
  const plain = plainTime(text);
  if (plain !== null) return plain;
  const iso = readIso(normalize(text));
  if (iso?.time !== undefined) {
    const { date, time, instant } = iso;
    if (instant !== undefined && isSecondOfTwo(context.timezone, instant)) {
      return readingOf([], undefined, context);
    }
    return instant === undefined ? read(time, { date }) : read(
      localTimeIn(context.timezone, instant),
      { date: todayIn(context.timezone, instant) },
    );
  }
  const twice = /^(.+\d.*?)\s*\((.+)\)$/.exec(text);
  if (twice !== null) {
    // "14:30 (2:30 PM)".
    const [one, other] = [
      readTime(twice[1] ?? "", context, told),
      readTime(twice[2] ?? "", context, told),
    ];
    if (one.kind === "value" && other.kind === "value" && one.value === other.value) return one;
  }
  const zoned = zonedOf(text);
  if (zoned !== null) {
    const there = readTime(zoned.rest, context, told);
    if (there.kind !== "value") return there;
    const date = there.also?.date ?? told.date ?? todayIn(context.timezone, context.now);
    const here = atClinic(zoned, date, there.value, context);
    return here === null ? there : askHere(here, context);
  }

  const ahead = aheadOf(text, context);
  if (ahead !== null) {
    return ahead === undefined ? readingOf([], undefined, context) : read(
      localTimeIn(context.timezone, ahead),
      { date: todayIn(context.timezone, ahead) },
    );
  }

  const said = momentsOf(text, context);
  if (said.some(({ day, clock }) => day === null && clock?.kind === "range")) {
    return readingOf([], undefined, context);
  }
  const moments = said.filter(({ clock }) => clock?.kind === "times");
  const whole = moments.filter(({ day }) => day === null);
  const meant = whole.length > 0 ? whole : moments;
  const times = [
    ...new Set(meant.flatMap(({ clock }) => clock?.kind === "times" ? clock.times : [])),
  ].toSorted();
  const [day] = meant.map(({ day }) => day);
  const isOneDay = meant.length === 1 && day?.kind === "date";
  const date = isOneDay ? day.date : undefined;
  const open = openTimes(times, context.openings ?? [], {
    date: date ?? told.date,
    part: told.part,
  });
  return readingOf(open, date === undefined ? undefined : { date }, context);
}

/** Whether the caller means the clinic's local time to which a time in another zone corresponds. */
export function askHere(
  { date, time }: { date: LocalDate; time: LocalTime },
  context: ReadingContext,
): Reading<never> {
  const language = languageOf(context.language);
  return ask(
    fill(language.say.otherZone, { time: sayTime(time, language) }),
    `the clinic's own time: ${date} ${time} if that is meant`,
  );
}

function readingOf(
  times: readonly LocalTime[],
  also: Told | undefined,
  context: ReadingContext,
): Reading<LocalTime> {
  const language = languageOf(context.language);
  const { say } = language;
  const [one, other, ...more] = times;
  if (one !== undefined && other === undefined) return read(one, also);
  if (one === undefined || other === undefined || more.length > 0) {
    return ask(fill(say.needTime), TIME_FORM);
  }
  if (sayFace(one, language) !== sayFace(other, language)) {
    const [first, second] = [sayTime(one, language), sayTime(other, language)];
    return ask(fill(say.twoTimes, { one: first, other: second }), TIME_FORM);
  }
  return ask(
    fill(say.eitherTime, {
      time: sayFace(one, language),
      one: sayHalf(one, language),
      other: sayHalf(other, language),
    }),
    TIME_FORM,
  );
}
