-- Free slots: opening hours, minus closures, minus what is taken, at the times when visits may start.
--
-- Functions that run in every conversation are in PL/pgSQL: a function in SQL is planned again by each statement that calls it.

create type private.slot_request as (
  org_id        uuid,
  timezone      text,
  service_id    uuid,
  service       text,
  calendar_id   uuid,
  location_id   uuid,
  day           date,
  local         timestamp,
  starts_at     timestamptz,
  duration      interval,
  buffer_before interval,
  buffer_after  interval,
  is_kept       boolean
);
comment on type private.slot_request is
  'What a caller asks for: a service on a day, perhaps at a local time, perhaps on one calendar or at one location (null: any). starts_at '
  'is null for a time that the clocks skip. duration is the service''s, unless the calendar has its own; is_kept: it is that of an '
  'existing visit or hold, which keeps it.';

create function private.terms_on(p_request private.slot_request, p_calendar_id uuid) returns private.slot_request
language plpgsql stable set search_path = '' as $$
begin
  if p_request.is_kept is not true then
    p_request.duration := coalesce((
      select make_interval(mins => duration_minutes) from public.calendar_services
      where calendar_id = p_calendar_id and service_id = p_request.service_id), p_request.duration);
  end if;
  return p_request;
end
$$;
comment on function private.terms_on(private.slot_request, uuid) is
  'The request as it applies to this calendar: how long its visit lasts there.';
grant execute on function private.terms_on(private.slot_request, uuid) to service_role;

create function private.calendar_of_hours(p_org_id uuid, p_calendar_id uuid) returns uuid
language plpgsql stable set search_path = '' as $$
begin
  return (
    select calendar_id from public.business_hours where org_id = p_org_id and calendar_id = p_calendar_id limit 1);
end
$$;
comment on function private.calendar_of_hours(uuid, uuid) is
  'The calendar whose opening hours this one keeps: itself if it has any, otherwise null for the organization''s.';
grant execute on function private.calendar_of_hours(uuid, uuid) to service_role;

create function private.opening_time(
  p_org_id uuid, p_hours_calendar_id uuid, p_timezone text, p_from date, p_until date
) returns tstzmultirange
language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(range_agg(tstzrange(
      private.edge_of(day::date + opens, p_timezone), private.edge_of(day::date + closes, p_timezone))), '{}')
    -- Including the days before and after: a night shift goes on past midnight.
    from generate_series(p_from - 1, p_until + 1, interval '1 day') day
    join public.business_hours on weekday = extract(isodow from day)
    where org_id = p_org_id and calendar_id is not distinct from p_hours_calendar_id);
end
$$;
comment on function private.opening_time is 'The opening hours on these local days, of one calendar or (null) of the organization.';
grant execute on function private.opening_time to service_role;

create function private.closed_time(
  p_org_id uuid, p_calendar_id uuid, p_timezone text, p_from date, p_until date
) returns tstzmultirange
language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(range_agg(tstzrange(
      private.edge_of(day::date + coalesce(starts, '00:00'), p_timezone),
      private.edge_of(day::date + coalesce(ends, '24:00'), p_timezone))), '{}')
    from public.closures
    cross join generate_series(greatest(first_day, p_from - 1), least(last_day, p_until + 1), interval '1 day') day
    where org_id = p_org_id and calendar_id is not distinct from p_calendar_id and last_day >= p_from - 1);
end
$$;
comment on function private.closed_time is 'The closures on these local days, of one calendar or (null) of the whole organization.';
grant execute on function private.closed_time to service_role;

create function private.open_time(
  p_org_id uuid, p_calendar_id uuid, p_timezone text, p_from date, p_until date
) returns tstzmultirange
language sql stable set search_path = '' as $$
  select private.opening_time(p_org_id, private.calendar_of_hours(p_org_id, p_calendar_id), p_timezone, p_from, p_until)
    - private.closed_time(p_org_id, null, p_timezone, p_from, p_until)
    - private.closed_time(p_org_id, p_calendar_id, p_timezone, p_from, p_until)
$$;
comment on function private.open_time(uuid, uuid, text, date, date) is
  'When a calendar is open for bookings on these local days, however full it is.';
grant execute on function private.open_time(uuid, uuid, text, date, date) to service_role;

create function private.open_calendars(p_request private.slot_request, p_from date, p_until date)
returns table (calendar_id uuid, calendar_position bigint, duration interval, hours_calendar_id uuid, open tstzmultirange)
language plpgsql stable set search_path = '' as $$
#variable_conflict use_column
declare
  v_is_for_some boolean := exists (
    select from public.calendar_services where service_id = p_request.service_id and org_id = p_request.org_id);
  v_rehearses   boolean := private.in_rehearsal();
begin
  return query
    with calendar as materialized (
      select one.id, row_number() over (order by position, one.id) as position,
        case when p_request.is_kept then p_request.duration
          else coalesce(make_interval(mins => own.duration_minutes), p_request.duration) end as duration,
        own_hours.calendar_id as hours_calendar_id
      from public.calendars one
      -- Same as calendar_of_hours, for all at once.
      left join (
        select distinct calendar_id from public.business_hours where org_id = p_request.org_id
      ) own_hours on own_hours.calendar_id = one.id
      left join public.calendar_services own
        on v_is_for_some and own.calendar_id = one.id and own.service_id = p_request.service_id
      where one.org_id = p_request.org_id and active
        -- Whoever was requested: rehearsals use test calendars.
        and case when v_rehearses then for_tests
          when p_request.calendar_id is null then not for_tests else one.id = p_request.calendar_id end
        and (p_request.location_id is null or one.location_id = p_request.location_id or for_tests)
        and (not v_is_for_some or own.service_id is not null or for_tests)
    ), hours as materialized (
      -- Once, however many calendars share them.
      select kept.hours_calendar_id,
        private.opening_time(p_request.org_id, kept.hours_calendar_id, p_request.timezone, p_from, p_until)
          - private.closed_time(p_request.org_id, null, p_request.timezone, p_from, p_until) as open
      from (select distinct calendar.hours_calendar_id from calendar) kept
    )
    select calendar.id, calendar.position, calendar.duration, calendar.hours_calendar_id,
      -- Few have any closures.
      case when calendar.id in (select closures.calendar_id from public.closures where org_id = p_request.org_id and last_day >= p_from - 1)
        then hours.open - private.closed_time(p_request.org_id, calendar.id, p_request.timezone, p_from, p_until)
        else hours.open end
    from calendar join hours on hours.hours_calendar_id is not distinct from calendar.hours_calendar_id;
end
$$;
comment on function private.open_calendars(private.slot_request, date, date) is
  'The calendars on which the request may be booked, in order of preference, each with the duration of the visit there, whose hours it '
  'keeps and when it is open on these local days, however full it is.';
grant execute on function private.open_calendars(private.slot_request, date, date) to service_role;

create function private.taken_times(p_calendars uuid[], p_span tstzrange, p_ignore uuid)
returns table (calendar_id uuid, taken tstzmultirange)
language plpgsql stable set search_path = '' as $$
begin
  return query
    select calendar.id, coalesce(booked.taken, '{}')
      + case when calendar.google_calendar_id is null then '{}' else private.busy_ranges(calendar.id, p_span) end
    from public.calendars calendar
    cross join lateral (
      select range_agg(visit.busy) as taken from public.appointments visit
      where visit.calendar_id = calendar.id and visit.busy && p_span and visit.id is distinct from p_ignore
        and (visit.state = 'confirmed' or (visit.state = 'held' and visit.hold_expires_at > clock_timestamp()))
    ) booked
    where calendar.id = any (p_calendars);
end
$$;
comment on function private.taken_times(uuid[], tstzrange, uuid) is
  'What is taken on each of these calendars, here (without expired holds) or at Google. p_ignore: an appointment that is to be moved.';
grant execute on function private.taken_times(uuid[], tstzrange, uuid) to service_role;

create function private.start_times(
  p_org_id uuid, p_hours_calendar_id uuid, p_timezone text, p_from date, p_until date, p_step interval
) returns table (local timestamp, starts_at timestamptz)
language plpgsql stable set search_path = '' as $$
#variable_conflict use_column
begin
  return query
    select local, private.instant_of(local, p_timezone)
    from (
      select distinct start as local
      from generate_series(p_from, p_until, interval '1 day') day
      join public.business_hours on weekday = extract(isodow from day)
      cross join generate_series(day::date + opens, day::date + closes - interval '1 minute', p_step) start
      where org_id = p_org_id and calendar_id is not distinct from p_hours_calendar_id
    ) as grid;
end
$$;
comment on function private.start_times is
  'The local times at which visits may start, by the hours of one calendar or (null) of the organization. starts_at is null for a time '
  'that the clocks skip.';
grant execute on function private.start_times to service_role;

create function private.free_slots(p_request private.slot_request, p_from date, p_until date, p_ignore uuid default null)
returns table (local timestamp, starts_at timestamptz, calendar_id uuid, calendar_position bigint)
language plpgsql stable set search_path = '' as $$
#variable_conflict use_column
declare
  v_policy   public.booking_policies := (select p from public.booking_policies p where p.org_id = p_request.org_id);
  v_earliest timestamptz := now() + make_interval(mins => v_policy.lead_minutes);
  v_until    date := least(p_until, (now() at time zone p_request.timezone)::date + v_policy.horizon_days);
  v_span     tstzrange;
begin
  if v_until < p_from then
    return;
  end if;
  v_span := tstzrange(
    (p_from - 1)::timestamp at time zone p_request.timezone, (v_until + 2)::timestamp at time zone p_request.timezone);
  return query
    with calendar as materialized (
      select * from private.open_calendars(p_request, p_from, v_until)
    ), with_room as materialized (
      -- Days that are booked up are not examined time by time.
      select calendar.*, full_at.taken
      from calendar
      join private.taken_times(array(select calendar_id from calendar), v_span, p_ignore) full_at using (calendar_id)
      where exists (select from unnest(calendar.open - full_at.taken) gap where upper(gap) - lower(gap) >= calendar.duration)
    ), full_day as materialized (
      select * from private.full_days(p_request, p_from, v_until, p_ignore)
    ), grid as materialized (
      select kept.hours_calendar_id, kept.duration, slot.local, slot.starts_at,
        tstzrange(slot.starts_at, slot.starts_at + kept.duration) as visit,
        tstzrange(slot.starts_at - p_request.buffer_before, slot.starts_at + kept.duration + p_request.buffer_after) as busy
      from (select distinct hours_calendar_id, duration from with_room) kept
      cross join lateral private.start_times(
        p_request.org_id, kept.hours_calendar_id, p_request.timezone, p_from, v_until,
        make_interval(mins => v_policy.slot_minutes)) slot
      where slot.starts_at >= v_earliest
    ), open_slot as materialized (
      -- Once for all calendars with the same opening times.
      select shared.open, grid.*
      from (select distinct hours_calendar_id, duration, open from with_room) shared
      join grid on grid.hours_calendar_id is not distinct from shared.hours_calendar_id and grid.duration = shared.duration
        and grid.visit <@ shared.open
    )
    select slot.local, slot.starts_at, calendar.calendar_id, calendar.calendar_position
    from with_room calendar
    join open_slot slot on slot.open = calendar.open and slot.duration = calendar.duration
      and slot.hours_calendar_id is not distinct from calendar.hours_calendar_id
    where not calendar.taken && slot.busy
      and (calendar.calendar_id, slot.local::date) not in (select calendar_id, day from full_day);
end
$$;
comment on function private.free_slots is
  'Free slots for the requested service on these local days, whatever time was requested. A slot that is free on several calendars is '
  'returned once for each.';
grant execute on function private.free_slots to service_role;
