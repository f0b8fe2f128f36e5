-- Whether a time can be booked, why not, and what is free near it.

create function private.calendars_of_day(p_request private.slot_request, p_ignore uuid)
returns table (duration interval, hours_calendar_id uuid, open tstzmultirange, is_full boolean)
language sql stable set search_path = '' as $$
  select calendar.duration, calendar.hours_calendar_id, calendar.open, full_day.day is not null
  from private.open_calendars(p_request, p_request.day, p_request.day) calendar
  left join private.full_days(p_request, p_request.day, p_request.day, p_ignore) full_day using (calendar_id)
$$;
comment on function private.calendars_of_day(private.slot_request, uuid) is
  'The calendars on which the request may be booked, with their open times around its day and whether that day takes no more visits.';
grant execute on function private.calendars_of_day(private.slot_request, uuid) to service_role;

create function private.check_slot_day(p_request private.slot_request, p_ignore uuid default null) returns text
language plpgsql stable set search_path = '' as $$
begin
  return (
    select case
      when p_request.day < today then 'in_the_past'
      when p_request.day > today + policy.horizon_days then 'too_far_ahead'
      else (
        select case when count(*) = 0 then 'closed' when count(*) filter (where not is_full) = 0 then 'day_full' else 'open' end
        from private.calendars_of_day(p_request, p_ignore)
        where open && tstzrange(
          private.edge_of(p_request.day::timestamp, p_request.timezone),
          private.edge_of((p_request.day + 1)::timestamp, p_request.timezone)))
    end
    from public.booking_policies policy, (select (now() at time zone p_request.timezone)::date as today) as wall
    where policy.org_id = p_request.org_id);
end
$$;
comment on function private.check_slot_day(private.slot_request, uuid) is
  'Whether the day can be booked at all: `open`, or the reason why not. p_ignore: as for free_slots.';
grant execute on function private.check_slot_day(private.slot_request, uuid) to service_role;

create function private.check_slot_hours(p_request private.slot_request, p_step interval, p_ignore uuid) returns text
language plpgsql stable set search_path = '' as $$
begin
  return (
    select case
      when not coalesce(bool_or(fits), false) then 'outside_hours'
      when not bool_or(fits and starts) then 'not_a_start_time'
      when not bool_or(fits and starts and not is_full) then 'day_full'
      else 'slot_taken'
    end
    from (
      select calendar.is_full, calendar.open @> tstzrange(p_request.starts_at, p_request.starts_at + calendar.duration) as fits,
        exists (
          select from private.start_times(
            p_request.org_id, calendar.hours_calendar_id, p_request.timezone, p_request.day, p_request.day, p_step) slot
          where slot.local = p_request.local) as starts
      from (select distinct duration, hours_calendar_id, open, is_full from private.calendars_of_day(p_request, p_ignore)) as calendar
    ) as judged);
end
$$;
comment on function private.check_slot_hours(private.slot_request, interval, uuid) is
  'Why a time on an open day is not free: outside the hours, not a start time, on a day that is full where it would fit, or taken.';
grant execute on function private.check_slot_hours(private.slot_request, interval, uuid) to service_role;

create function private.held_calendar(p_request private.slot_request, p_hold_id uuid) returns uuid
language plpgsql stable set search_path = '' as $$
begin
  if p_hold_id is null then
    return null;
  end if;
  return (
    select hold.calendar_id
    from public.appointments hold join public.calendars calendar on calendar.id = hold.calendar_id
    where hold.id = p_hold_id and hold.state = 'held' and hold.hold_expires_at > clock_timestamp()
      and hold.starts_at = p_request.starts_at
      and hold.busy @> tstzrange(p_request.starts_at - p_request.buffer_before,
        p_request.starts_at + (private.terms_on(p_request, calendar.id)).duration + p_request.buffer_after)
      and calendar.active and coalesce(p_request.calendar_id = calendar.id, true) and coalesce(p_request.location_id = calendar.location_id, true)
      -- For another service only the time was promised, not that this provider does it nor that the day has room for it.
      and (hold.service_id = p_request.service_id
        or private.offers(calendar.id, p_request.service_id)
          and calendar.id not in (
            select full_day.calendar_id from private.full_days(p_request, p_request.day, p_request.day, p_hold_id) full_day)));
end
$$;
comment on function private.held_calendar(private.slot_request, uuid) is
  'The calendar on which this hold keeps the requested time; null if the hold is over or is for another time.';
grant execute on function private.held_calendar(private.slot_request, uuid) to service_role;

create function private.why_not_free(p_request private.slot_request, p_ignore uuid default null) returns text
language plpgsql stable set search_path = '' as $$
declare
  v_policy public.booking_policies := (select p from public.booking_policies p where p.org_id = p_request.org_id);
  v_day    text := private.check_slot_day(p_request, p_ignore);
begin
  return case
    when v_day <> 'open' then v_day
    when p_request.starts_at is null then 'no_such_time'
    when p_request.starts_at < now() then 'in_the_past'
    when p_request.starts_at < now() + make_interval(mins => v_policy.lead_minutes) then 'too_soon'
    else private.check_slot_hours(p_request, make_interval(mins => v_policy.slot_minutes), p_ignore)
  end;
end
$$;
comment on function private.why_not_free(private.slot_request, uuid) is
  'The reason why the requested time, known not to be free, is not free. p_ignore: as for free_slots.';
grant execute on function private.why_not_free(private.slot_request, uuid) to service_role;

create function private.check_slot(
  p_request private.slot_request, p_ignore uuid default null, out verdict text, out calendars uuid[], out free timestamp[]
)
language plpgsql stable set search_path = '' as $$
declare
  v_held uuid := private.held_calendar(p_request, p_ignore);
begin
  -- What was promised with the hold is not checked again against notice, hours or closures that came later.
  if v_held is not null then
    verdict := 'free';
    calendars := array[v_held];
    return;
  end if;
  select array_agg(slot.calendar_id order by slot.calendar_position) filter (where slot.local = p_request.local),
    coalesce(array_agg(distinct slot.local), '{}')
  into calendars, free
  from private.free_slots(p_request, p_request.day, p_request.day, p_ignore) slot;
  verdict := case when calendars is not null then 'free' else private.why_not_free(p_request, p_ignore) end;
end
$$;
comment on function private.check_slot is
  'Whether the requested time is free: `free` with the calendars that have it, in order of preference, or the reason why not; and the '
  'day''s free times, if they were looked for. p_ignore: the caller''s own hold, or the appointment that is to be moved.';
grant execute on function private.check_slot to service_role;

create function private.alternatives(
  p_request private.slot_request, p_ignore uuid default null, p_near time default null, p_free timestamp[] default null
) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_policy  public.booking_policies := (select p from public.booking_policies p where p.org_id = p_request.org_id);
  v_today   date := (now() at time zone p_request.timezone)::date;
  v_day     date := least(greatest(p_request.day, v_today), v_today + v_policy.horizon_days);
  v_requested  time := coalesce(p_request.local::time, p_near, '00:00');
  -- A visit that is being moved already has its own time.
  v_own     timestamp := (
    select starts_at at time zone p_request.timezone from public.appointments
    where id = p_ignore and state = 'confirmed' and calendar_id = p_request.calendar_id);
  v_step    record;
  v_free    timestamp[];
  v_answer  jsonb := '[]';
begin
  -- First the day itself; then, only as far as needed, the following days until the clinic is open again.
  for v_step in
    select * from (values (0, 0), (1, 7), (8, 31)) as step (first, last)
    union all select first, first + 30 from generate_series(32, v_policy.horizon_days, 31) first
    order by first
  loop
    v_free := case when v_step.first = 0 and v_day = p_request.day then p_free end;
    if v_free is null then
      v_free := array(select distinct local from private.free_slots(p_request, v_day + v_step.first, v_day + v_step.last, p_ignore));
    end if;
    select v_answer || coalesce(jsonb_agg(day.entry order by day.day), '[]') into v_answer
    from (
      select near.day, jsonb_build_object(
        'date', near.day, 'slots', jsonb_agg(to_char(near.local, 'HH24:MI') order by near.local)) as entry
      from (
        select local::date as day, local, row_number() over (
          partition by local::date order by abs(extract(epoch from local::time - v_requested)), local) as nearness
        from unnest(v_free) local
        where local is distinct from p_request.local and local is distinct from v_own
      ) near
      where near.nearness <= case when near.day = v_day then 4 else 3 end
      group by near.day
      order by near.day
      limit 3 - jsonb_array_length(v_answer)
    ) day;
    exit when jsonb_array_length(v_answer) >= 3 or (v_step.first > 7 and v_answer <> '[]')
      or v_day + v_step.last >= v_today + v_policy.horizon_days;
  end loop;
  return v_answer;
end
$$;
comment on function private.alternatives is
  'Free times near the requested one, or near p_near: [{date, slots: ["HH:MM"]}], first the same day, then the days after it; at most '
  'three days. p_free: all free times of the requested day, if already known.';
grant execute on function private.alternatives to service_role;
