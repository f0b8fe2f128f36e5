create function private.is_in_part(p_time time, p_part text) returns boolean
language sql immutable set search_path = '' as $$
  select case p_part
    when 'morning'   then p_time < '12:00'
    when 'afternoon' then p_time >= '12:00' and p_time < '18:00'
    when 'evening'   then p_time >= '17:00'
    else true
  end
$$;
comment on function private.is_in_part(time, text) is 'Whether a time lies in the morning, afternoon or evening; any does if none is named.';
grant execute on function private.is_in_part(time, text) to service_role;

create function private.first_free_day(p_request private.slot_request, p_from date, p_until date, p_part text) returns date
language plpgsql stable set search_path = '' as $$
declare
  v_time time := p_request.local::time;
  v_step record;
  v_day  date;
begin
  -- The week first; then, only as far as needed, the weeks after it.
  for v_step in select * from (values (0, 6), (7, 31), (32, 366)) as step (first, last) loop
    select min(slot.local)::date into v_day
    from private.free_slots(p_request, p_from + v_step.first, least(p_from + v_step.last, p_until)) slot
    where private.is_in_part(slot.local::time, p_part) and (v_time is null or slot.local::time = v_time);
    exit when v_day is not null or p_from + v_step.last >= p_until;
  end loop;
  return v_day;
end
$$;
comment on function private.first_free_day(private.slot_request, date, date, text) is
  'The first of these local days with a free slot in that part of the day, at the requested time if there is one; null if none has.';
grant execute on function private.first_free_day(private.slot_request, date, date, text) to service_role;

create function private.tool_check_availability(p_org_id uuid, p_call jsonb, p_args jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_today   date := (select (now() at time zone timezone)::date from public.organizations where id = p_org_id);
  v_from    date := coalesce((p_args ->> 'date')::date, v_today);
  v_until   date := coalesce((p_args ->> 'until')::date, case when p_args ? 'date' then v_from else v_from + 366 end);
  v_part    text := p_args ->> 'partOfDay';
  v_read    record := private.read_slot_request(p_org_id, p_args || jsonb_build_object('date', v_from));
  v_request private.slot_request := v_read.request;
  v_slots   timestamp[];
  v_verdict text;
  v_day     jsonb;
  v_refused jsonb;
begin
  if v_read.refused is not null then
    return v_read.refused;
  end if;
  if v_until > v_from then
    -- Of several days, the first that has what is wished for.
    v_from := coalesce(private.first_free_day(v_request, v_from, v_until, v_part), v_from);
    v_request := (private.read_slot_request(p_org_id, p_args || jsonb_build_object('date', v_from))).request;
  end if;

  select coalesce(array_agg(distinct local order by local), '{}') into v_slots
  from private.free_slots(v_request, v_request.day, v_request.day)
  where private.is_in_part(local::time, v_part);
  v_day := jsonb_build_object(
    'date', v_request.day, 'timezone', v_request.timezone,
    'slots', (select coalesce(jsonb_agg(to_char(slot, 'HH24:MI')), '[]') from unnest(v_slots) slot));
  if v_request.local is not null then
    v_verdict := (private.check_slot(v_request, (private.own_hold(p_org_id, p_call, null, v_request.starts_at)).id)).verdict;
    v_day := v_day || jsonb_build_object('available', v_verdict = 'free');
  else
    v_verdict := case when v_slots <> '{}' then 'free' else replace(private.check_slot_day(v_request), 'open', 'fully_booked') end;
  end if;

  if v_verdict = 'free' then
    return v_day || jsonb_build_object('success', true, 'message', case
      when v_request.local is not null then private.say_when(v_request.local) || ' is free.'
      when cardinality(v_slots) = 1 then format('The only free time on %s is %s.', private.say_day(v_slots[1]), private.say_time(v_slots[1]))
      else format('On %s there are %s free times, from %s to %s.', private.say_day(v_slots[1]), cardinality(v_slots),
        private.say_time(v_slots[1]), private.say_time(v_slots[cardinality(v_slots)]))
    end);
  end if;

  -- A request that can't be met still gets an answer; only a day that nobody can mean is refused.
  v_refused := private.refusal_of_slot(v_request, v_verdict);
  return case when v_verdict in ('in_the_past', 'too_far_ahead') then v_refused
    else v_refused - 'code' || jsonb_build_object('success', true) end || v_day;
end
$$;
comment on function private.tool_check_availability(uuid, jsonb, jsonb) is
  'p_args: {date?, until?, time?, partOfDay?, service?, provider?}: without a date, or with several days until one, the first that has '
  'what is wished for. Result: {success, message, date, timezone, slots: ["HH:MM"], available?, '
  'alternatives?: [{date, slots}]}; `available` answers a requested time.';
grant execute on function private.tool_check_availability(uuid, jsonb, jsonb) to service_role;
