/** ISO 8601 and what models make of it: the accepted form, read without any table of words. */
import { type LocalDate, localDate } from "../local_date.ts";
import type { LocalTime } from "./clock.ts";

export interface Iso {
  readonly date: LocalDate;
  /** `HH:MM`; absent for a bare date. */
  readonly time?: LocalTime;
  /** The moment, where the text names an offset: local date and time follow from the clinic's zone. */
  readonly instant?: Date;
}

const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:(?:\s*t\s*|\s+)(\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(z|utc|gmt|[+-]\d{2}(?::?\d{2})?)?)?$/;

/** `text` is normalized. Null for everything else, and for days that the calendar doesn't have. */
export function readIso(text: string): Iso | null {
  const match = ISO.exec(text);
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
