/** The participants in a storm: clinics, their agents, and their callers. */
import { handMadeAssistant } from "../../local/fleet.ts";
import type { Clinic, Platform } from "../platform.ts";

export interface Agent {
  id: string;
  name: string;
}

export interface Practice {
  clinic: Clinic;
  agents: Agent[];
  /** What can be requested there; empty if there is one service and one provider. */
  offers: Offer[];
}

/** A service and who does it, under the names that callers and staff use. */
export interface Offer {
  words: { service?: string; provider?: string };
  ids: { p_service_id?: string; p_calendar_id?: string };
}

const CALENDAR = "clinic@example.com";

/** Opens the clinics. The first one has a Google Calendar; each has an agent whose assistant somebody made by hand. */
export async function openClinics(platform: Platform, count: number): Promise<Practice[]> {
  const { sql, integrations } = platform.stack;
  integrations.google.share(CALENDAR);
  const practices: Practice[] = [];
  for (let n = 0; n < count; n++) {
    const clinic = await platform.clinic(`Clinic ${n}`);
    practices.push({
      clinic,
      agents: [await adoptAssistant(platform, clinic, `By hand ${n}`)],
      offers: [],
    });
  }
  const [first, , choosy] = practices;
  if (choosy !== undefined) choosy.offers = await openChoices(platform, choosy.clinic);
  await sql`
    update calendars set google_calendar_id = ${CALENDAR} where org_id = ${
    first?.clinic.id ?? null
  }`;
  await sql`update business_hours set opens = '09:00', closes = '12:00'`;
  // One of them has limits so small that its holds and texts are soon used up.
  const [, small] = practices;
  await sql`update booking_policies set max_holds = 6 where org_id = ${small?.clinic.id ?? null}`;
  await sql`update sms_policies set max_texts_per_day = 100 where org_id = ${
    small?.clinic.id ?? null
  }`;
  return practices;
}

/** A clinic without callers. */
export async function openGreedyClinic(platform: Platform): Promise<Practice> {
  return { clinic: await platform.clinic("Greedy"), agents: [], offers: [] };
}

/**
 * A clinic where one of two providers does what the other does not, and takes longer for it; with so few visits a day, for the clinic, the
 * provider and the service, that callers reach each limit.
 */
export async function openChoices(
  { stack: { sql } }: Platform,
  { id }: Clinic,
): Promise<Offer[]> {
  await sql`update booking_policies set max_per_day = 5 where org_id = ${id}`;
  const [lee] = await sql<{ id: string }[]>`
    insert into calendars (org_id, name, position, max_per_day) values (${id}, 'Dr. Lee', 2, 3) returning id`;
  const [whitening] = await sql<{ id: string }[]>`
    insert into services (org_id, name, duration_minutes, position, max_per_day) values (${id}, 'Whitening', 30, 2, 2) returning id`;
  if (lee === undefined || whitening === undefined) throw new Error("Cannot furnish the clinic");
  await sql`
    insert into calendar_services (org_id, calendar_id, service_id, duration_minutes) values (${id}, ${lee.id}, ${whitening.id}, 60)`;
  return [
    { words: {}, ids: {} },
    { words: { provider: "Dr. Lee" }, ids: { p_calendar_id: lee.id } },
    { words: { service: "Whitening" }, ids: { p_service_id: whitening.id } },
    { words: { service: "Appointment" }, ids: {} },
  ];
}

/** An assistant that existed before the platform knew it, as migrations find them. */
async function adoptAssistant(
  { stack, ledger }: Platform,
  clinic: Clinic,
  name: string,
): Promise<Agent> {
  const assistant = stack.vapi.dashboard.createAssistant(handMadeAssistant(name));
  const [agent] = await stack.sql<{ id: string }[]>`
    insert into agents (org_id, name, role, system_prompt, assistant_id)
    values (${clinic.id}, ${name}, 'inbound', 'As the console has it.', ${assistant.id}) returning id`;
  if (agent === undefined) throw new Error(`Agent ${name} was not inserted`);
  ledger.handMadeAssistants.set(assistant.id, [agent.id, clinic.id]);
  return { id: agent.id, name };
}
