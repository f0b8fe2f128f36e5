-- Free slots: opening hours, minus closures, minus what is taken, at the times when visits may start.

create type private.slot_request as (
  org_id        uuid,
  timezone      text,
  service_id    uuid,
  service       text,
  calendar_id   uuid,
  day           date,
  local         timestamp,
  starts_at     timestamptz,
  duration      interval,
  buffer_before interval,
  buffer_after  interval
);
comment on type private.slot_request is
  'What a caller asks for: a service on a day, perhaps at a local time, perhaps on one calendar (null: any). starts_at is '
  'null for a time that the clocks jump over.';

create function private.hours_of(p_org_id uuid, p_calendar_id uuid) returns setof public.business_hours
language sql stable set search_path = '' as $$
  select hours.* from public.business_hours hours
  where hours.org_id = p_org_id
    and hours.calendar_id is not distinct from (
      select own.calendar_id from public.business_hours own
      where own.org_id = p_org_id and own.calendar_id = p_calendar_id limit 1)
$$;
comment on function private.hours_of(uuid, uuid) is 'Opening hours of a calendar: its own if it has any, else the organization''s.';
grant execute on function private.hours_of(uuid, uuid) to service_role;

create function private.open_time(
  p_org_id uuid, p_calendar_id uuid, p_timezone text, p_from date, p_until date
) returns tstzmultirange
language sql stable set search_path = '' as $$
  with days as (
    -- The days around too: a night shift goes on past midnight.
    select day::date as day from generate_series(p_from - 1, p_until + 1, interval '1 day') day
  ), opening as (
    select range_agg(tstzrange(
      private.edge_of(day + opens, p_timezone), private.edge_of(day + closes, p_timezone))) as time
    from days join private.hours_of(p_org_id, p_calendar_id) on weekday = extract(isodow from day)
  ), closing as (
    select range_agg(tstzrange(
      private.edge_of(day + coalesce(starts, '00:00'), p_timezone),
      private.edge_of(day + coalesce(ends, '24:00'), p_timezone))) as time
    from days join public.closures on day between first_day and last_day
    where org_id = p_org_id and (calendar_id is null or calendar_id = p_calendar_id)
  )
  select coalesce(opening.time, '{}') - coalesce(closing.time, '{}') from opening, closing
$$;
comment on function private.open_time(uuid, uuid, text, date, date) is 'When a calendar can be booked on these local days, however full it is.';
grant execute on function private.open_time(uuid, uuid, text, date, date) to service_role;

create function private.taken_time(p_calendar_id uuid, p_span tstzrange, p_ignore uuid default null) returns tstzmultirange
language sql stable set search_path = '' as $$
  select coalesce(range_agg(busy), '{}') + private.busy_ranges(p_calendar_id, p_span) from public.appointments
  where calendar_id = p_calendar_id and busy && p_span and id is distinct from p_ignore
    and (state = 'confirmed' or (state = 'held' and hold_expires_at > clock_timestamp()))
$$;
comment on function private.taken_time(uuid, tstzrange, uuid) is
  'What is taken on a calendar, here (expired holds left out) or at Google. p_ignore: an appointment that is to be moved.';
grant execute on function private.taken_time(uuid, tstzrange, uuid) to service_role;

create function private.start_times(
  p_org_id uuid, p_calendar_id uuid, p_timezone text, p_from date, p_until date, p_step interval
) returns table (local timestamp, starts_at timestamptz)
language sql stable set search_path = '' as $$
  select local, private.instant_of(local, p_timezone)
  from (
    select distinct start as local
    from generate_series(p_from, p_until, interval '1 day') day
    join private.hours_of(p_org_id, p_calendar_id) on weekday = extract(isodow from day)
    cross join generate_series(day::date + opens, day::date + closes - interval '1 minute', p_step) start
  ) as grid
$$;
comment on function private.start_times is
  'When visits may start by the clock on the wall. starts_at is null for a time that the clocks jump over.';
grant execute on function private.start_times to service_role;

create function private.free_slots(p_request private.slot_request, p_from date, p_until date, p_ignore uuid default null)
returns table (local timestamp, starts_at timestamptz, calendar_id uuid, calendar_position bigint)
language plpgsql stable set search_path = '' as $$
declare
  v_policy   public.booking_policies := (select p from public.booking_policies p where p.org_id = p_request.org_id);
  v_earliest timestamptz := now() + make_interval(mins => v_policy.lead_minutes);
  v_last_day date := (now() at time zone p_request.timezone)::date + v_policy.horizon_days;
  v_span     tstzrange := tstzrange(
    (p_from - 1)::timestamp at time zone p_request.timezone, (p_until + 2)::timestamp at time zone p_request.timezone);
  v_calendar record;
begin
  for v_calendar in
    select id, row_number() over (order by position, id) as position
    from public.calendars
    where org_id = p_request.org_id and active and case when p_request.calendar_id is null then not for_tests else id = p_request.calendar_id end
  loop
    return query
      select slot.local, slot.starts_at, v_calendar.id, v_calendar.position
      from private.start_times(
             p_request.org_id, v_calendar.id, p_request.timezone, p_from, least(p_until, v_last_day),
             make_interval(mins => v_policy.slot_minutes)) slot,
           private.open_time(p_request.org_id, v_calendar.id, p_request.timezone, p_from, p_until) open,
           private.taken_time(v_calendar.id, v_span, p_ignore) taken
      where slot.starts_at >= v_earliest
        and tstzrange(slot.starts_at, slot.starts_at + p_request.duration) <@ open
        and not taken && tstzrange(
          slot.starts_at - p_request.buffer_before, slot.starts_at + p_request.duration + p_request.buffer_after);
  end loop;
end
$$;
comment on function private.free_slots is
  'Free slots for the requested service on these local days, whatever time was requested. A slot that several calendars have '
  'comes once for each.';
grant execute on function private.free_slots to service_role;

create function private.check_slot_day(p_request private.slot_request) returns text
language sql stable set search_path = '' as $$
  select case
    when p_request.day < today then 'in_the_past'
    when p_request.day > today + policy.horizon_days then 'too_far_ahead'
    when not exists (
      select from public.calendars
      where org_id = p_request.org_id and active and case when p_request.calendar_id is null then not for_tests else id = p_request.calendar_id end
        and private.open_time(p_request.org_id, id, p_request.timezone, p_request.day, p_request.day) && tstzrange(
          private.edge_of(p_request.day::timestamp, p_request.timezone),
          private.edge_of((p_request.day + 1)::timestamp, p_request.timezone))
    ) then 'closed'
    else 'open'
  end
  from public.booking_policies policy, (select (now() at time zone p_request.timezone)::date as today) as wall
  where policy.org_id = p_request.org_id
$$;
comment on function private.check_slot_day(private.slot_request) is 'Whether the day can be booked at all: `open`, or the reason why not.';
grant execute on function private.check_slot_day(private.slot_request) to service_role;

create function private.check_slot_hours(p_request private.slot_request, p_step interval) returns text
language sql stable set search_path = '' as $$
  select case
    when not coalesce(bool_or(fits), false) then 'outside_hours'
    when not bool_or(fits and exists (
      select from private.start_times(p_request.org_id, id, p_request.timezone, p_request.day, p_request.day, p_step) slot
      where slot.local = p_request.local)) then 'not_a_start_time'
    else 'slot_taken'
  end
  from (
    select id, tstzrange(p_request.starts_at, p_request.starts_at + p_request.duration)
      <@ private.open_time(p_request.org_id, id, p_request.timezone, p_request.day, p_request.day) as fits
    from public.calendars
    where org_id = p_request.org_id and active and case when p_request.calendar_id is null then not for_tests else id = p_request.calendar_id end
  ) as calendar
$$;
comment on function private.check_slot_hours(private.slot_request, interval) is
  'Why a time on an open day is not free: outside the hours, off the grid of start times, or taken.';
grant execute on function private.check_slot_hours(private.slot_request, interval) to service_role;

create function private.held_calendar(p_request private.slot_request, p_hold_id uuid) returns uuid
language sql stable set search_path = '' as $$
  select hold.calendar_id
  from public.appointments hold join public.calendars calendar on calendar.id = hold.calendar_id
  where hold.id = p_hold_id and hold.state = 'held' and hold.hold_expires_at > clock_timestamp()
    and hold.starts_at = p_request.starts_at
    and hold.busy @> tstzrange(p_request.starts_at - p_request.buffer_before, p_request.starts_at + p_request.duration + p_request.buffer_after)
    and calendar.active and coalesce(p_request.calendar_id = calendar.id, true)
$$;
comment on function private.held_calendar(private.slot_request, uuid) is
  'The calendar on which this hold keeps the requested time; null if it is over or keeps another time.';
grant execute on function private.held_calendar(private.slot_request, uuid) to service_role;

create function private.check_slot(
  p_request private.slot_request, p_ignore uuid default null, out verdict text, out calendars uuid[]
)
language plpgsql stable set search_path = '' as $$
declare
  v_policy public.booking_policies := (select p from public.booking_policies p where p.org_id = p_request.org_id);
  v_held   uuid := private.held_calendar(p_request, p_ignore);
  v_day    text;
begin
  -- What was promised when it was held isn't judged again, by notice, hours or closures that came after.
  if v_held is not null then
    verdict := 'free';
    calendars := array[v_held];
    return;
  end if;
  select array_agg(slot.calendar_id order by slot.calendar_position) into calendars
  from private.free_slots(p_request, p_request.day, p_request.day, p_ignore) slot
  where slot.local = p_request.local;
  if calendars is not null then
    verdict := 'free';
    return;
  end if;

  v_day := private.check_slot_day(p_request);
  verdict := case
    when v_day <> 'open' then v_day
    when p_request.starts_at is null then 'no_such_time'
    when p_request.starts_at < now() then 'in_the_past'
    when p_request.starts_at < now() + make_interval(mins => v_policy.lead_minutes) then 'too_soon'
    else private.check_slot_hours(p_request, make_interval(mins => v_policy.slot_minutes))
  end;
end
$$;
comment on function private.check_slot is
  'Whether the requested time is free: `free` with the calendars that have it, in order of preference, or the reason why not. '
  'p_ignore: the caller''s own hold, or the appointment that is to be moved.';
grant execute on function private.check_slot to service_role;

create function private.alternatives(p_request private.slot_request, p_ignore uuid default null, p_near time default null) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_policy  public.booking_policies := (select p from public.booking_policies p where p.org_id = p_request.org_id);
  v_today   date := (now() at time zone p_request.timezone)::date;
  v_day     date := least(greatest(p_request.day, v_today), v_today + v_policy.horizon_days);
  v_wished  time := coalesce(p_request.local::time, p_near, '00:00');
  v_step    record;
  v_answer  jsonb := '[]';
begin
  -- The day itself first; then, only as far as needed, the days after it, until the clinic is open again.
  for v_step in select * from (values (0, 0), (1, 7), (8, 31), (32, 366)) as step (first, last) loop
    select v_answer || coalesce(jsonb_agg(day.entry order by day.day), '[]') into v_answer
    from (
      select near.day, jsonb_build_object(
        'date', near.day, 'slots', jsonb_agg(to_char(near.local, 'HH24:MI') order by near.local)) as entry
      from (
        select slot.local::date as day, slot.local, row_number() over (
          partition by slot.local::date order by abs(extract(epoch from slot.local::time - v_wished)), slot.local) as nearness
        from (
          select distinct local from private.free_slots(p_request, v_day + v_step.first, v_day + v_step.last, p_ignore)
          where local is distinct from p_request.local
        ) slot
      ) near
      where near.nearness <= case when near.day = v_day then 4 else 3 end
      group by near.day
      order by near.day
      limit 3 - jsonb_array_length(v_answer)
    ) day;
    exit when jsonb_array_length(v_answer) >= 3 or (v_step.first > 7 and v_answer <> '[]');
  end loop;
  return v_answer;
end
$$;
comment on function private.alternatives(private.slot_request, uuid, time) is
  'Free times near the requested one, else near p_near: [{date, slots: ["HH:MM"]}], the same day first, then the days after it; three '
  'days at most.';
grant execute on function private.alternatives(private.slot_request, uuid, time) to service_role;
