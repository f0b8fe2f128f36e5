-- What an agent's model is told about its clinic, and how a change of it reaches every assistant.

create function private.clinic_facts(p_org_id uuid) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_build_object(
      'name', org.name, 'timezone', org.timezone, 'phone', org.phone,
      'transfer', jsonb_build_object(
        'phone', org.transfer_phone, 'isAlways', org.transfer_hours = 'always', 'emergencyWords', org.emergency_words),
      'hours', (
        select coalesce(jsonb_agg(jsonb_build_object(
          'weekday', hours.weekday, 'opens', to_char(hours.opens, 'HH24:MI'), 'closes', to_char(hours.closes, 'HH24:MI'),
          'calendar', calendar.name) order by calendar.position, calendar.name, hours.weekday, hours.opens), '[]')
        from public.business_hours hours
        left join public.calendars calendar on calendar.id = hours.calendar_id
        where hours.org_id = org.id and (calendar.id is null or calendar.active and not calendar.for_tests)),
      'services', (
        select coalesce(jsonb_agg(jsonb_build_object(
          'name', service.name, 'minutes', service.duration_minutes, 'forPatients', service.for_patients,
          'with', (
            select coalesce(jsonb_agg(jsonb_build_object(
              'name', calendar.name, 'minutes', coalesce(own.duration_minutes, service.duration_minutes)) order by calendar.position, calendar.name), '[]')
            from public.calendar_services own join public.calendars calendar on calendar.id = own.calendar_id
            where own.service_id = service.id and calendar.active and not calendar.for_tests)) order by service.position, service.name), '[]')
        from public.services service
        where service.org_id = org.id and service.active and private.is_offered(org.id, service.id, null, null)),
      'providers', (
        select coalesce(jsonb_agg(name order by position, name), '[]')
        from public.calendars where org_id = org.id and active and not for_tests),
      'locations', (
        select coalesce(jsonb_agg(jsonb_build_object('name', location.name, 'address', location.address, 'providers', array(
          select calendar.name from public.calendars calendar
          where calendar.location_id = location.id and calendar.active and not calendar.for_tests
          order by calendar.position, calendar.name)) order by location.position, location.name), '[]')
        from public.locations location where location.org_id = org.id and location.name = any (private.location_choices(org.id))))
    from public.organizations org where org.id = p_org_id);
end
$$;
comment on function private.clinic_facts(uuid) is
  'For the block at the end of the system prompt: {name, timezone, phone, transfer: {phone, isAlways, emergencyWords}, hours: [{weekday, '
  'opens, closes, calendar}], services: [{name, minutes, forPatients, with: [{name, minutes}], empty if everybody does it}], providers, '
  'locations: [{name, address, providers}], if there are several}. Nothing in it depends on the day, so that an assistant in step stays '
  'in step.';
grant execute on function private.clinic_facts(uuid) to service_role;

create function private.tools_left_out(p_org_id uuid) returns text[]
language plpgsql stable set search_path = '' as $$
begin
  return (
    select case booking_path
      when 'at_once' then '{reserveAppointment, verifyBookingCode}'
      when 'code_first' then '{bookClinicAppointment}'
      else '{}'
    end::text[]
    from public.booking_policies where org_id = p_org_id)
    || case when private.is_offered_by_text(p_org_id) then '{}' else '{joinWaitlist}'::text[] end;
end
$$;
comment on function private.tools_left_out(uuid) is
  'The tools that the clinic''s settings take away from its agents: the other way of booking, because a model with two tools for one '
  'purpose sometimes takes the wrong one, and the waiting list if there is none.';
grant execute on function private.tools_left_out(uuid) to service_role;

create function private.is_for_tests(p_setting jsonb) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return (p_setting ->> 'for_tests')::boolean is true
    or p_setting ->> 'calendar_id' is not null and not exists (
      select from public.calendars where id = (p_setting ->> 'calendar_id')::uuid and not for_tests);
end
$$;
comment on function private.is_for_tests(jsonb) is
  'Whether a row of settings is a test calendar or belongs to one (or to a deleted one, whose own row says so).';
grant execute on function private.is_for_tests(jsonb) to service_role;

create function private.relink_agents_of_org() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_row    jsonb := to_jsonb(coalesce(new, old));
  v_org_id uuid  := coalesce(v_row ->> 'org_id', v_row ->> 'id');
  v_told   text  := coalesce(current_setting('agents.told', true), '');
begin
  if tg_op = 'UPDATE' and to_jsonb(new) - 'updated_at' = to_jsonb(old) - 'updated_at' or position(v_org_id::text in v_told) > 0
    or private.is_for_tests(v_row) and private.is_for_tests(to_jsonb(coalesce(old, new)))
  then
    return null;
  end if;
  perform set_config('agents.told', v_told || ',' || v_org_id, true);
  -- An organization that is being deleted takes its settings along, and has no agents to sync.
  if exists (select from public.agents agent join public.organizations org on org.id = agent.org_id where org.id = v_org_id) then
    perform private.relink_agents(p_org_id => v_org_id);
  end if;
  return null;
end
$$;
comment on function private.relink_agents_of_org() is
  'Trigger: syncs the agents of a clinic whose settings have changed, once per transaction, and once for all changes until a worker '
  'begins. Test calendars do not concern agents. Definer: clinics change their settings with their own token, which has no access to '
  'jobs.';

-- At the commit, so that a transaction that somebody leaves open holds nothing that a worker needs.
create constraint trigger relink_agents_of_org after insert or update or delete on public.calendars
  deferrable initially deferred for each row execute function private.relink_agents_of_org();
create constraint trigger relink_agents_of_org after insert or update or delete on public.services
  deferrable initially deferred for each row execute function private.relink_agents_of_org();
create constraint trigger relink_agents_of_org after insert or update or delete on public.calendar_services
  deferrable initially deferred for each row execute function private.relink_agents_of_org();
create constraint trigger relink_agents_of_org after insert or update or delete on public.locations
  deferrable initially deferred for each row execute function private.relink_agents_of_org();
create constraint trigger relink_agents_of_org after insert or update or delete on public.business_hours
  deferrable initially deferred for each row execute function private.relink_agents_of_org();
create constraint trigger relink_agents_of_org after update on public.booking_policies
  deferrable initially deferred for each row when (old.booking_path <> new.booking_path)
  execute function private.relink_agents_of_org();
create constraint trigger relink_agents_of_org after update on public.organizations
  deferrable initially deferred for each row
  when (new.name <> old.name or new.timezone <> old.timezone or new.phone is distinct from old.phone
    or new.transfer_phone is distinct from old.transfer_phone or new.transfer_hours <> old.transfer_hours
    or new.emergency_words <> old.emergency_words)
  execute function private.relink_agents_of_org();
