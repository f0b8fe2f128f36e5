/**
 * Dates, times and addresses in the form that the model is asked for, or another that means the same everywhere: read without any table of
 * words, and without knowing the clinic.
 */
import { addDays, isoWeekday, type LocalDate, localDate } from "../local_date.ts";
import { NOTHING, read, type Reading } from "../reading.ts";
import { normalize } from "./normalize.ts";

/** `HH:MM`, 24 hours. */
export type LocalTime = string;

/** A date in ISO 8601, with a time if one was written with it. Null for everything else, and if the year may be a slip. */
export function plainDate(text: string, now: Date): Reading<LocalDate> | null {
  const iso = readIso(normalize(text));
  if (iso === null || iso.instant !== undefined) return null;
  if (iso.date < addDays(now.toISOString().slice(0, 10), -1)) return null;
  // A date that had to be written as a date-time has midnight.
  return iso.time === undefined || iso.time === "00:00"
    ? read(iso.date)
    : read(iso.date, { time: iso.time });
}

/** 24 hours with two digits, perhaps with seconds. */
const TIME = /^t?([01]\d|2[0-3]):([0-5]\d)(?::[0-5]\d(?:\.\d+)?)?$/;

export function plainTime(text: string): Reading<LocalTime> | null {
  const match = TIME.exec(normalize(text));
  return match === null ? null : read(`${match[1]}:${match[2]}`);
}

/** Like zod's `email()`, which is not loaded for this. */
const ADDRESS =
  /^(?!\.)(?!.*\.\.)([A-Za-z0-9_'+\-\.]*)[A-Za-z0-9_+-]@([A-Za-z0-9][A-Za-z0-9\-]*\.)+[A-Za-z]{2,}$/;
const MAX_ADDRESS = 254;

export function isEmail(text: string): boolean {
  return text.length <= MAX_ADDRESS && ADDRESS.test(text);
}

export function plainEmail(text: string): Reading<string> | null {
  if (!isEmail(text) || text !== text.toLowerCase()) return null;
  return isMadeUp(text) ? NOTHING : read(text);
}

/** Said instead of an address: none@none.com, noemail@example.com; or used for trying. */
const NO_MAILBOX =
  /^(?:none|null|nil|unknown|undefined|nothing|(?:no|not)[-_.]?(?:e-?mail|address|provided|given|available|applicable|reply))$/;
const TRIAL = /^(?:test|e?-?mail|example|sample|abc|xyz|asdf|x+|fake|dummy|user|domain|na|no)$/;

/** True for an address that was only written to fill the field. */
export function isMadeUp(address: string): boolean {
  const [local = "", host = ""] = address.split("@");
  return NO_MAILBOX.test(local) || (TRIAL.test(local) && local === host.split(".")[0]);
}

export interface Iso {
  readonly date: LocalDate;
  /** `HH:MM`; absent for a bare date. */
  readonly time?: LocalTime;
  /** The moment, if the text has an offset: local date and time follow from the clinic's zone. */
  readonly instant?: Date;
}

const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:(?:\s*t\s*|\s+)(\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(z|utc|gmt|[+-]\d{2}(?::?\d{2})?)?)?$/;

/** ISO 8601 without separators: 20261218T1500Z. */
const COMPACT = /^(\d{4})(\d\d)(\d\d)t(\d\d)(\d\d)(?:\d\d)?(?=z?$)/;

/** The zone of "2026-12-18T15:00-05:00[America/New_York]": the offset has said it already. */
const ZONE_BESIDE_OFFSET = /(?<=(?:z|[+-]\d\d:?\d\d))\[[a-z_/]+\]$/;

/** A day of an ISO week: 2026-W49-2. */
const WEEK_DATE = /^(\d{4})-?w(\d\d)-?([1-7])$/;

/** Monday of the ISO week that the text names, "2026-W49"; null for everything else. */
export function isoWeek(text: string): LocalDate | null {
  const [, year, week = 0] = /^(\d{4})-?w(\d\d)$/.exec(text) ?? [];
  return year === undefined ? null : weekDate(Number(year), Number(week), 1);
}

function weekDate(year: number, week: number, weekday: number): LocalDate | null {
  const january = `${year}-01-04`;
  const date = addDays(january, 7 * (week - 1) + weekday - isoWeekday(january));
  // The week's Thursday determines its year.
  const thursday = addDays(date, 4 - weekday);
  return week > 0 && thursday.startsWith(`${year}-`) ? date : null;
}

/** `text` is normalized. Null for everything else, and for days that the calendar doesn't have. */
export function readIso(text: string): Iso | null {
  const [, weekYear, week, weekday] = WEEK_DATE.exec(text) ?? [];
  if (weekYear !== undefined) {
    const date = weekDate(Number(weekYear), Number(week), Number(weekday));
    return date === null ? null : { date };
  }
  const match = ISO.exec(text.replace(COMPACT, "$1-$2-$3t$4:$5").replace(ZONE_BESIDE_OFFSET, ""));
  if (match === null) return null;
  const [, year, month, day, hour, minute, second = "00", zone] = match;
  const date = localDate(Number(year), Number(month), Number(day));
  if (date === null) return null;
  if (hour === undefined || minute === undefined) return { date };
  if (Number(hour) > 23 || Number(minute) > 59) return null;
  const time = `${hour}:${minute}`;
  if (zone === undefined) return { date, time };
  const instant = new Date(`${date}T${time}:${second}${offsetOf(zone)}`);
  return Number.isNaN(instant.getTime()) ? null : { date, time, instant };
}

function offsetOf(zone: string): string {
  if (!/^[+-]/.test(zone)) return "Z";
  const digits = zone.slice(1).replace(":", "").padEnd(4, "0");
  return `${zone[0]}${digits.slice(0, 2)}:${digits.slice(2)}`;
}
