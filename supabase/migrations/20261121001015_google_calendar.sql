-- Google Calendar beside our own: where appointments were copied to, and when it says that somebody is busy.
--
-- Availability = our appointments + Google's busy times − the copies of our own appointments, which Google reports as busy like anything
-- else. Busy times are a cache, fetched when a caller asks (shared/google/busy.ts): younger than a minute for an answer, younger than ten
-- seconds for a booking. If Google cannot be reached, cached times count for 24 hours, and after that none: an organization must be able to
-- book while Google is away. The outbox looks for a clash once more when it writes or moves the event, and notifies the organization: that
-- also finds an entry within one of our copies, which free/busy answers cannot show.

create table public.calendar_events (
  appointment_id     uuid not null references public.appointments on delete cascade,
  google_calendar_id text not null,
  org_id             uuid not null references public.organizations on delete cascade,
  visit              tstzrange,
  written            jsonb,
  created_at         timestamptz not null default now(),
  written_at         timestamptz,
  primary key (appointment_id, google_calendar_id)
);
comment on table public.calendar_events is
  'Copies of appointments at Google. A row is written before the first request that may create the event, so an event whose worker died '
  'while creating it is known, and removed with the appointment.';
comment on column public.calendar_events.visit is 'The time of the event; null until a write has been confirmed.';
comment on column public.calendar_events.written is 'What was written last: {summary, description, startsAt, endsAt, timezone}.';
create index calendar_events_org_id on public.calendar_events (org_id);
create index calendar_events_visits on public.calendar_events using gist (google_calendar_id, visit);

alter table public.calendar_events enable row level security;
create policy "members read the calendar events of their organization" on public.calendar_events
  for select to authenticated using (org_id = any ((select private.member_org_ids())::uuid[]));
grant select on public.calendar_events to authenticated;
grant select, insert, update, delete on public.calendar_events to service_role;

create table public.calendar_busy (
  google_calendar_id text not null,
  week               date not null check (extract(isodow from week) = 1),
  busy               tstzmultirange not null,
  fetched_at         timestamptz not null default now(),
  primary key (google_calendar_id, week)
);
comment on table public.calendar_busy is
  'Google''s busy times, one row per calendar and week (UTC, from Monday), so that callers who ask about different weeks do not overwrite '
  'each other''s answers.';
alter table public.calendar_busy enable row level security;
grant select, insert, update, delete on public.calendar_busy to service_role;

create function private.busy_ranges(p_calendar_id uuid, p_span tstzrange) returns tstzmultirange
language sql stable set search_path = '' as $$
  with calendar as (
    select google_calendar_id from public.calendars where id = p_calendar_id and google_calendar_id is not null
  ), known as (
    select range_agg(busy) as busy from public.calendar_busy join calendar using (google_calendar_id)
    where week between (lower(p_span) at time zone 'UTC')::date - 6 and (upper(p_span) at time zone 'UTC')::date
      and fetched_at > now() - interval '24 hours'
  ), own as (
    select range_agg(visit) as busy from public.calendar_events join calendar using (google_calendar_id)
    where visit && p_span
  )
  select coalesce(known.busy, '{}') * tstzmultirange(p_span) - coalesce(own.busy, '{}') from known, own
$$;
comment on function private.busy_ranges(uuid, tstzrange) is
  'When Google says that a calendar is busy with something other than our appointments; empty where it is not connected.';
grant execute on function private.busy_ranges(uuid, tstzrange) to service_role;

create function private.may_ask_google(p_org_id uuid, p_day date, p_session text) returns boolean
language plpgsql stable set search_path = '' as $$
declare
  v_policy public.booking_policies := (select p from public.booking_policies p where p.org_id = p_org_id);
begin
  -- One more day on both sides covers every time zone.
  return p_day between current_date - 1 and current_date + v_policy.horizon_days + 1
    and (select count(*) from public.tool_calls where session_id = p_session and org_id = p_org_id) < v_policy.max_looks_per_call;
end
$$;
comment on function private.may_ask_google(uuid, date, text) is
  'Whether a caller''s question about a day is worth a request to Google: the day can be booked, and their call has not already asked too '
  'often.';
grant execute on function private.may_ask_google(uuid, date, text) to service_role;

create function public.stale_busy_times(
  p_org_id uuid, p_from timestamptz, p_until timestamptz, p_max_age_seconds integer, p_day date default null, p_session text default null
) returns jsonb
language sql stable set search_path = '' as $$
  with weeks as (
    select week::date as week
    from generate_series(date_trunc('week', p_from at time zone 'UTC'), p_until at time zone 'UTC', interval '1 week') week
  ), connected as (
    select distinct google_calendar_id from public.calendars
    where org_id = p_org_id and active and google_calendar_id is not null
  ), stale as (
    select distinct google_calendar_id
    from connected cross join weeks left join public.calendar_busy known using (google_calendar_id, week)
    where (known.fetched_at is null or known.fetched_at < now() - make_interval(secs => p_max_age_seconds))
      and (p_day is null or private.may_ask_google(p_org_id, p_day, p_session))
  )
  select jsonb_build_object(
    'connected', exists (select from connected),
    'stale', (select coalesce(jsonb_agg(google_calendar_id), '[]') from stale),
    'from', (select min(week)::timestamp at time zone 'UTC' from weeks),
    'until', (select (max(week) + 7)::timestamp at time zone 'UTC' from weeks))
$$;
comment on function public.stale_busy_times(uuid, timestamptz, timestamptz, integer, date, text) is
  'What Google has to be asked before an answer about this span: {connected, stale: [google calendar id], from, until}, with the span '
  'widened to whole weeks. Nothing for a caller who asks about p_day in p_session, if may_ask_google says no.';
grant execute on function public.stale_busy_times(uuid, timestamptz, timestamptz, integer, date, text) to service_role;

create function public.save_busy_times(p_from timestamptz, p_until timestamptz, p_calendars jsonb) returns void
language sql set search_path = '' as $$
  insert into public.calendar_busy as known (google_calendar_id, week, busy)
  select calendar.key, week::date, coalesce(said.busy, '{}') * tstzmultirange(tstzrange(
    week at time zone 'UTC', (week + interval '1 week') at time zone 'UTC'))
  from jsonb_each(p_calendars) calendar
  cross join lateral (
    select range_agg(tstzrange((period ->> 'start')::timestamptz, (period ->> 'end')::timestamptz)) as busy
    from jsonb_array_elements(calendar.value) period
  ) said
  cross join generate_series(
    p_from at time zone 'UTC', p_until at time zone 'UTC' - interval '1 day', interval '1 week') week
  on conflict (google_calendar_id, week) do update set busy = excluded.busy, fetched_at = excluded.fetched_at
$$;
comment on function public.save_busy_times(timestamptz, timestamptz, jsonb) is
  'Stores what Google said about whole weeks. p_calendars: {google calendar id: [{start, end}]}.';
grant execute on function public.save_busy_times(timestamptz, timestamptz, jsonb) to service_role;
