-- From the arguments of a tool call to a slot request, and from one that cannot be met to an answer.

create function private.refusal(p_code text, p_message text, p_more jsonb default '{}') returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  return jsonb_build_object('success', false, 'code', p_code, 'message', p_message) || p_more;
end
$$;
comment on function private.refusal(text, text, jsonb) is 'A result that says no and helps on: part of the conversation, not an error.';
grant execute on function private.refusal(text, text, jsonb) to service_role;

create function private.uuid_or_null(p_text text) returns uuid
language plpgsql immutable set search_path = '' as $$
begin
  return case when p_text ~* '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$' then p_text::uuid end;
end
$$;
comment on function private.uuid_or_null(text) is 'Models mangle ids: a text that is not a UUID names nothing.';
grant execute on function private.uuid_or_null(text) to service_role;

create function private.refusal_of_name(p_code text, p_field text, p_meant text[], p_left text, p_names text[]) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return private.refusal(p_code,
    case
      when cardinality(p_meant) > 1 then private.say('Do you mean {names}?', jsonb_build_object('names', private.say_list(p_meant)))
      when p_code = 'unknown_provider' then concat_ws(' ',
        case when p_left is not null then private.say('{name} no longer takes appointments here.', jsonb_build_object('name', p_left)) end,
        private.say('I can book with {names}. Whom would you like to see?', jsonb_build_object(
          'names', private.say_list(coalesce(p_names, array[private.say('nobody at the moment')])))))
      else concat_ws(' ',
        case when p_left is not null then private.say('{name} is no longer offered.', jsonb_build_object('name', p_left)) end,
        private.say('I can book {names}. Which one would you like?', jsonb_build_object(
          'names', private.say_list(coalesce(p_names, array[private.say('nothing at the moment')])))))
    end,
    jsonb_build_object(p_field, case when cardinality(p_meant) > 1 then to_jsonb(p_meant) else coalesce(to_jsonb(p_names), '[]') end));
end
$$;
comment on function private.refusal_of_name is
  'Asks for one of several names that may be meant, or else for any of the existing ones; says so if a provider has left (p_left).';
grant execute on function private.refusal_of_name to service_role;

create function private.request_of_service(p_service public.services) returns private.slot_request
language plpgsql stable set search_path = '' as $$
declare
  v_request private.slot_request;
begin
  v_request.org_id := p_service.org_id;
  v_request.timezone := (select timezone from public.organizations where id = p_service.org_id);
  v_request.service_id := p_service.id;
  v_request.service := p_service.name;
  v_request.duration := make_interval(mins => p_service.duration_minutes);
  v_request.buffer_before := make_interval(mins => p_service.buffer_before_minutes);
  v_request.buffer_after := make_interval(mins => p_service.buffer_after_minutes);
  return v_request;
end
$$;
comment on function private.request_of_service(public.services) is 'A request for that service, without a day or a calendar.';
grant execute on function private.request_of_service(public.services) to service_role;

create function private.read_slot_request(
  p_org_id uuid, p_args jsonb, p_call jsonb default '{}', out request private.slot_request, out refused jsonb
)
language plpgsql stable set search_path = '' as $$
declare
  v_with  record := private.read_provider(p_org_id, p_args ->> 'provider');
  v_what  record := private.read_service(p_org_id, p_args, v_with.calendar_id, v_with.location_id, p_call);
begin
  refused := coalesce(v_what.refused, v_with.refused);
  request := private.request_of_service((select s from public.services s where s.id = v_what.service_id));
  request.calendar_id := v_with.calendar_id;
  request.location_id := v_with.location_id;
  request.day := p_args ->> 'date';
  request.local := request.day + (p_args ->> 'time')::time;
  request.starts_at := private.instant_of(request.local, request.timezone);
  if refused is null and not private.is_offered(p_org_id, v_what.service_id, v_with.calendar_id, v_with.location_id) then
    refused := private.refusal_of_offer(request);
  end if;
end
$$;
comment on function private.read_slot_request(uuid, jsonb, jsonb) is
  'Arguments {date, time?, service?, provider?} as a slot request, or the answer that asks for an existing service or provider. provider '
  'may also name a location. p_call: whose words they are, as for tool_call.';
grant execute on function private.read_slot_request(uuid, jsonb, jsonb) to service_role;

create function private.say_alternatives(p_alternatives jsonb, p_requested time) returns text
language plpgsql stable set search_path = '' as $$
begin
  return case when p_alternatives = '[]' then private.say('I found no free time near that.')
    else private.say('I could offer {offers}.', jsonb_build_object('offers', private.say_list(array(
      select private.say('{times} on {day}', jsonb_build_object(
        'times', private.say_list(array(
          select private.say_time((entry ->> 'date')::date + slot)
          from (
            select slot::time as slot from jsonb_array_elements_text(entry -> 'slots') slot
            order by abs(extract(epoch from slot::time - coalesce(p_requested, '00:00'))), slot limit 2
          ) nearest
          order by slot)),
        'day', private.say_day((entry ->> 'date')::timestamp)))
      from jsonb_array_elements(p_alternatives) entry limit 2), ', or ')))
  end;
end
$$;
comment on function private.say_alternatives(jsonb, time) is
  '"I could offer 1:30 PM or 2:30 PM on Tuesday, November 24, or 2 PM or 2:15 PM on Wednesday, November 25."';
grant execute on function private.say_alternatives(jsonb, time) to service_role;

create function private.say_minutes(p_minutes integer) returns text
language sql stable strict set search_path = '' as $$
  select case
    when p_minutes = 60 then private.say('an hour''s')
    when p_minutes = 1440 then private.say('a day''s')
    when p_minutes % 1440 = 0 then private.say('{count} days''', jsonb_build_object('count', p_minutes / 1440))
    when p_minutes % 60 = 0 then private.say('{count} hours''', jsonb_build_object('count', p_minutes / 60))
    else private.say('{count} minutes''', jsonb_build_object('count', p_minutes))
  end
$$;
comment on function private.say_minutes(integer) is '"an hour''s", "2 days''", "90 minutes''" (notice).';
grant execute on function private.say_minutes(integer) to service_role;

create function private.refusal_with_alternatives(
  p_request private.slot_request, p_code text, p_message text, p_ignore uuid default null, p_near time default null,
  p_free timestamp[] default null
) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select private.refusal(
      p_code,
      p_message || ' ' || private.say_alternatives(near, coalesce(p_request.local::time, p_near)),
      jsonb_build_object('timezone', p_request.timezone, 'alternatives', near))
    from private.alternatives(p_request, p_ignore, p_near, p_free) near);
end
$$;
comment on function private.refusal_with_alternatives is
  'Says what is wrong with a request, and what is free near it or near p_near. p_free: as for alternatives.';
grant execute on function private.refusal_with_alternatives to service_role;

create function private.refusal_of_slot(
  p_request private.slot_request, p_verdict text, p_ignore uuid default null, p_free timestamp[] default null
) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_policy public.booking_policies := (select p from public.booking_policies p where p.org_id = p_request.org_id);
  v_said   jsonb := jsonb_build_object(
    'when', coalesce(private.say_when(p_request.local), private.say_day(p_request.day::timestamp)),
    'day', private.say_day(p_request.day::timestamp),
    'notice', private.say_minutes(v_policy.lead_minutes), 'days', v_policy.horizon_days, 'step', v_policy.slot_minutes);
begin
  -- Free a moment ago: somebody else has taken it, or the last place of the day, and more may be gone.
  if p_verdict = 'free' then
    p_verdict := private.why_not_free(p_request, p_ignore);
    p_free := null;
  end if;
  return private.refusal_with_alternatives(p_request, p_verdict,
    private.say(case p_verdict
      when 'in_the_past'      then '{when} is already past.'
      when 'too_soon'         then 'That is too soon: we need {notice} notice.'
      when 'too_far_ahead'    then 'We only book up to {days} days ahead.'
      when 'no_such_time'     then 'The clocks change that night: {when} does not exist.'
      when 'closed'           then 'We are closed on {day}.'
      when 'outside_hours'    then '{when} is outside our opening hours.'
      when 'fully_booked'     then 'I have nothing free on {day}.'
      when 'day_full'         then 'We take no more appointments on {day}.'
      when 'not_a_start_time' then 'Visits start every {step} minutes, so {when} is not possible.'
      else '{when} is already taken.'
    end, v_said), p_ignore, p_free => p_free);
end
$$;
comment on function private.refusal_of_slot is
  'Says why the requested time is not free, and what is. p_verdict: of check_slot; `free` if it was until a moment ago. p_free: as for '
  'alternatives.';
grant execute on function private.refusal_of_slot to service_role;
