/** What people do with their own token: members of the large clinic, and operators of the platform. */
import type { JsonObject } from "../../../shared/json.ts";
import {
  freeTime,
  idOf,
  largeClinic,
  phoneOf,
  placeOf,
  type Statement,
  visitFor,
} from "./statements.ts";

const calendarOf = (provider: string) => idOf("calendar:1", provider.replace("Provider ", ""));

const read = (name: string, path: string, exception?: string): Statement => ({
  name,
  request: () => ({ as: "member", path }),
  ...(exception === undefined ? {} : { exception }),
});
const ofClinic = `org_id=eq.${largeClinic}`;
const calls = (as: "member" | "operator") =>
(
  name: string,
  rpc: string,
  body: (n: number) => JsonObject = () => ({}),
  exception?: string,
): Statement => ({
  name,
  request: (n) => ({ as, path: `rpc/${rpc}`, body: body(n) }),
  ...(exception === undefined ? {} : { exception }),
});
const memberCalls = calls("member");
const operatorCalls = calls("operator");

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
  memberCalls("book_appointment", "book_appointment", (n) => ({
    p_org_id: largeClinic,
    p_date: freeTime(2, 200 + n).date,
    p_time: freeTime(2, 200 + n).time,
    p_calendar_id: calendarOf(freeTime(2, 200 + n).provider),
    p_patient_name: "New Patient",
    p_patient_phone: `+1888${1e7 + n}`,
  })),
  memberCalls("cancel_appointment", "cancel_appointment", (n) => ({
    p_appointment_id: idOf("visit", visitFor(2, 200 + n)),
  })),
  memberCalls("add_to_waitlist", "add_to_waitlist", (n) => ({
    p_org_id: largeClinic,
    p_patient_name: "New Patient",
    p_patient_phone: `+1999${1e7 + n}`,
  })),
  memberCalls("remove_from_waitlist", "remove_from_waitlist", (n) => ({
    p_entry_id: idOf("entry", 400 + n),
  })),
  read(
    "the waiting list",
    `waitlist_entries?select=*,contacts(phone),services(name)&${ofClinic}&state=eq.waiting&order=created_at&limit=20`,
  ),
  read("latest offers", `waitlist_offers?${ofClinic}&order=created_at.desc&limit=20`),
];

export const operatorStatements: readonly Statement[] = [
  operatorCalls(
    "operator_jobs",
    "operator_jobs",
    undefined,
    "looks at 1,000 jobs of each state, and no further",
  ),
  operatorCalls("operator_jobs, of a clinic that gave up", "operator_jobs", () => ({
    p_status: "dead",
    p_org_id: largeClinic,
  })),
  operatorCalls(
    "operator_job_counts",
    "operator_job_counts",
    undefined,
    "counts every job there is",
  ),
  operatorCalls(
    "operator_organizations",
    "operator_organizations",
    undefined,
    "lists every organization",
  ),
  operatorCalls(
    "operator_agents, a page of all",
    "operator_agents",
    () => ({ p_limit: 20 }),
    "sorts all agents by their clinics, and counts the calls of a day",
  ),
  operatorCalls("operator_tools", "operator_tools", undefined, "counts what each agent carries"),
  operatorCalls("operator_figures", "operator_figures"),
  operatorCalls("operator_trace", "operator_trace", (n) => ({ p_id: idOf("offering", n) })),
  operatorCalls("operator_alerts", "operator_alerts"),
];
