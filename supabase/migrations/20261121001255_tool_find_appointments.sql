-- The caller's visits, if they have proved who they are, as for cancelling and moving them.

create function private.tool_find_appointments(p_org_id uuid, p_call jsonb, p_args jsonb) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_timezone text   := (select timezone from public.organizations where id = p_org_id);
  v_found    record := private.find_own_appointment(p_org_id, p_call, p_args);
  v_location text   := private.location_of(v_found.found_one);
  v_visits   jsonb;
begin
  if v_found.refused ->> 'code' = 'which_appointment' then
    v_visits := v_found.refused -> 'appointments';
    return jsonb_build_object('success', true, 'appointments', v_visits,
      'message', private.say('Your appointments: {visits}.', jsonb_build_object('visits', array_to_string(array(
        select private.say(case when visit ? 'patientName' then 'for {name} on {when}' else '{when}' end, jsonb_build_object(
          'name', visit ->> 'patientName',
          'when', private.say_when((visit ->> 'scheduledAt')::timestamptz at time zone v_timezone)
            || private.in_brackets(visit ->> 'location')))
        from jsonb_array_elements(v_visits) with ordinality as listed (visit, position) order by position limit 5), '; '))));
  elsif v_found.refused is not null then
    return v_found.refused;
  end if;
  return jsonb_build_object('success', true,
    'message', private.say('Your appointment is on {when}.', jsonb_build_object(
      'when', private.say_when((v_found.found_one).starts_at at time zone v_timezone)
        || case when v_location is null then '' else private.in_brackets(private.address_of((v_found.found_one).calendar_id)) end)),
    'appointments', jsonb_build_array(jsonb_strip_nulls(jsonb_build_object(
      'appointmentId', (v_found.found_one).id,
      'scheduledAt', private.iso_local((v_found.found_one).starts_at, v_timezone),
      'service', (select name from public.services where id = (v_found.found_one).service_id),
      'provider', (select name from public.calendars where id = (v_found.found_one).calendar_id),
      'location', v_location))));
end
$$;
comment on function private.tool_find_appointments(uuid, jsonb, jsonb) is
  'p_args: {phone? (E.164), code?}. The caller''s upcoming appointments, the next five of them spoken: {success, message, appointments: '
  '[{appointmentId, scheduledAt, patientName?, service?, provider?, location?}]}, or what find_own_appointment asks on.';
grant execute on function private.tool_find_appointments(uuid, jsonb, jsonb) to service_role;
