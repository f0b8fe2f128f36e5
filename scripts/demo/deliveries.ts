/** What the demo's booking sent out: a text message and a calendar event, as the doubles received them. */
import { setTimeout as delay } from "node:timers/promises";
import { answerOf } from "../../console/client/mod.ts";
import { ownerClient, type Seed } from "../local/seed.ts";
import type { Stack } from "../local/stack.ts";

const TIMEOUT_MS = 15_000;
const GOOGLE_CALENDAR = "clinic@group.calendar.google.com";

export interface Deliveries {
  /** Null if nothing came. */
  sms: { body: string } | null;
  event: { summary: string; start: string } | null;
}

/** The owner connects the clinic's calendar to Google, and allows text messages at any hour, whenever the demo is run. */
export async function connectServices(
  stack: Stack,
  seed: Seed,
  googleCalendarId = GOOGLE_CALENDAR,
): Promise<void> {
  stack.integrations.google.share(googleCalendarId);
  const client = ownerClient(stack, seed);
  await answerOf(
    client.from("calendars").update({ google_calendar_id: googleCalendarId })
      .eq("org_id", seed.org.id).select().single(),
  );
  await answerOf(
    client.from("sms_policies").update({ quiet_from: "00:00", quiet_until: "00:00" })
      .eq("org_id", seed.org.id).select().single(),
  );
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
