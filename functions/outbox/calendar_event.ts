/**
 * Brings an appointment's event at Google in line with the appointment as it is now. The event's id is derived from the
 * appointment's and every step can be repeated, so wherever a worker dies, the next one puts it right: there is exactly one
 * event, or none.
 */
import type { GoogleCalendar } from "../../shared/google/client.ts";
import { lease } from "../../shared/worker/job.ts";
import { ServiceError } from "../../shared/http/errors.ts";
import type { OutboxDeps } from "./deps.ts";
import { type EventStep, planEvent } from "./event_plan.ts";
import { eventJobSchema, type OutboxJob, type WantedEvent } from "./job.ts";

/** Returns the outcome: written, removed, unchanged, clash or not_configured. */
export async function syncCalendarEvent(
  { db, google }: OutboxDeps,
  job: OutboxJob,
  signal: AbortSignal,
): Promise<string> {
  if (google === null) {
    await db.rpc("complete_job", { ...lease(job), p_result: { status: "not_configured" } });
    return "not_configured";
  }
  const { appointmentId, ...state } = eventJobSchema.parse(job.event);
  const eventId = eventIdOf(appointmentId);
  const steps = planEvent(state);
  let clash = false;
  for (const step of steps) {
    if (step.action === "remove") {
      await google.remove({ calendarId: step.calendarId, eventId }, { signal });
    } else {
      clash = step.checkClash && await isTaken(google, step.event, signal);
      await write(google, step, { eventId, signal });
    }
  }
  const status = outcomeOf(steps, clash);
  await db.rpc("complete_calendar_event", {
    ...lease(job),
    p_done: {
      written: steps.some(({ action }) => action !== "remove") ? state.wanted : null,
      removed: steps.flatMap((step) => step.action === "remove" ? [step.calendarId] : []),
      clash,
      result: { status },
    },
  });
  return status;
}

/** The digits of a UUID are also digits of base32hex, which Google requires. */
export function eventIdOf(appointmentId: string): string {
  return appointmentId.replaceAll("-", "");
}

async function isTaken(
  google: GoogleCalendar,
  { googleCalendarId, startsAt, endsAt }: WantedEvent,
  signal: AbortSignal,
): Promise<boolean> {
  return await google.isTaken(googleCalendarId, { from: startsAt, until: endsAt }, { signal });
}

/**
 * An insert may find that the event exists (an earlier attempt made it), and a patch that it is gone (somebody emptied the
 * calendar).
 */
async function write(
  google: GoogleCalendar,
  { action, event }: Extract<EventStep, { event: WantedEvent }>,
  { eventId, signal }: { eventId: string; signal: AbortSignal },
): Promise<void> {
  const ref = { calendarId: event.googleCalendarId, eventId };
  const insert = async () => await google.insert(ref, event, { signal }) === "inserted";
  const patch = async () => await google.patch(ref, event, { signal }) === "patched";
  const [first, second] = action === "insert" ? [insert, patch] : [patch, insert];
  if (await first() || await second()) return;
  throw new ServiceError("Google says both that the event exists and that it doesn't", {
    service: "google",
    status: null,
    code: "unexpected_response",
    retryable: true,
    outcomeUnknown: false,
  });
}

function outcomeOf(steps: readonly EventStep[], clash: boolean): string {
  if (clash) return "clash";
  if (steps.some(({ action }) => action !== "remove")) return "written";
  return steps.length > 0 ? "removed" : "unchanged";
}
