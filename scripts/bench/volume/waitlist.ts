/** People who wait for a slot of the large clinic, and the jobs that offer them one; and a clinic whose days have limits. */
import type { TransactionSql } from "postgres";
import type { Sizes } from "./sizes.ts";

/** This many wait at any size; those who waited before grow with the platform. */
export const WAITING = 120;

export async function addWaitlist(sql: TransactionSql, sizes: Sizes): Promise<void> {
  const since = Math.round(sizes.contacts / 20);
  await sql`
    insert into waitlist_entries (id, org_id, contact_id, service_id, patient_name, from_day, until_day, state, created_at, updated_at)
    select md5('entry:' || n)::uuid, service.org_id, contact.id, service.id, 'Patient ' || n, current_date, current_date + 30,
           case when n <= ${WAITING}::integer or n between 400 and 520 then 'waiting' else 'removed' end,
           now() - interval '1 minute' * n, now() - interval '1 minute' * n
    from generate_series(1, ${520 + since}::integer) n
    join services service on service.org_id = md5('org:1')::uuid
    join contacts contact on contact.id = md5('contact:' || 1 + n % 200)::uuid and contact.org_id = service.org_id`;
  await sql`
    insert into jobs (id, queue, key, org_id, payload, status, attempts, claims, lease_token, lease_until, started_at)
    select md5('offering:' || n)::uuid, 'outbox', 'waitlist:' || n, md5('org:1')::uuid, jsonb_build_object(
             'kind', 'waitlist_offer', 'calendarId', md5('calendar:1:' || 1 + n % 50)::uuid, 'startsAt',
             date_trunc('week', now()) + interval '7 days' + make_interval(hours => 9 + n / 50 % 8, mins => 30)),
           'running', 1, 1, md5('lease:' || n)::uuid, now() + interval '1 day', now()
    from generate_series(0, 199) n`;
}

/** Number 3: one of its two services belongs to one provider, and its days take a limited number of visits. */
export async function addLimits(sql: TransactionSql): Promise<void> {
  await sql`update booking_policies set max_per_day = 40 where org_id = md5('org:3')::uuid`;
  await sql`
    with cleaning as (
      insert into services (org_id, name, duration_minutes, position) values (md5('org:3')::uuid, 'Cleaning', 30, 1) returning id, org_id
    )
    insert into calendar_services (org_id, calendar_id, service_id, duration_minutes)
    select cleaning.org_id, calendar.id, cleaning.id, 45
    from cleaning join calendars calendar on calendar.org_id = cleaning.org_id and not calendar.for_tests limit 1`;
  await sql`
    insert into appointments (org_id, calendar_id, service_id, contact_id, patient_name, state, starts_at, ends_at, busy, confirmed_at)
    select service.org_id, calendar.id, service.id, md5('contact:1')::uuid, 'Patient 1', 'confirmed', starts_at,
           starts_at + interval '30 minutes', tstzrange(starts_at, starts_at + interval '30 minutes'), now() - interval '2 days'
    from services service
    join calendars calendar on calendar.org_id = service.org_id, generate_series(0, 4) day, generate_series(9, 16) hour
    cross join lateral (
      select (date_trunc('week', now() at time zone 'UTC') + interval '7 days' + make_interval(days => day, hours => hour)) at time zone 'UTC'
        as starts_at
    ) moment
    where service.org_id = md5('org:3')::uuid and service.name <> 'Cleaning'`;
}
