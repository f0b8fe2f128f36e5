import { z } from "zod";
import { type CalendarState, timeOf } from "./events.ts";
import { GoogleRefusal, invalid } from "./refusal.ts";

const requestSchema = z.object({
  timeMin: z.iso.datetime({ offset: true }),
  timeMax: z.iso.datetime({ offset: true }),
  items: z.array(z.object({ id: z.string() })),
});

const MAX_CALENDARS = 50;

/** POST /freeBusy: busy periods, with adjacent ones merged, and an error for each calendar that is not shared. */
export function freeBusy(calendars: ReadonlyMap<string, CalendarState>, body: unknown): unknown {
  const parsed = requestSchema.safeParse(body);
  if (!parsed.success) throw invalid("Bad Request");
  const { timeMin, timeMax, items } = parsed.data;
  const [from, until] = [Date.parse(timeMin), Date.parse(timeMax)];
  if (from >= until) {
    throw new GoogleRefusal(400, "timeRangeEmpty", "The specified time range is empty.");
  }
  if (items.length > MAX_CALENDARS) {
    throw new GoogleRefusal(400, "tooManyCalendarsRequested", "Too many calendars requested");
  }
  return {
    kind: "calendar#freeBusy",
    timeMin,
    timeMax,
    calendars: Object.fromEntries(items.map(({ id }) => {
      const calendar = calendars.get(id);
      if (calendar === undefined) {
        return [id, { errors: [{ domain: "global", reason: "notFound" }], busy: [] }];
      }
      return [id, { busy: busyPeriods(calendar, from, until) }];
    })),
  };
}

function busyPeriods(calendar: CalendarState, from: number, until: number) {
  const merged: { start: number; end: number }[] = [];
  for (const event of calendar.between(from, until)) {
    if (event.transparency === "transparent") continue;
    const [start, end] = [timeOf(event.start), timeOf(event.end)];
    const last = merged.at(-1);
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end);
    else merged.push({ start, end });
  }
  return merged.map(({ start, end }) => ({
    start: new Date(start).toISOString(),
    end: new Date(end).toISOString(),
  }));
}
