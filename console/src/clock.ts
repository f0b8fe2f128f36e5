/** Times in the clinic's zone, with its name. */
import { locale } from "./i18n.ts";

function format(iso: string, timezone: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(locale.value, { timeZone: timezone, ...options })
    .format(new Date(iso));
}

/** "9:30 AM" */
export function timeOf(iso: string, timezone: string): string {
  return format(iso, timezone, { hour: "numeric", minute: "2-digit" });
}

/** "Nov 29, 9:30 AM" */
export function dateTimeOf(iso: string, timezone: string): string {
  return format(iso, timezone, {
    month: "short",
    day: "numeric",
    hour: "numeric",
    minute: "2-digit",
  });
}

/** "Monday, November 30": a day without a time, `YYYY-MM-DD`. */
export function dayName(day: string): string {
  return format(`${day}T12:00:00Z`, "UTC", { weekday: "long", month: "long", day: "numeric" });
}

/** "EST", or "GMT+1" if the reader's language has no name for it. */
export function zoneName(timezone: string, at: Date = new Date()): string {
  const part = new Intl.DateTimeFormat(locale.value, { timeZone: timezone, timeZoneName: "short" })
    .formatToParts(at).find(({ type }) => type === "timeZoneName");
  return part?.value ?? timezone;
}

/** The hour and minute at the clinic, in minutes since midnight. */
export function minutesOf(iso: string, timezone: string): number {
  const [hour = "0", minute = "0"] = new Intl.DateTimeFormat("en-GB", {
    timeZone: timezone,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  })
    .format(new Date(iso)).split(":");
  return Number(hour) * 60 + Number(minute);
}

/** "3 min. ago", "in 20 sec." */
export function sinceOf(iso: string, now: number = Date.now()): string {
  const seconds = Math.round((Date.parse(iso) - now) / 1000);
  const relative = new Intl.RelativeTimeFormat(locale.value, { numeric: "auto", style: "short" });
  const size = Math.abs(seconds);
  if (size < 60) return relative.format(seconds, "second");
  if (size < 3600) return relative.format(Math.round(seconds / 60), "minute");
  if (size < 86_400) return relative.format(Math.round(seconds / 3600), "hour");
  return relative.format(Math.round(seconds / 86_400), "day");
}

/** "Monday" for 1, as ISO counts weekdays. */
export function weekdayName(weekday: number): string {
  return format(`2026-06-0${weekday}T12:00:00Z`, "UTC", { weekday: "long" });
}
