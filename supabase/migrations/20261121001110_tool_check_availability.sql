create function private.tool_check_availability(p_org_id uuid, p_call jsonb, p_args jsonb) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_read    record := private.read_slot_request(p_org_id, p_args);
  v_request private.slot_request := v_read.request;
  v_slots   timestamp[];
  v_verdict text;
  v_day     jsonb;
  v_refused jsonb;
begin
  if v_read.refused is not null then
    return v_read.refused;
  end if;

  select coalesce(array_agg(distinct local order by local), '{}') into v_slots
  from private.free_slots(v_request, v_request.day, v_request.day);
  v_day := jsonb_build_object(
    'date', v_request.day, 'timezone', v_request.timezone,
    'slots', (select coalesce(jsonb_agg(to_char(slot, 'HH24:MI')), '[]') from unnest(v_slots) slot));
  if v_request.local is not null then
    v_verdict := (private.check_slot(v_request)).verdict;
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
  'p_args: {date, time?, service?, provider?}. Result: {success, message, date, timezone, slots: ["HH:MM"], available?, '
  'alternatives?: [{date, slots}]}; `available` answers a requested time.';
grant execute on function private.tool_check_availability(uuid, jsonb, jsonb) to service_role;
