/** The statements that run often, each as whoever runs it, and each sample of them about something else. */
import { createHash } from "node:crypto";
import type { JsonObject, JsonValue } from "../../../shared/json.ts";
import { LARGE_CALENDARS, type Platform } from "./platform.ts";

export type Request =
  /** Through PostgREST: a path below `/rest/v1/`, with a body for an rpc. */
  | { readonly as: "member" | "service"; readonly path: string; readonly body?: JsonObject }
  /** What pg_cron runs. */
  | { readonly as: "clock"; readonly sql: string };

export interface Statement {
  readonly name: string;
  /** The n-th sample of it, on a platform of some size. */
  readonly request: (n: number, platform: Platform) => Request;
  /** Why it reads more, or takes longer, where there is more. */
  readonly exception?: string;
}

/** As `md5('kind:n')::uuid` in SQL. */
export function idOf(kind: string, n: number | string): string {
  return createHash("md5").update(`${kind}:${n}`).digest("hex")
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

export const largeClinic = idOf("org", 1);
const fullClinic = idOf("org", 2);

/** The weekday on which the n-th visit of the large clinic lies, and its hour. */
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
  exception?: string,
): Statement => ({
  name,
  request: (n, platform) => ({
    as: "service",
    path: "rpc/tool_call",
    body: toolCall(tool, ...make(n, platform)),
  }),
  ...(exception === undefined ? {} : { exception }),
});

/** The n-th visit of a day. Each kind of change has visits and half hours of its own: those of one of the first days. */
const visitFor = (day: number, n: number) => LARGE_CALENDARS * 8 * day + n;
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

const read = (name: string, path: string, exception?: string): Statement => ({
  name,
  request: () => ({ as: "member", path }),
  ...(exception === undefined ? {} : { exception }),
});
const ofClinic = `org_id=eq.${largeClinic}`;
const memberCalls = (
  name: string,
  rpc: string,
  body: (n: number) => Record<string, JsonValue>,
  exception?: string,
): Statement => ({
  name,
  request: (n) => ({ as: "member", path: `rpc/${rpc}`, body: body(n) }),
  ...(exception === undefined ? {} : { exception }),
});

export const memberStatements: readonly Statement[] = [
  read(
    "upcoming visits",
    `appointments?select=*,contacts(name,phone),calendars(name),services(name)&${ofClinic}` +
      `&starts_at=gte.${placeOf(0).date}&order=starts_at&limit=20`,
  ),
  read("a contact by number", `contacts?${ofClinic}&phone=eq.${encodeURIComponent(phoneOf(7))}`),
  read(
    "a contact's visits",
    `appointments?contact_id=eq.${idOf("contact", 7)}&order=starts_at&limit=20`,
  ),
  read(
    "latest texts",
    `sms_messages?select=id,kind,status,created_at&${ofClinic}&order=created_at.desc&limit=20`,
  ),
  read("latest calls", `call_log?${ofClinic}&order=created_at.desc&limit=10`),
  read(
    "latest tool calls",
    `tool_calls?select=id,tool,outcome,ms&${ofClinic}&order=created_at.desc&limit=20`,
  ),
  read("opt-outs", `sms_opt_outs?limit=20`),
  read("agents", `agent_overview?${ofClinic}&order=name&limit=10`),
  read(
    "syncs of an agent",
    `agent_sync_history?agent_id=eq.${idOf("agent", 0)}&order=created_at.desc&limit=10`,
  ),
  read(
    "an organization's figures",
    `org_figures?${ofClinic}`,
    "adds up its clinic's last day and week",
  ),
  memberCalls("find_slots, a week", "find_slots", () => ({
    p_org_id: largeClinic,
    p_from: placeOf(0).date,
    p_until: placeOf(visitFor(4, 0)).date,
  })),
  memberCalls(
    "displaced_appointments",
    "displaced_appointments",
    () => ({ p_org_id: largeClinic }),
    "looks at each upcoming visit of its clinic",
  ),
  memberCalls("move_appointment", "move_appointment", (n) => ({
    p_appointment_id: idOf("visit", visitFor(2, n)),
    p_date: freeTime(2, n).date,
    p_time: freeTime(2, n).time,
  })),
];

const clock = (name: string, sql: string, exception?: string): Statement => ({
  name,
  request: () => ({ as: "clock", sql }),
  ...(exception === undefined ? {} : { exception }),
});

export const clockStatements: readonly Statement[] = [
  clock("expire_holds", "select private.expire_holds()"),
  clock("empty_old_codes", "select private.empty_old_codes()"),
  clock(
    "empty_old_sms, nothing to do",
    "select private.empty_old_sms()",
    "asks for each organization, once a night",
  ),
  clock("clean_up, nothing to do", "select private.clean_up()"),
  clock("roll_up", "select private.roll_up()"),
];

export const statements: readonly Statement[] = [
  ...toolStatements,
  ...serviceStatements,
  ...memberStatements,
  ...clockStatements,
];
