/** Opening hours in a few words: "Monday to Friday 09:00-17:00". */
import type { Clinic } from "./job.ts";

const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/** The clinic's own hours first, then those of each calendar that has others. Days in a row with the same hours are one item. */
export function openingHours(hours: Clinic["hours"]): string[] {
  const byCalendar = Map.groupBy(hours, ({ calendar }) => calendar);
  const calendars = [...byCalendar.keys()].sort((one, other) =>
    Number(one !== null) - Number(other !== null)
  );
  return calendars.flatMap((calendar) => {
    const spans = weekOf(byCalendar.get(calendar) ?? []);
    return calendar === null ? spans : spans.map((span) => `${calendar}: ${span}`);
  });
}

function weekOf(hours: Clinic["hours"]): string[] {
  const times = DAYS.map((_, index) =>
    hours.filter(({ weekday }) => weekday === index + 1)
      .map(({ opens, closes }) => `${opens}-${closes}`).join(", ")
  );
  const spans: string[] = [];
  for (let first = 0; first < DAYS.length;) {
    const next = times.findIndex((time, index) => index > first && time !== times[first]);
    const end = next === -1 ? DAYS.length : next;
    const days = end - first === 1 ? DAYS[first] : `${DAYS[first]} to ${DAYS[end - 1]}`;
    if (times[first] !== "") spans.push(`${days} ${times[first]}`);
    first = end;
  }
  return spans;
}
