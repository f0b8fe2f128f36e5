/** Reads the request of a caller who leaves the day or the hour to us: "as soon as possible", "this week", "any afternoon". */
import { addDays, firstOfMonth, type LocalDate, localDate, todayIn } from "../local_date.ts";
import { ask, NOTHING, type Part, read, type Reading, type ReadingContext } from "../reading.ts";
import { isAnything, isPhrase, phraseSet } from "./phrases.ts";
import { type Clock, clockOf, openTimes } from "./clock.ts";
import { readDate } from "./date.ts";
import { languageOf, languages, languagesFrom } from "./languages.ts";
import { momentsOf } from "./moment.ts";
import { normalize } from "./normalize.ts";
import { isoWeek, type LocalTime, readIso } from "./plain.ts";
import { readTime } from "./time.ts";
import { sequencesOf } from "./tokens.ts";

const asap = phraseSet(() => languages.map(({ words }) => words.asap));
const anyDay = phraseSet(() => languages.map(({ words }) => words.anyDay));

/**
 * The first day on which free times are wanted; nothing if the earliest will do. Also returns the last day, a time, or a part of the day.
 */
export function readRequestedDay(text: string, context: ReadingContext): Reading<LocalDate> {
  if (isLeftToUs(text)) return NOTHING;
  const written = spanOf(text, context);
  if (written !== null) return written;
  // "Mañana" means tomorrow rather than a morning.
  const day = readDate(text, context);
  if (day.kind === "value") return day;

  const moments = momentsOf(text, context)
    .filter(({ day, clock }) => day?.kind === "span" || (day === null && clock?.kind === "part"));
  // "From the 1st to the 5th of December" also contains a time and other days, if one looks for them.
  const ranges = moments.filter(({ day }) => day?.kind === "span" && day.isRange);
  const [moment, ...more] = ranges.length > 0 ? ranges : moments;
  if (moment === undefined || more.length > 0) return day;
  const told = toldBy(moment.clock);
  if (moment.day?.kind !== "span") return { kind: "nothing", also: told };
  const { from, until } = moment.day;
  const today = todayIn(context.timezone, context.now);
  if (until === null) return { kind: "nothing", also: told };
  return read(from < today ? today : from, { ...told, until });
}

/** A month, a week or an interval in ISO 8601: 2026-12, 2026-W49, 2026-12-01/2026-12-05. */
function spanOf(text: string, context: ReadingContext): Reading<LocalDate> | null {
  const said = normalize(text);
  const month = /^(\d{4})-(\d\d)$/.exec(said);
  const firstDay = month === null ? null : localDate(Number(month[1]), Number(month[2]), 1);
  if (firstDay !== null) return spanFrom(firstDay, addDays(firstOfMonth(firstDay, 1), -1), context);
  const monday = isoWeek(said);
  const [first, last] = monday === null
    ? said.split("/").map((part) => readIso(part))
    : [{ date: monday }, { date: addDays(monday, 6) }];
  return first && last ? spanFrom(first.date, last.date, context) : null;
}

function spanFrom(
  first: LocalDate,
  last: LocalDate,
  context: ReadingContext,
): Reading<LocalDate> | null {
  const today = todayIn(context.timezone, context.now);
  if (last < first || last < today) return null;
  return read(first < today ? today : first, { until: last });
}

/** A time; or nothing, for a part of the day (which is returned beside it) or if any time will do. */
export function readRequestedTime(text: string, context: ReadingContext): Reading<LocalTime> {
  if (isLeftToUs(text)) return NOTHING;
  // "Dez da manhã" is ten o'clock, though "dez" is short for December too.
  const time = readTime(text, context, context.told);
  if (time.kind === "value") return time;
  const part = partOf(text, context);
  if (part !== null) return { kind: "nothing", also: { part } };
  return limitOf(text, context) ?? time;
}

/** "After 3 pm", "ab 16 Uhr", "avant 11 h": times near that one are searched. */
function limitOf(text: string, context: ReadingContext): Reading<LocalTime> | null {
  for (const language of languagesFrom(context.language)) {
    const times = sequencesOf(text, language).flatMap((tokens) => {
      const [limit, rest] = tokens.at(-1)?.shape === ">"
        ? [tokens.at(-1), tokens.slice(0, -1)]
        : [tokens[0], tokens.slice(1)];
      const clock = limit !== undefined && "g>Bl".includes(limit.shape) ? clockOf(rest) : null;
      return clock?.kind === "times" ? clock.times : [];
    });
    const open = openTimes(
      [...new Set(times)].toSorted(),
      context.openings ?? [],
      context.told ?? {},
    );
    const [time, other] = open;
    if (time !== undefined) return other === undefined ? read(time) : null;
  }
  return null;
}

/** A part of the day, in any words. */
export function readPart(text: string, context: ReadingContext): Reading<Part> {
  if (isLeftToUs(text)) return NOTHING;
  const part = partOf(text, context);
  return part === null ? ask(languageOf(context.language).say.needTime, PARTS_FORM) : read(part);
}

const PARTS_FORM = "morning, afternoon or evening";

function partOf(text: string, context: ReadingContext): Part | null {
  const parts = momentsOf(text, context)
    .flatMap(({ clock }) => clock?.kind === "part" ? [clock.part] : []);
  const [part, ...more] = new Set(parts);
  return part === undefined || more.length > 0 ? null : part;
}

function toldBy(clock: Clock | null): { part?: Part; time?: LocalTime } {
  if (clock?.kind === "part") return { part: clock.part };
  const [time, other] = clock?.kind === "times" ? clock.times : [];
  return time === undefined || other !== undefined ? {} : { time };
}

function isLeftToUs(text: string): boolean {
  return isAnything(text) || isPhrase(text, asap) || isPhrase(text, anyDay);
}
