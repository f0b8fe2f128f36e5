/** What is in the database after a conversation, line by line, and what should be: everything counts except ids and free text. */
import { z } from "zod";
import { todayIn } from "../../shared/tools/local_date.ts";
import type { Stack } from "../local/stack.ts";
import type { Clinic } from "./clinics.ts";
import { dayOf } from "./days.ts";
import type { End, Scenario, VisitLine, WaitLine } from "./scenario.ts";

const linesSchema = z.array(z.object({ org_id: z.string(), line: z.string() }));

/** The lines of each organization, sorted. One query for all of them. */
export async function readEndStates(
  { sql }: Stack,
  clinics: readonly Clinic[],
): Promise<Map<string, string[]>> {
  const ids = clinics.map(({ orgId }) => orgId);
  const rows = linesSchema.parse(
    await sql`
      select visit.org_id, format('visit %s: %s, %s, %s, %s with %s', visit.state, visit.patient_name, contact.phone,
        to_char(visit.starts_at at time zone org.timezone, 'YYYY-MM-DD HH24:MI'), service.name, calendar.name) as line
      from appointments visit
      join organizations org on org.id = visit.org_id
      join services service on service.id = visit.service_id
      join calendars calendar on calendar.id = visit.calendar_id
      left join contacts contact on contact.id = visit.contact_id
      where visit.org_id = any(${ids})
      union all
      select org_id, format('text %s to %s', kind, recipient) from sms_messages where org_id = any(${ids})
      union all
      select contact.org_id, format('person %s: %s (%s)', contact.phone, contact.name, coalesce(
        (select string_agg(patient.name, ', ' order by patient.name) from patients patient where patient.contact_id = contact.id), ''))
      from contacts contact where org_id = any(${ids})
      union all
      select entry.org_id, format('waits %s: %s, %s, %s to %s, %s', entry.state, entry.patient_name, contact.phone,
        entry.from_day, entry.until_day, coalesce(entry.part_of_day, 'any time'))
      from waitlist_entries entry join contacts contact on contact.id = entry.contact_id where entry.org_id = any(${ids})
      union all
      select org_id, 'calendar event' from jobs
      where queue = 'outbox' and org_id = any(${ids}) and payload ->> 'kind' = 'calendar_event'`,
  );
  const lines = new Map(ids.map((id): [string, string[]] => [id, []]));
  for (const { org_id, line } of rows) lines.get(org_id)?.push(line);
  for (const each of lines.values()) each.sort();
  return lines;
}

/** The lines that a scenario expects, sorted. */
export function expectedLines(scenario: Scenario, end: End): string[] {
  const { clinic, calls, before } = scenario;
  const today = todayIn(clinic.timezone, new Date());
  const facts = calls[0]?.facts ?? {};
  const visits = (end.visits ?? []).map((visit) => inFull(visit, scenario, today));
  const earlier = before.map((visit) => inFull(visit, scenario, today));
  const wasThere = (visit: Visit) => earlier.some((old) => visitLine(old) === visitLine(visit));
  const made = visits.filter((visit) => visit.state === "confirmed" && !wasThere(visit));
  const texts = end.texts ?? made.map(({ phone }) => `confirmation to ${phone}`);
  return [
    ...visits.map(visitLine),
    ...texts.map((text) => {
      const [kind = "", to = facts.phone ?? ""] = text.split(" to ");
      return `text ${kind} to ${to}`;
    }),
    ...(end.waits ?? []).map((wait) => waitLine(wait, scenario, today)),
    ...peopleOf([...earlier, ...visits.filter((visit) => !wasThere(visit))], end.people),
    ...Array.from({ length: end.events ?? 0 }, () => "calendar event"),
  ].sort();
}

type Visit = Required<{ [Key in keyof VisitLine]: string }>;

function inFull(visit: VisitLine, { clinic, calls }: Scenario, today: string): Visit {
  const facts = calls[0]?.facts ?? {};
  return {
    state: visit.state,
    name: visit.name ?? facts.name ?? "Earlier Patient",
    phone: visit.phone ?? facts.phone ?? "+12025550111",
    day: dayOf(visit.day ?? facts.day ?? "today", today),
    time: visit.time ?? facts.time ?? "",
    service: visit.service ?? clinic.services[0]?.name ?? "",
    provider: visit.provider ?? clinic.providers[0] ?? "",
  };
}

function visitLine({ state, name, phone, day, time, service, provider }: Visit): string {
  return `visit ${state}: ${name}, ${phone}, ${day} ${time}, ${service} with ${provider}`;
}

function waitLine(wait: WaitLine, { calls }: Scenario, today: string): string {
  const facts = calls[0]?.facts ?? {};
  const { state, name = facts.name, phone = facts.phone, from = facts.day ?? "today" } = wait;
  const until = wait.until ?? facts.until ?? from;
  const days = `${dayOf(from, today)} to ${dayOf(until, today)}`;
  return `waits ${state}: ${name}, ${phone}, ${days}, ${wait.part ?? facts.part ?? "any time"}`;
}

/** Each number with the first name it was heard with, and all patients. */
function peopleOf(visits: readonly Visit[], others: readonly string[] = []): string[] {
  const byPhone = Map.groupBy(visits.filter(({ phone }) => phone !== ""), ({ phone }) => phone);
  const own = [...byPhone].map(([phone, all]) => {
    // One patient, however the name is spelled.
    const patients = Map.groupBy(all, ({ name }) => name.normalize("NFD").replace(/\p{M}/gu, ""));
    const names = [...patients.values()].map(([first]) => first?.name).sort();
    return `person ${phone}: ${all[0]?.name} (${names.join(", ")})`;
  });
  return [...own, ...others.map((person) => `person ${person}`)];
}

/** "− " for what is missing, "+ " for what should not be there. */
export function difference(expected: readonly string[], found: readonly string[]): string[] {
  const left = [...found];
  const missing = expected.filter((line) => {
    const at = left.indexOf(line);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  return [...missing.map((line) => `− ${line}`), ...left.map((line) => `+ ${line}`)];
}
