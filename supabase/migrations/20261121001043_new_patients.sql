-- Services for new and for returning patients. Only for a proven number is it known who has been here: a caller who names another number
-- learns nothing about its patients. Those who came before the clinic had this platform are in no table, so it is never certain that
-- somebody is new: it is asked once, and believed.

create function private.is_returning(p_org_id uuid, p_call jsonb, p_name text) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return exists (
    select from public.appointments visit
    where visit.org_id = p_org_id and visit.contact_id = any (array(select private.own_contacts(p_org_id, p_call, null)))
      and (visit.state = 'completed' or visit.state = 'confirmed' and visit.ends_at < now())
      and (p_name is null or private.person_key(visit.patient_name) = private.person_key(p_name)));
end
$$;
comment on function private.is_returning(uuid, jsonb, text) is
  'Whether a patient with that name (null: anybody) has been here under a number that this caller has proved.';
grant execute on function private.is_returning(uuid, jsonb, text) to service_role;

create function private.services_for(p_org_id uuid, p_calendar_id uuid, p_location_id uuid, p_for text) returns text[]
language plpgsql stable set search_path = '' as $$
begin
  return array(
    select name from private.offered_services(p_org_id, p_calendar_id, p_location_id)
    where for_patients in ('all', p_for) order by number);
end
$$;
comment on function private.services_for(uuid, uuid, uuid, text) is
  'What a calendar, a place or the clinic offers to `new` or to `returning` patients.';
grant execute on function private.services_for(uuid, uuid, uuid, text) to service_role;

create function private.service_by_default(p_org_id uuid, p_args jsonb, p_calendar_id uuid, p_location_id uuid, p_call jsonb) returns text
language plpgsql stable set search_path = '' as $$
declare
  v_first record;
  v_to_new       text[];
  v_to_returning text[];
begin
  select * into v_first from private.offered_services(p_org_id, p_calendar_id, p_location_id) order by number limit 1;
  -- Nobody is seen on a test calendar.
  if v_first.for_patients is not distinct from 'all' or v_first.id is null
    or (select for_tests from public.calendars where id = p_calendar_id)
  then
    return v_first.name;
  end if;
  v_to_new := private.services_for(p_org_id, p_calendar_id, p_location_id, 'new');
  v_to_returning := private.services_for(p_org_id, p_calendar_id, p_location_id, 'returning');
  return case
    when v_to_new = '{}' or v_to_returning = '{}' then v_first.name
    when private.is_returning(p_org_id, p_call, p_args ->> 'patientName') then v_to_returning[1]
    else (
      -- What this caller already holds was chosen.
      select service.name from public.services service
      where service.id = (private.own_hold(p_org_id, p_call, private.uuid_or_null(p_args ->> 'holdId'), private.instant_of(
        (p_args ->> 'date')::date + (p_args ->> 'time')::time, (select timezone from public.organizations where id = p_org_id)))).service_id)
  end;
end
$$;
comment on function private.service_by_default(uuid, jsonb, uuid, uuid, jsonb) is
  'The service for a caller who names none: the first one or, if that is not for everybody, the first that suits the patient. Null if it '
  'has to be asked, or there is none.';
grant execute on function private.service_by_default(uuid, jsonb, uuid, uuid, jsonb) to service_role;

create function private.ask_who_it_is_for(p_org_id uuid, p_calendar_id uuid, p_location_id uuid) returns jsonb
language sql stable set search_path = '' as $$
  select private.refusal('unknown_service',
    private.say('Has the patient been here before? New patients come for {new}, all others for {others}.', jsonb_build_object(
      'new', private.say_list(to_new), 'others', private.say_list(to_returning))),
    jsonb_build_object('services', array(
      select name from private.offered_services(p_org_id, p_calendar_id, p_location_id) order by number)))
  from (
    select private.services_for(p_org_id, p_calendar_id, p_location_id, 'new') as to_new,
      private.services_for(p_org_id, p_calendar_id, p_location_id, 'returning') as to_returning
  ) as choices
$$;
comment on function private.ask_who_it_is_for(uuid, uuid, uuid) is 'Asks whether the patient is new, by naming what is offered to either.';
grant execute on function private.ask_who_it_is_for(uuid, uuid, uuid) to service_role;

create function private.refusal_of_patient(p_request private.slot_request, p_call jsonb, p_args jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_name   text := p_args ->> 'patientName';
  v_for    text := (select for_patients from public.services where id = p_request.service_id);
  v_known  boolean;
  v_others text[];
begin
  -- The staff know who is new, and nobody is seen on a test calendar.
  if v_for = 'all' or v_name is null or private.caller_key(p_call) is null
    or (select for_tests from public.calendars where id = p_request.calendar_id)
  then
    return null;
  end if;
  v_known := private.is_returning(p_request.org_id, p_call, v_name);
  v_others := private.services_for(p_request.org_id, p_request.calendar_id, p_request.location_id,
    case v_for when 'new' then 'returning' else 'new' end);
  if v_for = 'new' and v_known then
    return private.refusal('new_patients_only', concat_ws(' ',
      private.say('{service} is for new patients, and {name} has been here before.',
        jsonb_build_object('service', p_request.service, 'name', v_name)),
      case when v_others <> '{}' then private.say('I can book {names}. Which one would you like?', jsonb_build_object('names', private.say_list(v_others))) end),
      jsonb_build_object('services', v_others));
  elsif v_for = 'returning' and not v_known and private.session_of(p_call) is not null and not exists (
    select from public.tool_calls asked
    where asked.session_id = private.session_of(p_call) and asked.org_id = p_request.org_id and asked.outcome = 'returning_patients_only')
  then
    return private.refusal('returning_patients_only', concat_ws(' ',
      private.say('{service} is for patients who have been here before. Has {name}?',
        jsonb_build_object('service', p_request.service, 'name', v_name)),
      case when v_others <> '{}' then private.say('New patients come for {names}.', jsonb_build_object('names', private.say_list(v_others))) end),
      jsonb_build_object('services', v_others));
  end if;
  return null;
end
$$;
comment on function private.refusal_of_patient(private.slot_request, jsonb, jsonb) is
  'Why the patient may not have this service; null if they may. Whether they have been here before is asked once in a conversation: a '
  'caller who then asks for it again has answered.';
grant execute on function private.refusal_of_patient(private.slot_request, jsonb, jsonb) to service_role;

create function private.refusal_of_terms(p_request private.slot_request, p_calendars uuid[], p_call jsonb, p_args jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return coalesce(private.refusal_of_patient(p_request, p_call, p_args), private.refusal_of_location(p_request, p_calendars));
end
$$;
comment on function private.refusal_of_terms(private.slot_request, uuid[], jsonb, jsonb) is
  'What has to be settled before a time is given away: for whom the service is, and where the visit takes place. Null if nothing is open.';
grant execute on function private.refusal_of_terms(private.slot_request, uuid[], jsonb, jsonb) to service_role;
