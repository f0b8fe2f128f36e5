import { z } from "zod";
import type { GoogleEnv } from "../env/integrations.ts";
import {
  exchange,
  type JsonAnswer,
  refused,
  type ServiceRequest,
  unexpected,
} from "../http/transport.ts";
import type { JsonObject } from "../json.ts";
import { createTokenSource, type TokenSourceOptions, unlessAborted } from "./token.ts";

export interface CalendarEvent {
  summary: string;
  description: string;
  /** RFC 3339 with offset. */
  startsAt: string;
  endsAt: string;
  /** IANA name. */
  timezone: string;
  /** The address; empty if unknown. */
  location: string;
}

export interface EventRef {
  calendarId: string;
  /** Chosen by us, so that inserting twice creates one event: 5 to 1024 of the characters 0-9 and a-v. */
  eventId: string;
}

export interface Span {
  /** RFC 3339 with offset. */
  from: string;
  until: string;
}

export interface BusyPeriod {
  /** RFC 3339 with offset. */
  start: string;
  end: string;
}

export interface GoogleCallOptions {
  signal?: AbortSignal;
}

export interface GoogleCalendar {
  /** "exists": an event with this id exists or existed; Google keeps the ids of deleted ones. */
  insert(
    ref: EventRef,
    event: CalendarEvent,
    options?: GoogleCallOptions,
  ): Promise<"inserted" | "exists">;
  /** Changes only what we wrote: colours, notes and guests that staff added stay. Restores a deleted event. */
  patch(
    ref: EventRef,
    event: CalendarEvent,
    options?: GoogleCallOptions,
  ): Promise<"patched" | "missing">;
  /** Also resolves if the event, or the whole calendar, is gone. */
  remove(ref: EventRef, options?: GoogleCallOptions): Promise<void>;
  /** Whether an entry that is not one of our copies blocks time in the span. */
  isTaken(calendarId: string, span: Span, options?: GoogleCallOptions): Promise<boolean>;
  /** Busy periods by calendar, for fifty calendars at most; null for one that the service account may not see. */
  freeBusy(
    calendarIds: readonly string[],
    span: Span,
    options?: GoogleCallOptions,
  ): Promise<Map<string, BusyPeriod[] | null>>;
}

const errorSchema = z.object({
  error: z.object({ errors: z.array(z.object({ reason: z.string() })).min(1) }),
});
const periodSchema: z.ZodType<BusyPeriod> = z.object({ start: z.string(), end: z.string() });
const freeBusySchema = z.object({
  calendars: z.record(
    z.string(),
    z.object({ busy: z.array(periodSchema).default([]), errors: z.array(z.unknown()).default([]) }),
  ),
});
const eventsSchema = z.object({
  items: z.array(z.object({
    transparency: z.string().optional(),
    extendedProperties: z.object({ private: z.record(z.string(), z.string()).optional() })
      .optional(),
  })).default([]),
});

/** Reasons that come with 403 but are temporary: https://developers.google.com/workspace/calendar/api/guides/errors */
const PASSING = ["rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded"];

/** Marks an event as a copy of an appointment of ours. */
const OURS = "appointmentId";

interface Call {
  method: ServiceRequest["method"];
  /** After /calendar/v3. */
  path: string;
  body?: JsonObject;
  /** Statuses besides 2xx that the caller handles. */
  accept?: readonly number[];
  signal?: AbortSignal | undefined;
}

/** Google Calendar API v3, as a service account that the clinic has shared its calendar with. */
export function createGoogleCalendar(
  env: GoogleEnv,
  options: TokenSourceOptions = {},
): GoogleCalendar {
  const tokens = createTokenSource(env, options);

  async function call({ method, path, body, accept = [], signal }: Call): Promise<JsonAnswer> {
    const token = await unlessAborted(tokens.get(), signal);
    const request: ServiceRequest = {
      service: "google",
      method,
      url: `${env.baseUrl}/calendar/v3${path}`,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    };
    const answer = await exchange(request, {
      signal,
      ...(options.fetch === undefined ? {} : { fetch: options.fetch }),
    });
    if (answer.status < 300 || accept.includes(answer.status)) return answer;
    if (answer.status === 401) tokens.forget();
    const reason = reasonOf(answer);
    throw refused(request, answer.status, reason, { retryable: PASSING.includes(reason) });
  }

  return {
    async insert({ calendarId, eventId }, event, { signal } = {}) {
      const { status } = await call({
        method: "POST",
        path: `/calendars/${encodeURIComponent(calendarId)}/events?sendUpdates=none`,
        body: { id: eventId, ...eventBody(event, eventId) },
        accept: [409],
        signal,
      });
      return status === 409 ? "exists" : "inserted";
    },

    async patch(ref, event, { signal } = {}) {
      const { status } = await call({
        method: "PATCH",
        path: `${eventPath(ref)}?sendUpdates=none`,
        body: eventBody(event, ref.eventId),
        accept: [404, 410],
        signal,
      });
      return status < 300 ? "patched" : "missing";
    },

    async remove(ref, { signal } = {}) {
      await call({
        method: "DELETE",
        path: `${eventPath(ref)}?sendUpdates=none`,
        accept: [404, 410],
        signal,
      });
    },

    async isTaken(calendarId, { from, until }, { signal } = {}) {
      const query = new URLSearchParams({
        timeMin: from,
        timeMax: until,
        singleEvents: "true",
        maxResults: "50",
        // Nothing of the entries' contents.
        fields: "items(transparency,extendedProperties/private)",
      });
      const path = `/calendars/${encodeURIComponent(calendarId)}/events?${query}`;
      const { items } = read(eventsSchema, await call({ method: "GET", path, signal }));
      return items.some(({ transparency, extendedProperties }) =>
        transparency !== "transparent" && extendedProperties?.private?.[OURS] === undefined
      );
    },

    async freeBusy(calendarIds, { from, until }, { signal } = {}) {
      const answer = await call({
        method: "POST",
        path: "/freeBusy",
        body: { timeMin: from, timeMax: until, items: calendarIds.map((id) => ({ id })) },
        signal,
      });
      const { calendars } = read(freeBusySchema, answer);
      return new Map(calendarIds.map((id) => {
        const found = calendars[id];
        return [id, found === undefined || found.errors.length > 0 ? null : found.busy];
      }));
    },
  };
}

function eventPath({ calendarId, eventId }: EventRef): string {
  return `/calendars/${encodeURIComponent(calendarId)}/events/${eventId}`;
}

function eventBody(event: CalendarEvent, eventId: string): JsonObject {
  return {
    // This also restores an event that somebody deleted.
    status: "confirmed",
    summary: event.summary,
    description: event.description,
    location: event.location,
    start: { dateTime: event.startsAt, timeZone: event.timezone },
    end: { dateTime: event.endsAt, timeZone: event.timezone },
    extendedProperties: { private: { [OURS]: eventId } },
  };
}

function reasonOf({ status, body }: JsonAnswer): string {
  const parsed = errorSchema.safeParse(body);
  return parsed.success ? parsed.data.error.errors[0]?.reason ?? String(status) : String(status);
}

function read<T>(schema: z.ZodType<T>, { status, body }: JsonAnswer): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw unexpected({ service: "google", method: "GET" }, status, parsed.error);
}
