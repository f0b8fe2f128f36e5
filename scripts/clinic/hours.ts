/** Opening hours as a person types them: `mon-fri 09:00-17:00, sat 09:00-12:30`. */

export interface Hours {
  /** ISO: 1 is Monday. */
  weekday: number;
  opens: string;
  closes: string;
}

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const ENTRY = /^([a-z]{3})(?:-([a-z]{3}))? (\d{1,2}:\d{2})-(\d{1,2}:\d{2})$/;

/** In the order of the week. Several entries for a day leave a break between them. Throws an Error naming what cannot be read. */
export function parseHours(text: string): Hours[] {
  return text.toLowerCase().split(",").map((entry) => entry.trim().replace(/\s+/g, " "))
    .flatMap(parseEntry)
    .toSorted((a, b) => a.weekday - b.weekday || (a.opens < b.opens ? -1 : 1));
}

function parseEntry(entry: string): Hours[] {
  const [, from = "", until = from, opens = "", closes = ""] = ENTRY.exec(entry) ?? [];
  const [first, last] = [DAYS.indexOf(from), DAYS.indexOf(until)];
  const times = [opens, closes].map(readTime);
  const [start, end] = times;
  if (first < 0 || last < first || start == null || end == null || end <= start) {
    throw new Error(
      `Cannot read the hours "${entry}": write them as mon-fri 09:00-17:00, sat 09:00-12:30`,
    );
  }
  return DAYS.slice(first, last + 1).map((_, index) => ({
    weekday: first + index + 1,
    opens: start,
    closes: end,
  }));
}

/** `9:00` as `09:00`; null if no clock shows it. A day may end at 24:00. */
function readTime(text: string): string | null {
  const [hours = "", minutes = ""] = text.split(":");
  const total = Number(hours) * 60 + Number(minutes);
  if (text === "" || Number(minutes) > 59 || total > 24 * 60) return null;
  return `${hours.padStart(2, "0")}:${minutes}`;
}
