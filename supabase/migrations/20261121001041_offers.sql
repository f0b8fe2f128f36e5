-- Who offers what to whom, and where: which service, provider and place a caller's words mean.

create function private.offers(p_calendar_id uuid, p_service_id uuid) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return p_calendar_id is null
    or exists (select from public.calendar_services where calendar_id = p_calendar_id and service_id = p_service_id)
    or not exists (select from public.calendar_services where service_id = p_service_id)
    or (select for_tests from public.calendars where id = p_calendar_id);
end
$$;
comment on function private.offers(uuid, uuid) is
  'Whether a calendar takes visits for a service. True for no calendar in particular (null).';
grant execute on function private.offers(uuid, uuid) to service_role;

create function private.offering_calendars(p_org_id uuid, p_service_id uuid, p_location_id uuid default null) returns text[]
language plpgsql stable set search_path = '' as $$
begin
  return array(
    select calendar.name from public.calendars calendar
    where calendar.org_id = p_org_id and calendar.active and not calendar.for_tests and private.offers(calendar.id, p_service_id)
      and (p_location_id is null or calendar.location_id = p_location_id)
    order by calendar.position, calendar.name);
end
$$;
comment on function private.offering_calendars(uuid, uuid, uuid) is
  'Names of those who offer a service, at one location or anywhere (null).';
grant execute on function private.offering_calendars(uuid, uuid, uuid) to service_role;

create function private.is_offered(p_org_id uuid, p_service_id uuid, p_calendar_id uuid, p_location_id uuid) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  -- Without rows, everybody does: so it is at most clinics.
  return case when p_calendar_id is not null then private.offers(p_calendar_id, p_service_id)
    else not exists (select from public.calendar_services where service_id = p_service_id)
      or private.offering_calendars(p_org_id, p_service_id, p_location_id) <> '{}' end;
end
$$;
comment on function private.is_offered(uuid, uuid, uuid, uuid) is
  'Whether a service is available at all: on this calendar, at this location, or (both null) anywhere.';
grant execute on function private.is_offered(uuid, uuid, uuid, uuid) to service_role;

create function private.offered_services(p_org_id uuid, p_calendar_id uuid default null, p_location_id uuid default null)
returns table (id uuid, name text, for_patients text, number bigint)
language plpgsql stable set search_path = '' as $$
#variable_conflict use_column
begin
  return query
    select service.id, service.name, service.for_patients, row_number() over (order by service.position, service.name)
    from public.services service
    where service.org_id = p_org_id and service.active and private.is_offered(p_org_id, service.id, p_calendar_id, p_location_id)
    order by 4;
end
$$;
comment on function private.offered_services(uuid, uuid, uuid) is
  'The services of a calendar, of a location, or of the whole clinic, numbered in the clinic''s order.';
grant execute on function private.offered_services(uuid, uuid, uuid) to service_role;

create function private.location_choices(p_org_id uuid) returns text[]
language plpgsql stable set search_path = '' as $$
declare
  v_names text[] := array(
    select location.name from public.locations location
    where location.org_id = p_org_id and exists (
      select from public.calendars calendar
      where calendar.location_id = location.id and calendar.org_id = p_org_id and calendar.active and not calendar.for_tests)
    order by location.position, location.name);
begin
  return case when cardinality(v_names) > 1 then v_names else '{}' end;
end
$$;
comment on function private.location_choices(uuid) is
  'Names of the locations that a caller can choose from; empty if there is nothing to choose.';
grant execute on function private.location_choices(uuid) to service_role;

create function private.read_provider(p_org_id uuid, p_said text, out calendar_id uuid, out location_id uuid, out refused jsonb)
language plpgsql stable set search_path = '' as $$
#variable_conflict use_column
declare
  v_names   text[];
  v_locations  text[];
  v_matches text[];
  v_meant   text[];
  v_there   text[];
begin
  if p_said is null then
    return;
  end if;
  select array_agg(name order by position, name) into v_names
  from public.calendars where org_id = p_org_id and active and (not for_tests or name = p_said);
  v_locations := private.location_choices(p_org_id);
  -- Including people who have left: a caller who asks for one must not be given somebody whose name sounds similar.
  v_matches := private.match_names(array(
    select name from public.calendars
    where org_id = p_org_id and (not for_tests or name = p_said) order by position, name) || v_locations, p_said);
  v_meant := array(select name from unnest(v_matches) name where name = any (v_names));
  v_locations := array(select name from unnest(v_matches) name where name = any (v_locations) and name <> all (v_meant));
  -- A provider at a place: of several with that name, the one who works there.
  v_there := array(
    select calendar.name from public.calendars calendar join public.locations location on location.id = calendar.location_id
    where calendar.org_id = p_org_id and calendar.name = any (v_meant) and location.name = any (v_locations));
  if v_there <> '{}' then
    v_meant := v_there;
    v_locations := '{}';
  end if;
  -- With a single calendar there is nothing to choose; only a provider who has left is mentioned.
  if v_matches = '{}' and cardinality(v_names) = 1 then
    v_meant := v_names;
  end if;

  if cardinality(v_meant || v_locations) <> 1 then
    refused := private.refusal_of_name('unknown_provider', 'providers', v_meant || v_locations,
      case when v_meant || v_locations = '{}' then v_matches[1] end, v_names);
  else
    calendar_id := (select id from public.calendars where org_id = p_org_id and name = v_meant[1]);
    location_id := (select id from public.locations where org_id = p_org_id and name = v_locations[1]);
  end if;
end
$$;
comment on function private.read_provider(uuid, text) is
  'The calendar or the location that a caller asks for; neither if they ask for none, or the answer that asks for an existing one.';
grant execute on function private.read_provider(uuid, text) to service_role;

create function private.read_service(
  p_org_id uuid, p_args jsonb, p_calendar_id uuid, p_location_id uuid, p_call jsonb, out service_id uuid, out refused jsonb
)
language plpgsql stable set search_path = '' as $$
declare
  v_names   text[];
  v_here    text[];
  v_matches text[];
  v_meant   text[];
begin
  select array_agg(name order by number) into v_names from private.offered_services(p_org_id);
  select coalesce(array_agg(name order by number), v_names) into v_here
  from private.offered_services(p_org_id, p_calendar_id, p_location_id);
  -- With a single service there is nothing to choose, whatever the model calls it.
  if cardinality(v_names) = 1 then
    v_meant := v_names;
  elsif p_args ->> 'service' is null then
    v_meant := array[private.service_by_default(p_org_id, p_args, p_calendar_id, p_location_id, p_call)];
    if v_meant[1] is null and v_names is not null then
      refused := private.ask_who_it_is_for(p_org_id, p_calendar_id, p_location_id);
      return;
    end if;
  else
    -- Including what is no longer offered: a caller who asks for that must not be given something that sounds similar.
    v_matches := private.match_names(array(
      select name from public.services where org_id = p_org_id order by position, name), p_args ->> 'service');
    v_meant := array(select name from unnest(v_matches) name where name = any (v_names));
    if cardinality(v_meant) > 1 and (select count(*) from unnest(v_meant) name where name = any (v_here)) = 1 then
      v_meant := array(select name from unnest(v_meant) name where name = any (v_here));
    end if;
  end if;
  if cardinality(v_meant) is distinct from 1 or v_meant[1] is null then
    refused := private.refusal_of_name('unknown_service', 'services', v_meant, case when v_meant = '{}' then v_matches[1] end, v_here);
    return;
  end if;
  service_id := (select id from public.services where org_id = p_org_id and name = v_meant[1]);
end
$$;
comment on function private.read_service(uuid, jsonb, uuid, uuid, jsonb) is
  'The service that a caller asks for: the one named, or else the first that this provider or place offers; or the answer that asks for '
  'one.';
grant execute on function private.read_service(uuid, jsonb, uuid, uuid, jsonb) to service_role;

create function private.refusal_of_offer(p_request private.slot_request) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_asked text := coalesce(
    (select name from public.calendars where id = p_request.calendar_id),
    (select name from public.locations where id = p_request.location_id));
  v_names text[] := private.offering_calendars(p_request.org_id, p_request.service_id);
begin
  return private.refusal('not_offered',
    concat_ws(' ',
      private.say('{provider} doesn''t offer {service}.', jsonb_build_object('provider', v_asked, 'service', p_request.service)),
      case when v_names <> '{}' then private.say('I can book it with {names}.', jsonb_build_object('names', private.say_list(v_names))) end),
    jsonb_build_object('providers', v_names, 'services', array(
      select name from private.offered_services(p_request.org_id, p_request.calendar_id, p_request.location_id) order by number)));
end
$$;
comment on function private.refusal_of_offer(private.slot_request) is
  'Says that the provider or place does not offer the service, who does, and in `services` what is available there instead.';
grant execute on function private.refusal_of_offer(private.slot_request) to service_role;

create function private.refusal_of_location(p_request private.slot_request, p_calendars uuid[]) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_locations text[];
begin
  if p_request.calendar_id is not null or p_request.location_id is not null or cardinality(p_calendars) < 2 then
    return null;
  end if;
  v_locations := array(
    select location.name from public.locations location
    where location.org_id = p_request.org_id
      and exists (select from public.calendars where location_id = location.id and id = any (p_calendars))
    order by location.position, location.name);
  return case when cardinality(v_locations) > 1 then
    private.refusal('which_location',
      private.say('{when} is free at {locations}. Where would you like to come?', jsonb_build_object(
        'when', private.say_when(p_request.local), 'locations', private.say_list(v_locations))),
      jsonb_build_object('locations', v_locations)) end;
end
$$;
comment on function private.refusal_of_location(private.slot_request, uuid[]) is
  'Asks a caller who named neither provider nor place where to come, if the time is free at several places; null otherwise. p_calendars: '
  'those that have it.';
grant execute on function private.refusal_of_location(private.slot_request, uuid[]) to service_role;

create function private.address_of(p_calendar_id uuid) returns text
language plpgsql stable set search_path = '' as $$
begin
  return (
    select nullif(concat_ws(', ', case when private.location_choices(org.id) <> '{}' then location.name end, coalesce(location.address, org.address)), '')
    from public.calendars calendar
    join public.organizations org on org.id = calendar.org_id
    left join public.locations location on location.id = calendar.location_id
    where calendar.id = p_calendar_id);
end
$$;
comment on function private.address_of(uuid) is
  'Where a calendar''s patients are seen, as they are told: "Downtown, 12 Main St". Null if the clinic has not entered it.';
grant execute on function private.address_of(uuid) to service_role;
