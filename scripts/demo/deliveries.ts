/** What the booking of the demo sent out: a text message and a calendar event, as the doubles received them. */
import { setTimeout as delay } from "node:timers/promises";
import type { Stack } from "../local/stack.ts";

const TIMEOUT_MS = 15_000;
const GOOGLE_CALENDAR = "clinic@group.calendar.google.com";

export interface Deliveries {
  /** Null if nothing came. */
  sms: { body: string } | null;
  event: { summary: string; start: string } | null;
}

/** Connects the clinic's calendar to Google, and lets text messages out at any hour at which the demo is run. */
export async function connectServices(
  stack: Stack,
  orgId: string,
  googleCalendarId = GOOGLE_CALENDAR,
): Promise<void> {
  stack.integrations.google.share(googleCalendarId);
  await stack
    .sql`update calendars set google_calendar_id = ${googleCalendarId} where org_id = ${orgId}`;
  await stack
    .sql`update sms_policies set quiet_from = '00:00', quiet_until = '00:00' where org_id = ${orgId}`;
}

/** Waits until both have arrived, or for 15 s. */
export async function awaitDeliveries(stack: Stack, phone: string): Promise<Deliveries> {
  const deadline = performance.now() + TIMEOUT_MS;
  let found = look(stack, phone);
  while ((found.sms === null || found.event === null) && performance.now() < deadline) {
    await delay(20);
    found = look(stack, phone);
  }
  return found;
}

function look({ integrations: { twilio, google } }: Stack, phone: string): Deliveries {
  const [text] = twilio.textsTo(phone);
  const [event] = google.eventsOf(GOOGLE_CALENDAR);
  return {
    sms: text === undefined ? null : { body: text.body },
    event: event === undefined
      ? null
      : { summary: event.summary ?? "", start: event.start.dateTime },
  };
}
