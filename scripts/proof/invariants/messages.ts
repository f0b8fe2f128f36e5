import { eventIdOf } from "../../../functions/outbox/calendar_event.ts";
import type { Observation } from "./observation.ts";

/** Design: one message per effect. Each requested text went out once or has a reason why not; each booking is in the calendar once. */
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
  const sent = Map.groupBy(sentTexts, ({ messageId }) => messageId);
  const violations = texts.flatMap(
    ({ id, kind, status, was_tried: wasTried, provider_sid: sid }) => {
      const copies = sent.get(id) ?? [];
      if (copies.length > 1) return [`Text ${id} (${kind}) went out ${copies.length} times`];
      if (UNDER_WAY.includes(status)) return [`Text ${id} (${kind}) was left ${status}`];
      if (SENT.includes(status) && copies[0]?.sid !== sid) {
        return [`Text ${id} (${kind}) says ${status}, and Twilio doesn't know it`];
      }
      // An attempt with an unknown outcome may have sent a cancelled message before the next attempt could look.
      if (!SENT.includes(status) && copies.length > 0 && !wasTried) {
        return [`Text ${id} (${kind}) says ${status}, and went out`];
      }
      return [];
    },
  );
  const known = new Set<string | null>(texts.map(({ id }) => id));
  const strangers = sentTexts.filter(({ messageId }) => !known.has(messageId));
  return [...violations, ...strangers.map(({ sid }) => `Nobody asked for text ${sid}`)];
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
