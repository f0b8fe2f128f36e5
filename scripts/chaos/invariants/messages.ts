import { eventIdOf } from "../../../shared/outbox/calendar_event.ts";
import type { Observation } from "./observation.ts";

/** Design: one message per effect. Each text that was asked for went out once or says why not; each booking is in the calendar once. */
export function messageViolations(observation: Observation): string[] {
  return [
    ...textViolations(observation),
    ...eventViolations(observation),
    ...mailViolations(observation),
  ];
}

const SENT = ["sent", "delivered"];
const UNDER_WAY = ["queued", "sending"];

function textViolations({ texts, sentTexts }: Observation): string[] {
  const violations: string[] = [];
  const sids = new Set(texts.map(({ provider_sid: sid }) => sid));
  for (const { id, kind, status, provider_sid: sid } of texts) {
    if (UNDER_WAY.includes(status)) violations.push(`Text ${id} (${kind}) was left ${status}`);
    if (SENT.includes(status) && !sentTexts.some((text) => text.sid === sid)) {
      violations.push(`Text ${id} (${kind}) says ${status}, and Twilio doesn't know it`);
    }
  }
  for (const { sid, to } of sentTexts) {
    if (!sids.has(sid)) violations.push(`Twilio sent text ${sid} to ${to} a second time`);
  }
  return violations;
}

function eventViolations({ appointments, events }: Observation): string[] {
  const wanted = new Map(
    appointments.filter(({ state, google_calendar_id: calendar }) =>
      state === "confirmed" && calendar !== null
    ).map(({ id, google_calendar_id: calendar }) => [eventIdOf(id), calendar]),
  );
  const present = [...events].flatMap(([calendar, list]) =>
    list.map(({ id }) => ({ id, calendar }))
  );
  const missing = [...wanted].filter(([id, calendar]) =>
    !present.some((event) => event.id === id && event.calendar === calendar)
  );
  const surplus = present.filter(({ id, calendar }) => wanted.get(id) !== calendar);
  return [
    ...missing.map(([id]) => `Appointment ${id} is not in Google Calendar`),
    ...surplus.map(({ id }) => `Event ${id} is in Google Calendar without an appointment`),
  ];
}

function mailViolations({ emails }: Observation): string[] {
  return emails.filter(({ status }) => status === "queued").map(({ id }) =>
    `E-mail ${id} was left queued`
  );
}
