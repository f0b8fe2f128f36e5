/** Days and times in scenarios, which are played on any date: "tuesday in 2 weeks", "in 3 days", "14:30". */
import { addDays, daysBetween, isoWeekday, type LocalDate } from "../../shared/tools/local_date.ts";

const WEEKDAYS = [
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
  "sunday",
];

/** "tuesday in 2 weeks" is that day of the week after next; "today", "in 3 days", or a date unchanged. */
export function dayOf(expression: string, today: LocalDate): LocalDate {
  if (/^\d{4}-\d\d-\d\d$/.test(expression)) return expression;
  if (expression === "today") return today;
  if (expression === "tomorrow") return addDays(today, 1);
  const days = /^in (\d+) days$/.exec(expression)?.[1];
  if (days !== undefined) return addDays(today, Number(days));
  const [, name = "", weeks = ""] = /^([a-z]+) in (\d+) weeks?$/.exec(expression) ?? [];
  const weekday = WEEKDAYS.indexOf(name) + 1;
  if (weekday === 0) throw new Error(`Cannot tell which day "${expression}" is`);
  return addDays(today, Number(weeks) * 7 + weekday - isoWeekday(today));
}

export function daysAhead(expression: string, today: LocalDate): number {
  return daysBetween(today, dayOf(expression, today));
}

/** A day as people of that language say it, without its year. */
export function sayDay(day: LocalDate, language: string): string {
  return format(day, language, { weekday: "long", month: "long", day: "numeric" });
}

export function sayDate(day: LocalDate, language: string): string {
  return format(day, language, { month: "long", day: "numeric" });
}

export function sayWeekday(day: LocalDate, language: string): string {
  return format(day, language, { weekday: "long" });
}

function format(day: LocalDate, language: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(language, { timeZone: "UTC", ...options }).format(new Date(day));
}

/** "2:30 PM" in English, "14:30" elsewhere. */
export function sayTime(time: string, language: string): string {
  const [hour = 0, minute = 0] = time.split(":").map(Number);
  if (!language.startsWith("en")) return `${hour}:${String(minute).padStart(2, "0")}`;
  const half = hour < 12 ? "AM" : "PM";
  return `${hour % 12 || 12}${minute === 0 ? "" : `:${String(minute).padStart(2, "0")}`} ${half}`;
}
