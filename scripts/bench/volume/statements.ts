/** The frequent statements, each run in its usual role, with every sample about something else. */
import { createHash } from "node:crypto";
import type { JsonObject } from "../../../shared/json.ts";
import { LARGE_CALENDARS, type Platform } from "./platform.ts";
import { WAITING } from "./waitlist.ts";

/** Somebody at the large clinic, an operator of the platform, and our functions. */
export type Caller = "member" | "operator" | "service";

export type Request =
  /** Through PostgREST: a path below `/rest/v1/`, with a body for an rpc. */
  | { readonly as: Caller; readonly path: string; readonly body?: JsonObject }
  /** What pg_cron runs. */
  | { readonly as: "clock"; readonly sql: string };

export interface Statement {
  readonly name: string;
  /** Its n-th sample, on a platform of some size. */
  readonly request: (n: number, platform: Platform) => Request;
  /** Why it reads more, or takes longer, if there is more. */
  readonly exception?: string;
}

/** As `md5('kind:n')::uuid` in SQL. */
export function idOf(kind: string, n: number | string): string {
  return createHash("md5").update(`${kind}:${n}`).digest("hex")
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

export const largeClinic = idOf("org", 1);
const fullClinic = idOf("org", 2);
const limitedClinic = idOf("org", 3);

/** The weekday and hour of the n-th visit of the large clinic. */
export function placeOf(n: number): { date: string; hour: number } {
  const day = Math.floor(n / (LARGE_CALENDARS * 8));
  const monday = new Date();
  monday.setUTCDate(monday.getUTCDate() - (monday.getUTCDay() + 6) % 7 + 7);
  monday.setUTCDate(monday.getUTCDate() + Math.floor(day / 5) * 7 + day % 5);
  return { date: monday.toISOString().slice(0, 10), hour: 9 + n % 8 };
}

export const phoneOf = (n: number): string => `+1555${String(n).padStart(8, "0")}`;

/** The half hour after the n-th visit of a day, which is free. */
export function freeTime(day: number, n: number): { date: string; time: string; provider: string } {
  const { date, hour } = placeOf(visitFor(day, n));
  return {
    date,
    time: `${String(hour).padStart(2, "0")}:30`,
    provider: `Provider ${1 + Math.floor(n / 8) % LARGE_CALENDARS}`,
  };
}

export function toolCall(
  tool: string,
  args: JsonObject,
  { org = largeClinic, callId, from }: { org?: string; callId: string; from?: string },
): JsonObject {
  return {
    p_tool: tool,
    p_call: {
      callId,
      toolCallId: crypto.randomUUID(),
      metadataOrgIds: [org],
      channels: { sms: true, calendar: false },
      ...(from === undefined ? {} : { customerNumber: from }),
    },
    p_args: args,
  };
}

const tool = (
  name: string,
  tool: string,
  make: (n: number, platform: Platform) => [JsonObject, Parameters<typeof toolCall>[2]],
): Statement => ({
  name,
  request: (n, platform) => ({
    as: "service",
    path: "rpc/tool_call",
    body: toolCall(tool, ...make(n, platform)),
  }),
});

/** The n-th visit of a day. Each kind of change has visits and half hours of its own: those of one of the first days. */
export const visitFor = (day: number, n: number): number => LARGE_CALENDARS * 8 * day + n;
const contactOf = (visit: number, { contacts }: Platform) => 1 + visit % contacts;

export const toolStatements: readonly Statement[] = [
  tool("checkAvailability, one day", "checkAvailability", (n) => [
    { date: placeOf(0).date },
    { callId: `look-${n}` },
  ]),
  tool("checkAvailability, 20 full calendars", "checkAvailability", (n) => [
    { date: placeOf(0).date },
    { callId: `look-full-${n}`, org: fullClinic },
  ]),
  tool("checkAvailability, the next free time of 20 full calendars", "checkAvailability", (n) => [
    {},
    { callId: `next-full-${n}`, org: fullClinic },
  ]),
  tool("reserveSlot", "reserveSlot", (n) => [freeTime(0, n), { callId: `hold-${n}` }]),
  tool("bookClinicAppointment", "bookClinicAppointment", (n) => [
    { ...freeTime(4, n), patientName: "New Patient", patientPhone: `+1777${1e7 + n}` },
    { callId: `book-${n}` },
  ]),
  tool("reserveAppointment, with its code", "reserveAppointment", (n) => [
    { ...freeTime(1, n), patientName: "New Patient", patientPhone: phoneOf(1 + n) },
    { callId: `code-${n}` },
  ]),
  tool("verifyBookingCode, a wrong one", "verifyBookingCode", (n) => [
    { code: "000000" },
    { callId: `code-${n}` },
  ]),
  tool("cancelAppointment", "cancelAppointment", (n, platform) => [
    { appointmentId: idOf("visit", visitFor(1, n)) },
    { callId: `cancel-${n}`, from: phoneOf(contactOf(visitFor(1, n), platform)) },
  ]),
  tool("rescheduleAppointment", "rescheduleAppointment", (n, platform) => [
    {
      appointmentId: idOf("visit", visitFor(3, n)),
      newDate: freeTime(3, n).date,
      newTime: freeTime(3, n).time,
    },
    { callId: `move-${n}`, from: phoneOf(contactOf(visitFor(3, n), platform)) },
  ]),
  tool("sendBookingConfirmation", "sendBookingConfirmation", (n, platform) => [
    { appointmentId: idOf("visit", visitFor(4, n)), again: true },
    { callId: `confirm-${n}`, from: phoneOf(contactOf(visitFor(4, n), platform)) },
  ]),
  tool("sendSms", "sendSms", (n) => [
    { message: `See you then, number ${n}.` },
    { callId: `text-${n}`, from: phoneOf(150 + n) },
  ]),
  tool(
    "checkAvailability, a week of a service of one provider, where days have limits",
    "checkAvailability",
    (n) => [
      { date: placeOf(0).date, until: placeOf(visitFor(4, 0)).date, service: "Cleaning" },
      { callId: `look-limited-${n}`, org: limitedClinic },
    ],
  ),
  tool("findAppointments", "findAppointments", (n, platform) => [
    {},
    { callId: `find-${n}`, from: phoneOf(contactOf(visitFor(2, n), platform)) },
  ]),
  tool("clinicInfo, its hours", "clinicInfo", (n) => [{ topic: "hours" }, { callId: `info-${n}` }]),
  tool("clinicInfo, a question", "clinicInfo", (n) => [
    { topic: "question", question: "Where can I park my car?" },
    { callId: `ask-${n}` },
  ]),
  tool("joinWaitlist", "joinWaitlist", (n) => [
    { patientName: "Patient" },
    { callId: `wait-${n}`, from: phoneOf(WAITING + n) },
  ]),
];

const service = (
  name: string,
  rpc: string,
  body: (n: number) => JsonObject,
  exception?: string,
): Statement => ({
  name,
  request: (n) => ({ as: "service", path: `rpc/${rpc}`, body: body(n) }),
  ...(exception === undefined ? {} : { exception }),
});

const call = (n: number): JsonObject => ({ callId: `event-${n}`, metadataOrgIds: [largeClinic] });

export const serviceStatements: readonly Statement[] = [
  service("org_settings", "org_settings", (n) => ({ p_call: call(n) })),
  service("stale_busy_times", "stale_busy_times", () => ({
    p_org_id: largeClinic,
    p_from: placeOf(0).date,
    p_until: placeOf(0).date,
    p_max_age_seconds: 60,
  })),
  service("record_call_event", "record_call_event", (n) => ({
    p_call: call(n),
    p_event: { type: "status-update", status: "in-progress" },
  })),
  service("receive_sms", "receive_sms", (n) => ({ p_from: phoneOf(100 + n), p_body: "HELP" })),
  service("offer_slot", "offer_slot", (n) => ({
    p_job_id: idOf("offering", n),
    p_lease_token: idOf("lease", n),
  })),
  // The person who has waited longest was asked first.
  service("receive_sms, a yes to that offer", "receive_sms", (n) => ({
    p_from: phoneOf(1 + (520 - n) % 200),
    p_body: "Y",
  })),
  service("claim_sync_jobs", "claim_sync_jobs", () => ({ p_limit: 10, p_lease_seconds: 60 })),
  service("claim_outbox_jobs", "claim_outbox_jobs", () => ({ p_limit: 10, p_lease_seconds: 60 })),
  service("wake_due_queues", "wake_due_queues", () => ({})),
  service("agents_to_verify, a page of all", "agents_to_verify", () => ({
    p_org_id: null,
    p_after: "00000000-0000-0000-0000-000000000000",
    p_limit: 5,
  })),
  service("metrics", "metrics", () => ({}), "counts up to 10,000 of each kind, and no further"),
];

const clock = (name: string, sql: string, exception?: string): Statement => ({
  name,
  request: () => ({ as: "clock", sql }),
  ...(exception === undefined ? {} : { exception }),
});

export const clockStatements: readonly Statement[] = [
  clock(
    "a new organization",
    "insert into organizations (name, timezone, country) values ('New clinic', 'Europe/Berlin', 'DE')",
  ),
  clock("expire_holds", "select private.expire_holds()"),
  clock("empty_old_codes", "select private.empty_old_codes()"),
  clock(
    "empty_old_sms, nothing to do",
    "select private.empty_old_sms()",
    "asks for each organization, once a night",
  ),
  clock("clean_up, nothing to do", "select private.clean_up()"),
  clock("complete_past_visits, nothing to do", "select private.complete_past_visits()"),
  clock("roll_up", "select private.roll_up()"),
];
