/** Two clinics, each with 10,000 visits and 500 agents, written straight into their tables: a member sees one of them. */
import type { Sql } from "postgres";

const AGENTS = 500;
const VISITS = 10_000;
/** For each agent: a save, or a change of opening hours, a service or the catalogue. */
const SYNCS = 60;
const CALENDARS = 10;
const CALLS = 5_000;

/** Returns the ids of both. */
export async function fillClinics(sql: Sql): Promise<[string, string]> {
  const ids: string[] = [];
  for (const name of ["Ours", "Theirs"]) {
    const [org] = await sql<{ id: string }[]>`
      insert into organizations (name, timezone, country) values (${name}, 'UTC', 'US') returning id`;
    if (org === undefined) throw new Error("Nothing was inserted");
    await sql.begin(async (begun) => {
      await begun`set local session_replication_role = replica`;
      await begun.unsafe(fill(org.id));
    });
    ids.push(org.id);
  }
  await sql`vacuum analyze`;
  const [ours = "", theirs = ""] = ids;
  return [ours, theirs];
}

/** Eight visits a day on each calendar, from next Monday on; agents that were synced twice a day for the
 * thirty days that it is kept; calls with two tool calls each. */
function fill(org: string): string {
  return `
    insert into calendars (org_id, name, position)
    select '${org}', 'Provider ' || n, n from generate_series(1, ${CALENDARS}) n;
    insert into contacts (org_id, phone, name)
    select '${org}', '+1555' || lpad(n::text, 7, '0'), 'Patient ' || n from generate_series(1, 4000) n;
    insert into agents (org_id, name, role, system_prompt, assistant_id, synced_at, synced_version)
    select '${org}', 'Agent ' || n, 'inbound', repeat('You answer the phone of a clinic. ', 50), gen_random_uuid(), now(), 1
    from generate_series(1, ${AGENTS}) n;
    insert into jobs (queue, key, org_id, status, payload, created_at, requested_at, started_at, finished_at)
    select 'tool-sync', 'agent:' || id, org_id, 'succeeded', jsonb_build_object('kind', 'agent', 'agentId', id), at, at, at, at
    from agents, generate_series(1, ${SYNCS}) n cross join lateral (select now() - make_interval(hours => 12 * n) as at) made
    where org_id = '${org}';
    insert into appointments (org_id, calendar_id, service_id, contact_id, patient_name, state, starts_at, ends_at, busy, confirmed_at)
    select '${org}', calendar.id, service.id, contact.id, contact.name, 'confirmed', at, at + interval '30 minutes',
      tstzrange(at, at + interval '30 minutes'), now()
    from generate_series(0, ${VISITS - 1}) n
    join calendars calendar on calendar.org_id = '${org}' and calendar.name = 'Provider ' || 1 + n % ${CALENDARS}
    join services service on service.org_id = '${org}'
    join contacts contact on contact.org_id = '${org}' and contact.phone = '+1555' || lpad((1 + n % 4000)::text, 7, '0')
    cross join lateral (
      select date_trunc('week', now()) + make_interval(days => 7 + n / ${CALENDARS} / 8, hours => 9 + n / ${CALENDARS} % 8) as at
    ) moment;
    insert into calls (vapi_call_id, org_id, agent_id, status, started_at, ended_at, created_at)
    select gen_random_uuid()::text, '${org}', agent.id, 'ended', at, at + interval '3 minutes', at
    from generate_series(1, ${CALLS}) n
    join agents agent on agent.org_id = '${org}' and agent.name = 'Agent ' || 1 + n % ${AGENTS}
    cross join lateral (select now() - make_interval(mins => n) as at) moment;
    insert into tool_calls (org_id, session_id, tool, outcome, ms, created_at)
    select org_id, vapi_call_id, tool, 'ok', 12, created_at
    from calls, unnest('{checkAvailability, bookClinicAppointment}'::text[]) tool where org_id = '${org}'`;
}
