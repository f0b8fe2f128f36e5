create function private.is_in_part(p_time time, p_part text) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  return case p_part
    when 'morning'   then p_time < '12:00'
    when 'afternoon' then p_time >= '12:00' and p_time < '18:00'
    when 'evening'   then p_time >= '17:00'
    else true
  end;
end
$$;
comment on function private.is_in_part(time, text) is 'Whether a time is in the morning, afternoon or evening; true if no part is named.';
grant execute on function private.is_in_part(time, text) to service_role;

create function private.first_free_day(
  p_request private.slot_request, p_from date, p_until date, p_part text, out day date, out free timestamp[], out any_day date
)
language plpgsql stable set search_path = '' as $$
declare
  v_time time := p_request.local::time;
  v_last date := least(p_until, (
    select (now() at time zone p_request.timezone)::date + horizon_days from public.booking_policies where org_id = p_request.org_id));
  v_step record;
begin
  -- The week first; then, only as far as needed, one month after the other.
  for v_step in
    select * from (values (0, 6), (7, 31)) as step (first, last)
    union all select first, first + 30 from generate_series(32, v_last - p_from, 31) first
    order by first
  loop
    free := array(
      select distinct slot.local
      from private.free_slots(p_request, p_from + v_step.first, least(p_from + v_step.last, v_last)) slot);
    any_day := coalesce(any_day, (select min(local)::date from unnest(free) local));
    day := (
      select min(local)::date from unnest(free) local
      where private.is_in_part(local::time, p_part) and (v_time is null or local::time = v_time));
    exit when day is not null or p_from + v_step.last >= v_last;
  end loop;
  free := case when day is not null then array(select local from unnest(free) local where local::date = day) end;
end
$$;
comment on function private.first_free_day is
  'The first of these local days with a free slot in that part of the day, at the requested time if any, and all its free times; null if '
  'there is none. any_day: the first day with any free slot.';
grant execute on function private.first_free_day to service_role;

create function private.middle_of_part(p_part text) returns time
language sql immutable set search_path = '' as $$
  select case p_part when 'morning' then time '10:00' when 'afternoon' then '15:00' when 'evening' then '18:00' end
$$;
comment on function private.middle_of_part(text) is 'The time that a part of the day is searched around.';
grant execute on function private.middle_of_part(text) to service_role;

create function private.free_ranges(p_slots timestamp[], p_step interval) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(concat_ws('-', to_char(first, 'HH24:MI'), case when last > first then to_char(last, 'HH24:MI') end)
      order by first), '[]')
    from (
      select min(slot) as first, max(slot) as last
      -- Times that follow each other step by step keep the same distance from their row number.
      from (select slot, slot - p_step * row_number() over (order by slot) as distance from unnest(p_slots) slot) as numbered
      group by distance
    ) as range);
end
$$;
comment on function private.free_ranges(timestamp[], interval) is
  'Start times as ranges, ["09:00-11:30", "14:00"]: each from the first to the last of those that follow each other step by step.';
grant execute on function private.free_ranges(timestamp[], interval) to service_role;

create function private.suggestions(p_slots timestamp[], p_requested timestamp) returns timestamp[]
language plpgsql immutable set search_path = '' as $$
begin
  return (
    select coalesce(array_agg(slot order by slot), '{}')
    from (
      select slot
      from unnest(p_slots) with ordinality as free (slot, number)
      where p_requested is not null or number in (1, (cardinality(p_slots) + 1) / 2, cardinality(p_slots))
      order by abs(extract(epoch from slot - p_requested)), slot limit 3
    ) as suggested);
end
$$;
comment on function private.suggestions(timestamp[], timestamp) is
  'Three of a day''s free times: those nearest to the requested one; if none was requested, the first, the last, and one between them.';
grant execute on function private.suggestions(timestamp[], timestamp) to service_role;

create function private.say_times(p_slots timestamp[]) returns text
language plpgsql stable set search_path = '' as $$
begin
  return private.say_list(array(
    -- An ending that all of them share is said once.
    select case when time.number < count(*) over () and count(*) over (partition by time.ending) = count(*) over ()
      then regexp_replace(time.said, ' [^ ]+$', '') else time.said end
    from (
      select number, said, substring(said from ' [^ ]+$') as ending
      from unnest(p_slots) with ordinality as slot (local, number), private.say_time(local) as said
    ) as time
    order by time.number));
end
$$;
comment on function private.say_times(timestamp[]) is '"9 AM, 12:45 PM or 4:30 PM", "9, 10 or 11 AM".';
grant execute on function private.say_times(timestamp[]) to service_role;

create function private.say_free_times(p_suggested timestamp[], p_count integer, p_asked_day date) returns text
language plpgsql stable set search_path = '' as $$
begin
  return private.say(
    case when p_count = 1 then 'The only free time on {day} is {times}.'
      when p_suggested[1]::date = p_asked_day then '{times}?' else '{day} at {times}?' end,
    jsonb_build_object('day', private.say_day(p_suggested[1]), 'times', private.say_times(p_suggested)));
end
$$;
comment on function private.say_free_times(timestamp[], integer, date) is
  '"Tuesday, November 24 at 9 AM, 12:45 PM or 4:30 PM?"; of a day that was asked for as it stands, "9 AM, 12:45 PM or 4:30 PM?".';
grant execute on function private.say_free_times(timestamp[], integer, date) to service_role;

create function private.say_nothing_free(p_from date, p_until date, p_part text) returns text
language plpgsql stable set search_path = '' as $$
begin
  return private.say(
    case coalesce(p_part, '')
      when 'morning'   then case when p_until > p_from then 'I have no morning free from {day} to {until}.' else 'I have nothing free in the morning on {day}.' end
      when 'afternoon' then case when p_until > p_from then 'I have no afternoon free from {day} to {until}.' else 'I have nothing free in the afternoon on {day}.' end
      when 'evening'   then case when p_until > p_from then 'I have no evening free from {day} to {until}.' else 'I have nothing free in the evening on {day}.' end
      else case when p_until > p_from then 'I have nothing like that free from {day} to {until}.' else 'I have nothing free on {day}.' end
    end,
    jsonb_build_object('day', private.say_day(p_from::timestamp), 'until', private.say_day(p_until::timestamp)));
end
$$;
comment on function private.say_nothing_free(date, date, text) is '"I have no morning free from Monday, November 23 to Friday, November 27."';
grant execute on function private.say_nothing_free(date, date, text) to service_role;

create function private.tool_check_availability(p_org_id uuid, p_call jsonb, p_args jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_policy  public.booking_policies := (select p from public.booking_policies p where p.org_id = p_org_id);
  v_today   date := (select (now() at time zone timezone)::date from public.organizations where id = p_org_id);
  v_from    date := coalesce((p_args ->> 'date')::date, v_today);
  -- No further than anything can be booked.
  v_until   date := greatest(v_from, least(v_today + v_policy.horizon_days,
    coalesce((p_args ->> 'until')::date, case when not p_args ? 'date' then v_today + v_policy.horizon_days end, v_from)));
  v_part    text := p_args ->> 'partOfDay';
  v_near    time := private.middle_of_part(v_part);
  v_read    record := private.read_slot_request(p_org_id, p_args || jsonb_build_object('date', v_from), p_call);
  v_request private.slot_request := v_read.request;
  v_found   record;
  v_has_day boolean := false;
  v_free    timestamp[];
  v_slots   timestamp[];
  v_some    timestamp[];
  v_verdict text;
  v_own_hold uuid;
  v_own_visit timestamp;
  v_more    jsonb;
  v_day     jsonb;
  v_refused jsonb;
begin
  if v_read.refused is not null then
    return v_read.refused;
  end if;
  if v_until > v_from then
    -- Of several days, the first that has what is requested. A week that has begun is searched from today on.
    v_from := least(greatest(v_from, v_today), v_until);
    v_found := private.first_free_day(v_request, v_from, v_until, v_part);
    v_has_day := v_found.day is not null;
    v_free := v_found.free;
    v_request := (private.read_slot_request(p_org_id, p_args || jsonb_build_object('date', coalesce(v_found.day, v_from)), p_call)).request;
  end if;

  -- Searched once: everything that is said about this day is based on these times.
  if v_free is null then
    v_free := array(select distinct local from private.free_slots(v_request, v_request.day, v_request.day));
  end if;
  v_slots := array(select local from unnest(v_free) local where private.is_in_part(local::time, v_part) order by local);
  v_some := private.suggestions(v_slots, v_request.local);
  v_day := jsonb_build_object(
    'date', v_request.day, 'timezone', v_request.timezone,
    'slots', array(select to_char(slot, 'HH24:MI') from unnest(v_some) slot),
    'free', private.free_ranges(v_slots, make_interval(mins => v_policy.slot_minutes)));

  if v_until > v_from and not v_has_day and v_until >= v_today then
    -- Before that day nothing at all is free, as the search has just shown.
    v_request.day := coalesce(v_found.any_day, v_until);
    v_refused := private.refusal_with_alternatives(v_request, 'fully_booked', private.say_nothing_free(v_from, v_until, v_part), null, v_near);
    return v_refused - 'code' || jsonb_build_object('success', true) || v_day;
  elsif v_request.local is not null then
    v_own_hold := (private.own_hold(p_org_id, p_call, null, v_request.starts_at)).id;
    v_verdict := case
      when v_request.local = any (v_free) then 'free'
      when v_own_hold is not null then (private.check_slot(v_request, v_own_hold)).verdict
      else private.why_not_free(v_request)
    end;
    if v_verdict = 'slot_taken' then
      v_own_visit := (
        select min(starts_at) at time zone v_request.timezone from private.own_appointments(p_org_id, p_call, null)
        where v_request.starts_at >= starts_at and v_request.starts_at < ends_at);
    end if;
    v_day := v_day || jsonb_build_object('available', v_verdict = 'free');
  else
    v_verdict := case when v_slots <> '{}' then 'free' else replace(private.check_slot_day(v_request), 'open', 'fully_booked') end;
  end if;

  if v_verdict = 'free' and v_request.local is not null then
    return v_day || jsonb_build_object('success', true, 'message', private.say('{when} is free.', jsonb_build_object('when', private.say_when(v_request.local))));
  elsif v_verdict = 'free' then
    v_day := v_day || jsonb_build_object('success', true, 'message', private.say_free_times(v_some, cardinality(v_slots),
      case when not p_args ? 'until' then (p_args ->> 'date')::date end));
    -- A day that is nearly full offers little choice, if other days will do as well.
    if cardinality(v_slots) < 3 and v_until > v_request.day then
      v_request.day := v_request.day + 1;
      v_more := jsonb_path_query_array(private.alternatives(v_request, null, v_near),
        '$[*] ? (@.date <= $until)', jsonb_build_object('until', v_until));
      v_day := v_day || jsonb_build_object('alternatives', v_more)
        || case when v_more = '[]' then '{}' else
          jsonb_build_object('message', (v_day ->> 'message') || ' ' || private.say_alternatives(v_more, v_near)) end;
    end if;
    return v_day;
  end if;

  -- A request that cannot be met still gets an answer; only a day that nobody can mean is refused.
  v_refused := case
    when v_own_visit is not null then private.refusal_with_alternatives(v_request, v_verdict,
      private.say('{when} is your own appointment.', jsonb_build_object('when', private.say_when(v_own_visit))), p_free => v_free)
    when v_verdict = 'fully_booked' then private.refusal_with_alternatives(
      v_request, v_verdict, private.say_nothing_free(v_request.day, v_request.day, v_part), null, v_near, v_free)
    else private.refusal_of_slot(v_request, v_verdict, p_free => v_free)
  end;
  return case when v_verdict in ('in_the_past', 'too_far_ahead') then v_refused
    else v_refused - 'code' || jsonb_build_object('success', true) end || v_day;
end
$$;
comment on function private.tool_check_availability(uuid, jsonb, jsonb) is
  'p_args: {date?, until?, time?, partOfDay?, service?, provider?}: without a date, or with an `until`, the first day that has what is '
  'requested. Result: {success, message, date, timezone, slots: ["HH:MM"], free: ["HH:MM-HH:MM"], available?, alternatives?: [{date, '
  'slots}]}. `slots` are three suggestions, `free` is everything that is free; `available` answers a requested time.';
grant execute on function private.tool_check_availability(uuid, jsonb, jsonb) to service_role;
