import type { EventJob, WantedEvent } from "./job.ts";

export type EventStep =
  | { action: "remove"; calendarId: string }
  /** `checkClash`: the time is new, so somebody else may already have it. */
  | { action: "insert" | "patch"; event: WantedEvent; checkClash: boolean };

/**
 * What brings Google in line with an appointment: its event is removed from calendars where it should not be, then written where
 * it should be, unless it is already there as wanted.
 */
export function planEvent({ wanted, copies }: Omit<EventJob, "appointmentId">): EventStep[] {
  const removals = copies
    .filter(({ googleCalendarId }) => googleCalendarId !== wanted?.googleCalendarId)
    .map(({ googleCalendarId }): EventStep => ({
      action: "remove",
      calendarId: googleCalendarId,
    }));
  if (wanted === null) return removals;

  const written = copies.find((copy) => copy.googleCalendarId === wanted.googleCalendarId)?.written;
  if (!written) return [...removals, { action: "insert", event: wanted, checkClash: true }];
  if (isSame(written, wanted)) return removals;
  const checkClash = !isSameTime(written, wanted);
  return [...removals, { action: "patch", event: wanted, checkClash }];
}

function isSame(a: WantedEvent, b: WantedEvent): boolean {
  return isSameTime(a, b) && a.summary === b.summary && a.description === b.description &&
    a.timezone === b.timezone && a.location === b.location;
}

function isSameTime(a: WantedEvent, b: WantedEvent): boolean {
  return Date.parse(a.startsAt) === Date.parse(b.startsAt) &&
    Date.parse(a.endsAt) === Date.parse(b.endsAt);
}
