/**
 * A platform of some size, written directly into its tables: many ordinary clinics, one that is large, and one whose calendars are full.
 * Triggers and foreign keys are off meanwhile; the rows observe both.
 */
import type { Sql, TransactionSql } from "postgres";
import type { Sizes } from "./sizes.ts";
import { addLimits, addWaitlist } from "./waitlist.ts";

/** The large clinic has this much of everything, like the largest of a few hundred. */
const LARGE_SHARE = 0.015;
/** Half of each of its days is booked: the half hours stay free. */
export const LARGE_CALENDARS = 50;
/** Booked at any size, so that a question about these days finds the same visits. */
const LARGE_DAYS = 6;
const FULL_CALENDARS = 20;
/** All of its calendars are booked up on this many weekdays. */
const FULL_DAYS = 22;

export interface Platform {
  /** Of the large clinic. */
  readonly contacts: number;
}

export async function fillPlatform(sql: Sql, sizes: Sizes): Promise<Platform> {
  const large = (count: number) => Math.round(count * LARGE_SHARE);
  const upcoming = LARGE_CALENDARS * 8 * LARGE_DAYS + large(sizes.appointments);
  const contacts = 200 + large(sizes.contacts);
  await addClinics(sql, sizes.organizations);
  await sql.begin(async (begun) => {
    await begun`set local session_replication_role = replica`;
    await addContacts(begun, sizes, contacts);
    await addAgents(begun, sizes);
    await addVisits(begun, sizes, { upcoming, contacts });
    await addFullDays(begun);
    await addCalls(begun, sizes);
    await addJobs(begun, sizes);
    await addWaitlist(begun, sizes);
    await addLimits(begun);
  });
  // What happened before has already been counted, as pg_cron does every minute.
  await sql`select private.roll_up()`;
  await sql`vacuum analyze`;
  return { contacts };
}

/** Number 1 is the large clinic, number 2 the full one, number 3 has limits. In UTC, so that days are the same at any hour. */
async function addClinics(sql: Sql, count: number): Promise<void> {
  // Each commit syncs the agents of the changed clinics: doing a few clinics at a time keeps that list short.
  for (let from = 1; from <= count; from += 250) {
    await sql`
      insert into organizations (id, name, timezone, country)
      select md5('org:' || n)::uuid, 'Clinic ' || n, 'UTC', 'US'
      from generate_series(${from}::integer, ${Math.min(from + 249, count)}::integer) n`;
  }
  await sql`
    insert into calendars (id, org_id, name, position)
    select md5('calendar:' || clinic.n || ':' || c)::uuid, md5('org:' || clinic.n)::uuid, 'Provider ' || c, c
    from (values (1, ${LARGE_CALENDARS}::integer), (2, ${FULL_CALENDARS}::integer)) as clinic (n, calendars), generate_series(1, clinic.calendars) c`;
  await sql`
    update calendars set active = false
    where name = 'Clinic' and org_id in (md5('org:1')::uuid, md5('org:2')::uuid)`;
  // The caps of a caller are not what is measured.
  await sql`
    update booking_policies set
      max_holds = 1000000, max_holds_per_call = 1000000, max_holds_per_caller = 1000000, max_bookings_per_call = 1000000,
      max_bookings_per_caller = 1000000, max_appointments_per_patient = 1000000, max_waiting = 1000000,
      max_waiting_per_patient = 1000000, max_waiting_per_caller = 1000000`;
  await sql`update rate_limits set tool_calls_per_minute = 1000000, saves_per_minute = 1000000`;
  await sql`
    update sms_policies set quiet_until = quiet_from, max_texts_per_day = 1000000, max_per_day = 50, max_recipients_per_caller = 1000`;
}

async function addContacts(sql: TransactionSql, sizes: Sizes, ofLarge: number): Promise<void> {
  await sql`
    create temporary table known on commit drop as
    select n, case when n <= ${ofLarge}::integer then 1 else 2 + n % ${
    sizes.organizations - 1
  }::integer end as clinic
    from generate_series(1, ${ofLarge + sizes.contacts}::integer) n`;
  await sql`
    insert into contacts (id, org_id, phone, name)
    select md5('contact:' || n)::uuid, md5('org:' || clinic)::uuid, '+1555' || lpad(n::text, 8, '0'), 'Patient ' || n from known`;
  await sql`
    insert into patients (id, org_id, contact_id, name)
    select md5('patient:' || n)::uuid, md5('org:' || clinic)::uuid, md5('contact:' || n)::uuid, 'Patient ' || n from known`;
  await sql`
    insert into sms_opt_outs (phone, org_id, source)
    select '+1555' || lpad(n::text, 8, '0'), md5('org:' || clinic)::uuid, 'staff' from known where n > ${ofLarge}::integer and n % 3 = 0`;
}

async function addAgents(sql: TransactionSql, sizes: Sizes): Promise<void> {
  await sql`
    insert into agents (id, org_id, name, role, system_prompt, assistant_id, synced_at, synced_version)
    select md5('agent:' || n)::uuid, md5('org:' || 1 + n % ${sizes.organizations}::integer)::uuid, 'Agent ' || n, 'inbound',
           'You answer the phone of a clinic.', md5('agent:' || n), now() - interval '1 day', 1
    from generate_series(0, ${sizes.agents - 1}::integer) n`;
}

/** The large clinic's by weekday, calendar and hour from next week on; everybody else's one after the other, half of them past. */
async function addVisits(
  sql: TransactionSql,
  sizes: Sizes,
  { upcoming, contacts }: { upcoming: number; contacts: number },
): Promise<void> {
  await sql`
    insert into appointments
      (id, org_id, calendar_id, service_id, contact_id, patient_id, patient_name, state, starts_at, ends_at, busy, confirmed_at, session_id)
    select md5('visit:' || n)::uuid, service.org_id, md5('calendar:1:' || 1 + n / 8 % ${LARGE_CALENDARS}::integer)::uuid, service.id,
           md5('contact:' || 1 + n % ${contacts}::integer)::uuid, md5('patient:' || 1 + n % ${contacts}::integer)::uuid,
           'Patient ' || 1 + n % ${contacts}::integer, 'confirmed', starts_at, starts_at + interval '30 minutes',
           tstzrange(starts_at, starts_at + interval '30 minutes'), now() - interval '2 days', 'made:' || n
    from services service, generate_series(0, ${upcoming - 1}::integer) n
    cross join lateral (select n / ${LARGE_CALENDARS * 8}::integer as day) place
    cross join lateral (
      select date_trunc('week', now() at time zone 'UTC') + interval '7 days' + make_interval(days => day / 5 * 7 + day % 5, hours => 9 + n % 8)
    ) wall (local)
    cross join lateral (select local at time zone 'UTC' as starts_at) moment
    where service.org_id = md5('org:1')::uuid`;
  await sql`
    insert into appointments
      (id, org_id, calendar_id, service_id, contact_id, patient_id, patient_name, state, starts_at, ends_at, busy, confirmed_at, session_id)
    select gen_random_uuid(), calendar.org_id, calendar.id, service.id, md5('contact:' || known.n)::uuid, md5('patient:' || known.n)::uuid,
           'Patient ' || known.n, case when starts_at > now() then 'confirmed' else 'completed' end, starts_at,
           starts_at + interval '30 minutes', tstzrange(starts_at, starts_at + interval '30 minutes'), starts_at - interval '9 days', 'call:' || i
    from generate_series(0, ${sizes.appointments - 1}::integer) i
    cross join lateral (select 4 + i % ${sizes.organizations - 3}::integer as clinic, i / ${
    sizes.organizations - 3
  }::integer as number) place
    cross join lateral (
      select date_trunc('hour', now()) + interval '30 minutes' * (number - ${
    Math.floor(sizes.appointments / (sizes.organizations - 3) / 2)
  }::integer) as starts_at
    ) moment
    join calendars calendar on calendar.org_id = md5('org:' || clinic)::uuid
    join services service on service.org_id = calendar.org_id
    join known on known.n = ${contacts}::integer + 1 + i % ${sizes.contacts}::integer`;
}

async function addFullDays(sql: TransactionSql): Promise<void> {
  await sql`
    insert into appointments (org_id, calendar_id, service_id, contact_id, patient_name, state, starts_at, ends_at, busy, confirmed_at)
    select service.org_id, md5('calendar:2:' || c)::uuid, service.id, md5('contact:1')::uuid, 'Patient 1', 'confirmed', starts_at,
           starts_at + interval '30 minutes', tstzrange(starts_at, starts_at + interval '30 minutes'), now() - interval '2 days'
    from services service, generate_series(1, ${FULL_CALENDARS}::integer) c, generate_series(0, ${
    FULL_DAYS - 1
  }::integer) day, generate_series(0, 15) slot
    cross join lateral (
      select (date_trunc('week', now() at time zone 'UTC') + interval '7 days'
        + make_interval(days => day / 5 * 7 + day % 5, hours => 9, mins => 30 * slot)) at time zone 'UTC' as starts_at
    ) moment
    where service.org_id = md5('org:2')::uuid`;
}

/** Over the last month; one in seventy is the large clinic's. */
async function addCalls(sql: TransactionSql, sizes: Sizes): Promise<void> {
  const clinic = sql`case when n % 70 = 0 then 1 else 2 + n % ${
    sizes.organizations - 1
  }::integer end`;
  const at = (rows: number) =>
    sql`now() - interval '29 days' * n / ${rows}::integer - interval '5 minutes'`;
  await sql`
    insert into calls (org_id, vapi_call_id, status, started_at, ended_at, ended_reason, created_at)
    select md5('org:' || ${clinic})::uuid, 'call:' || n, 'ended', ${at(sizes.calls)}, ${
    at(sizes.calls)
  }, 'customer-ended-call', ${at(sizes.calls)}
    from generate_series(0, ${sizes.calls - 1}::integer) n`;
  await sql`
    insert into tool_calls (org_id, session_id, repeat_key, id_digest, tool, answer, outcome, ms, created_at)
    select md5('org:' || ${clinic})::uuid, 'call:' || n / 2, case when n % 2 = 0 then md5('key:' || n) end, md5('id:' || n),
           case n % 2 when 0 then 'bookClinicAppointment' else 'checkAvailability' end, '{"success": true}', 'ok', 12, ${
    at(sizes.toolCalls)
  }
    from generate_series(0, ${sizes.toolCalls - 1}::integer) n`;
  await sql`
    insert into sms_messages (org_id, contact_id, kind, dedupe_key, recipient, body, has_opt_out_line, status, created_at, sent_at, ended_at)
    select contact.org_id, contact.id, 'confirmation', 'text:' || n, contact.phone, 'Your visit is booked.', n % 4 = 0, 'delivered', ${
    at(sizes.texts)
  }, ${at(sizes.texts)}, ${at(sizes.texts)}
    from generate_series(0, ${sizes.texts - 1}::integer) n
    join contacts contact on contact.id = md5('contact:' || 1 + n % (select count(*)::integer from known))::uuid`;
}

/** Ended ones of the last month, and a few that wait for their time. */
async function addJobs(sql: TransactionSql, sizes: Sizes): Promise<void> {
  await sql`
    insert into jobs (queue, key, org_id, payload, status, attempts, claims, run_at, requested_at, started_at, finished_at, result, created_at)
    select case n % 2 when 0 then 'tool-sync' else 'outbox' end,
           case n % 2 when 0 then 'agent:' || md5('agent:' || n / 2 % ${sizes.agents}::integer)::uuid else 'sms:' || md5('sms:' || n)::uuid end,
           md5('org:' || 1 + n / 2 % ${sizes.organizations}::integer)::uuid,
           jsonb_build_object('kind', case n % 2 when 0 then 'agent' else 'sms' end), 'succeeded', 1, 1, at, at, at, at, '{}', at
    from generate_series(0, ${sizes.jobs - 1}::integer) n
    cross join lateral (select now() - interval '29 days' * n / ${sizes.jobs}::integer - interval '5 minutes' as at) moment`;
  await sql`
    insert into jobs (queue, key, org_id, payload, run_at, priority)
    select 'outbox', 'reminder:' || n, md5('org:' || 1 + n % ${sizes.organizations}::integer)::uuid, '{"kind": "sms"}',
           now() + interval '1 day', 1
    from generate_series(1, ${Math.ceil(sizes.jobs / 100)}::integer) n`;
}
