/** The grammar of times: "14:30", "half past two", "halb drei", "las tres y media de la tarde", "quarter to three in the afternoon". */
import { isoWeekday, type LocalDate } from "../local_date.ts";
import type { Opening, Part } from "../reading.ts";
import type { Half } from "./languages/language.ts";
import type { Token } from "./lexicon.ts";
import type { LocalTime } from "./plain.ts";

export type Clock =
  /** Two times, if the words leave open which half of the day is meant. */
  | {
    readonly kind: "times";
    readonly times: readonly LocalTime[];
    /** "At eight", which is not a day of the month. */
    readonly isMarked?: true;
    /** "Midnight" in words: the beginning or the end of a day. */
    readonly isMidnight?: true;
  }
  | { readonly kind: "part"; readonly part: Part }
  /** "From 14h to 15h": a range, not a time to begin at. */
  | {
    readonly kind: "range";
    readonly hour: number;
    readonly until: number;
    /** "From two to four", "between two and four". */
    readonly isMarked?: true;
  };

interface Face {
  readonly hour: number;
  readonly minute: number;
  /** Written or said so that only one half of the day can be meant. */
  readonly isExact: boolean;
  readonly isFigures: boolean;
}

/** What a whole sequence of tokens says about a time of day, or null if it is not one. */
export function clockOf(tokens: readonly Token[]): Clock | null {
  const at = tokens.findIndex(({ shape }) => shape !== "P");
  if (tokens[at]?.shape !== "k") return unmarkedClock(tokens);
  const clock = unmarkedClock(tokens.toSpliced(at, 1));
  return clock?.kind === "times" ? { ...clock, isMarked: true } : clock;
}

function unmarkedClock(tokens: readonly Token[]): Clock | null {
  const half = tokens.find((token) => token.shape === "P")?.half;
  const shape = tokens.map((token) => token.shape).join("");
  if (shape === "P") {
    if (half === "night") return { kind: "part", part: "evening" };
    return half === "morning" || half === "afternoon" || half === "evening"
      ? { kind: "part", part: half }
      : null;
  }
  // "To" alone also separates minutes from their hour: "ten to three".
  const isMarked = /^P?j[NC]K?P?[-&][NC]K?P?$/.test(shape);
  const isRange = /^P?[NC]K?P?-[NC]K?P?$/.test(shape) && !tokens.some((token) => token.isUntil);
  if (isMarked || isRange) {
    const [from, until] = tokens.filter((token) => /[NC]/.test(token.shape));
    const [hour = 0, end = 0] = [from?.value, until?.value];
    return { kind: "range", hour, until: end, ...(isMarked ? { isMarked } : {}) };
  }
  if (!/^P?[^P]+$|^[^P]+P$/.test(shape)) return null;
  const face = faceOf(tokens.filter((token) => token.shape !== "P"));
  if (face === null || face.hour > 23 || face.minute > 59) return null;
  const times = half === undefined ? withoutHalf(face) : withHalf(face, half);
  // "Twelve at night"; but "12 am" is a day's beginning, as "00:00" is.
  const isMidnight = shape.includes("G") || (times[0] === "00:00" && half === "night");
  return times.length === 0
    ? null
    : { kind: "times", times, ...(isMidnight ? { isMidnight } : {}) };
}

function faceOf(tokens: readonly Token[]): Face | null {
  // O'clock, minutes and "and" add nothing if there is a number on both sides.
  const shape = tokens.map((token) => token.shape).join("");
  const values = tokens.filter((token) => /[NQS]/.test(token.shape))
    .map((token) => token.shape === "Q" ? 15 : token.shape === "S" ? 30 : token.value);
  const [one = 0, two = 0] = values;
  // "14h-15h".
  if (shape === "NKNK") return null;
  const first = tokens[0];
  switch (shape.replace(/i/g, "").replace(/(?<=[NQSC_LH])K/g, "")) {
    case "L":
      return { hour: 12, minute: 0, isExact: true, isFigures: false };
    case "G":
      return { hour: 0, minute: 0, isExact: true, isFigures: false };
    case "CL":
    case "CG": {
      // "12:00 noon".
      const isTwelve = first?.value === 12 && first.minute === 0;
      const hour = shape === "CL" ? 12 : 0;
      return isTwelve ? { hour, minute: 0, isExact: true, isFigures: false } : null;
    }
    case "LaS":
    case "LaQ":
    case "LaN":
      return { hour: 12, minute: one, isExact: true, isFigures: false };
    case "GaS":
    case "GaQ":
      return { hour: 0, minute: one, isExact: true, isFigures: false };
    case "LuQ":
    case "LuN":
      return { hour: 11, minute: 60 - one, isExact: true, isFigures: false };
    case "C":
      return {
        hour: first?.value ?? 0,
        minute: first?.minute ?? 0,
        isExact: first?.isPadded === true || (first?.value ?? 0) === 0,
        isFigures: true,
      };
    case "N":
      return one === 0 && !shape.includes("K") && first?.isPadded !== true
        ? null
        : face(one, 0, first?.isPadded === true);
    case "NH":
      return face(one, 0, true);
    case "_NH":
      return face(one, 0, true);
    case "_NN":
      return two < 10 ? null : face(one, two, true);
    case "NNH":
      // "Zero nine hundred".
      return one === 0 ? face(two, 0, true) : null;
    case "NN":
      return two < 10 && !shape.startsWith("NK") ? null : face(one, two);
    case "N_N":
      return two > 9 ? null : face(one, two);
    case "NaN":
    case "NaQ":
    case "NaS":
    case "NQ":
    case "NS":
      return face(one, two);
    case "NuN":
    case "NuQ":
      return before(one, two);
    case "NpN":
    case "QpN":
      return face(two, one);
    case "NtN":
      // "Two to three" is two minutes to three, and an hour.
      return tokens[1]?.isUntil && one < two && !shape.includes("i") ? null : before(two, one);
    case "QtN":
      return before(two, one);
    case "hN":
      return face(one, 30);
    case "bN":
      return before(one, 30);
    case "qN":
      return before(one, 15);
    case "NpbN":
    case "QpbN":
      return before(two, 30 - one);
    case "NtbN":
    case "QtbN":
      return before(two, 30 + one);
    default:
      return null;
  }
}

function face(hour: number, minute: number, isExact = false): Face {
  return { hour, minute, isExact, isFigures: false };
}

/** So many minutes before that hour. */
function before(hour: number, minutes: number): Face | null {
  if (hour < 1 || minutes < 1 || minutes > 59) return null;
  return face(hour === 1 ? 12 : hour - 1, 60 - minutes);
}

function withoutHalf({ hour, minute, isExact, isFigures }: Face): LocalTime[] {
  if (hour > 12 || hour === 0 || isExact || (hour === 12 && isFigures)) {
    return [time(hour, minute)];
  }
  return [time(hour % 12, minute), time(hour % 12 + 12, minute)];
}

/** The time in that half of the day; none if the hour does not exist in it. */
function withHalf({ hour, minute, isFigures }: Face, half: Half): LocalTime[] {
  const morning = () => time(hour % 12, minute);
  const later = () => time(hour % 12 + 12, minute);
  if (hour > 12 || hour === 0) {
    // "14:30 PM" is still one time; "13 pm" and "15:00 in the morning" are slips.
    const fits = hour === 0
      ? half === "am" || half === "night" || half === "dawn" || half === "evening"
      : hour < 18
      ? half === "pm" || half === "afternoon"
      : half === "pm" || half === "evening" || half === "night";
    return fits && (isFigures || half !== "pm") ? [time(hour, minute)] : [];
  }
  switch (half) {
    case "am":
      return [morning()];
    case "pm":
      return [later()];
    case "morning":
      return hour === 12 ? [] : [morning()];
    case "afternoon":
      return hour <= 8 || hour === 12 ? [later()] : [];
    case "evening":
      return hour === 12 ? [morning()] : hour >= 4 ? [later()] : [];
    case "night":
      return hour === 12 || hour < 5 ? [morning()] : hour >= 6 ? [later()] : [];
    case "dawn":
      return hour === 12 || hour < 7 ? [morning()] : [];
  }
}

function time(hour: number, minute: number): LocalTime {
  return `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
}

const DAY_MINUTES = 24 * 60;

/** The hours of a part of the day: from, until before. */
const PARTS: Readonly<Record<Part, readonly [from: LocalTime, until: LocalTime]>> = {
  morning: ["00:00", "12:00"],
  afternoon: ["12:00", "18:00"],
  evening: ["17:00", "24:00"],
};

/**
 * The times that can be meant: those within the named part of the day, then those at which the clinic is open on that day, or on any day if
 * the day is not known. All of them if that leaves none.
 */
export function openTimes(
  times: readonly LocalTime[],
  openings: readonly Opening[],
  { date, part }: { date?: LocalDate | undefined; part?: Part | undefined },
): readonly LocalTime[] {
  if (times.length < 2) return times;
  if (part !== undefined) {
    const [from, until] = PARTS[part];
    const within = times.filter((time) => time >= from && time < until);
    if (within.length === 1) return within;
  }
  const weekday = date === undefined ? null : isoWeekday(date);
  const onThatDay = openings.filter((opening) => opening.weekday === weekday);
  const hours = onThatDay.length > 0 ? onThatDay : openings;
  const open = times.filter((time) => hours.some((opening) => isOpen(opening, minutesOf(time))));
  return open.length > 0 ? open : times;
}

function isOpen({ opens, closes }: Opening, minutes: number): boolean {
  return (opens <= minutes && minutes < closes) || minutes + DAY_MINUTES < closes;
}

function minutesOf(time: LocalTime): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}
