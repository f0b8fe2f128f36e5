/**
 * Reads a time of day as models and callers write it: "14:30", "2 pm", "2:30 p.m.", "noon",
 * "3 in the afternoon". "2:30" alone could be night or afternoon, so it becomes a question.
 */
import { ask, read, type Reading } from "./reading.ts";

/** `HH:MM`, 24 hours. */
export type LocalTime = string;

const ASK_TIME = "I need the time of day, for example 2:30 PM.";

/** 24 hours with two digits, perhaps with seconds or after an ISO date; an offset would not be local time. */
const ISO = /^(?:\d{4}-\d{2}-\d{2}t|t)?([01]\d|2[0-3]):([0-5]\d)(?::[0-5]\d(?:\.\d+)?)?$/;
const TWELVE_HOURS =
  /^(1[0-2]|0?[1-9])(?:[:.]([0-5]\d))? ?(?:o'?clock )?(am|pm|in morning|in afternoon|in evening)$/;
const WITHOUT_HALF_OF_DAY = /^(\d{1,2})(?:[:.]([0-5]\d))?(?: ?o'?clock)?$/;

/** Reads a time of day; asks if it could be read in two ways. */
export function readTime(text: string): Reading<LocalTime> {
  const said = text.trim().toLowerCase()
    .replace(/\b([ap])\.? ?m\b\.?/g, "$1m")
    .replace(/\b(?:at|the)\b/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  if (said === "noon" || said === "12 noon" || said === "midday") return read("12:00");
  if (said === "midnight" || said === "12 midnight") return read("00:00");
  return readIso(said) ?? readTwelveHours(said) ?? readBare(said) ?? ask(ASK_TIME);
}

function readIso(said: string): Reading<LocalTime> | null {
  const match = ISO.exec(said);
  return match && read(`${match[1]}:${match[2]}`);
}

function readTwelveHours(said: string): Reading<LocalTime> | null {
  const match = TWELVE_HOURS.exec(said);
  if (!match) return null;
  const isMorning = match[3] === "am" || match[3] === "in morning";
  return read(clock(Number(match[1]) % 12 + (isMorning ? 0 : 12), match[2]));
}

function readBare(said: string): Reading<LocalTime> | null {
  const match = WITHOUT_HALF_OF_DAY.exec(said);
  const hour = Number(match?.[1]);
  if (!match || hour > 23) return null;
  if (hour > 12) return read(clock(hour, match[2]));
  if (hour === 0) return match[2] === undefined ? null : read(clock(0, match[2]));
  const spoken = match[2] === undefined ? `${hour} o'clock` : `${hour}:${match[2]}`;
  return ask(`Is that ${spoken} in the morning or in the afternoon?`);
}

function clock(hour: number, minutes = "00"): LocalTime {
  return `${String(hour).padStart(2, "0")}:${minutes}`;
}
