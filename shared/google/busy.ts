/**
 * Google's busy times, brought up to date in the database before a tool's rpc reads them.
 *
 * An answer about free times may be a minute old; before a slot is taken, `maxAgeSeconds: 10` looks again, so that an entry made
 * in Google since the caller heard the offer is seen before the booking is confirmed aloud. If Google does not answer in time,
 * the call goes on with what is known (see private.busy_ranges), and the outbox looks for a clash when it writes the event: a
 * clinic must be able to book while Google is away.
 */
import { z } from "zod";
import type { Db } from "../db.ts";
import type { GoogleEnv } from "../env/integrations.ts";
import type { Log } from "../log.ts";
import { DAY_MS } from "../tools/local_date.ts";
import { createGoogleCalendar, type GoogleCalendar } from "./client.ts";

/** The part of a tool's context that this needs. */
export interface BusyContext {
  readonly env: { readonly google?: GoogleEnv };
  readonly db: Db;
  readonly log: Log;
  org(): Promise<{ orgId: string }>;
  /** The call that asks: one call does not send request after request. */
  readonly call: {
    readonly callId: string | null;
    readonly sessionId: string | null;
    readonly chatId: string | null;
  };
}

export interface BusyRequest {
  /** The requested day, YYYY-MM-DD in any zone; the month after it is fetched too, for alternatives. */
  date: string;
  maxAgeSeconds: number;
}

/**
 * - not_connected: there is no calendar to ask, so no request was made
 * - fresh: no older than wanted
 * - unavailable: older, or unknown
 */
export type BusyState = "not_connected" | "fresh" | "unavailable";

/** Limit for everything together, from the first token to the last byte. */
const TIME_LIMIT_MS = 2_000;
/** Alternatives are looked for up to 31 days ahead; one more day on both sides covers every time zone. */
const DAYS_AHEAD = 33;
const MAX_CALENDARS = 50;
const FORGET_MS = 60_000;

const staleSchema = z.object({
  connected: z.boolean(),
  stale: z.array(z.string()),
  from: z.string(),
  until: z.string(),
});

interface Connection {
  calendar: GoogleCalendar;
  /** Organizations that have connected no calendar, and how long that is assumed. */
  unconnected: Map<string, number>;
}

/** One per service account and isolate: it keeps the access token. */
const connections = new WeakMap<GoogleEnv, Connection>();

/** Never throws: a caller is waiting. */
export async function refreshBusyTimes(
  context: BusyContext,
  request: BusyRequest,
): Promise<BusyState> {
  const { google } = context.env;
  if (google === undefined) return "not_connected";
  const connection = connections.get(google) ??
    { calendar: createGoogleCalendar(google), unconnected: new Map() };
  connections.set(google, connection);
  try {
    return await refresh(context, connection, request);
  } catch (error) {
    context.log.warn("busy_times_unavailable", { error });
    return "unavailable";
  }
}

async function refresh(
  { db, log, org, call }: BusyContext,
  { calendar, unconnected }: Connection,
  { date, maxAgeSeconds }: BusyRequest,
): Promise<BusyState> {
  const { orgId } = await org();
  if ((unconnected.get(orgId) ?? 0) > Date.now()) return "not_connected";

  const midnight = Date.parse(`${date}T00:00:00Z`);
  const { connected, stale, ...span } = staleSchema.parse(
    await db.rpc("stale_busy_times", {
      p_org_id: orgId,
      p_from: new Date(midnight - DAY_MS).toISOString(),
      p_until: new Date(midnight + DAYS_AHEAD * DAY_MS).toISOString(),
      p_max_age_seconds: maxAgeSeconds,
      p_day: date,
      p_session: call.callId ?? call.sessionId ?? call.chatId,
    }),
  );
  if (!connected) {
    unconnected.set(orgId, Date.now() + FORGET_MS);
    return "not_connected";
  }
  if (stale.length === 0) return "fresh";

  const signal = AbortSignal.timeout(TIME_LIMIT_MS);
  const busy = await calendar.freeBusy(stale.slice(0, MAX_CALENDARS), span, { signal });
  const seen = [...busy].flatMap(([id, periods]) =>
    periods === null ? [] : [[id, periods.map((period) => ({ ...period }))] as const]
  );
  await db.rpc("save_busy_times", {
    p_from: span.from,
    p_until: span.until,
    p_calendars: Object.fromEntries(seen),
  });
  if (seen.length === stale.length) return "fresh";
  log.warn("busy_times_hidden", { outcome: "not_shared", calendars: stale.length - seen.length });
  return "unavailable";
}
