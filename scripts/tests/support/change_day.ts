/** The days on which clocks change. */
import { addDays, type LocalDate, todayIn } from "../../../shared/tools/local_date.ts";

/** Hours that the place is ahead of UTC at a moment. */
function offsetIn(timeZone: string): (instant: Date) => number {
  const wall = new Intl.DateTimeFormat("sv-SE", {
    timeZone,
    dateStyle: "short",
    timeStyle: "medium",
  });
  return (instant) => {
    const ahead = Date.parse(`${wall.format(instant).replace(" ", "T")}Z`) - instant.getTime();
    return Math.round(ahead / 900_000) / 4;
  };
}

/** The next day on which the clocks there jump by this many hours; by half an hour on Lord Howe Island. */
export function changeDay(timeZone: string, hours: 1 | -1 | 0.5 | -0.5): LocalDate {
  const offset = offsetIn(timeZone);
  const midnight = (date: LocalDate) => new Date(`${date}T00:00:00Z`);
  for (let days = 7, today = todayIn(timeZone, new Date()); days < 400; days++) {
    const [date, next] = [addDays(today, days), addDays(today, days + 1)];
    if (offset(midnight(addDays(next, 1))) - offset(midnight(date)) !== hours) {
      continue;
    }
    // The change is between two midnights of UTC: find the local day that it belongs to.
    const at = new Date(midnight(date).getTime());
    while (offset(at) === offset(midnight(date))) {
      at.setTime(at.getTime() + 900_000);
    }
    return todayIn(timeZone, new Date(at.getTime() - 1));
  }
  throw new Error(`The clocks of ${timeZone} do not change`);
}
