-- What an agent's model is told of its clinic, and that a change of it reaches every assistant.

create function private.clinic_facts(p_org_id uuid) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'name', org.name, 'timezone', org.timezone, 'phone', org.phone,
    'hours', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'weekday', hours.weekday, 'opens', to_char(hours.opens, 'HH24:MI'), 'closes', to_char(hours.closes, 'HH24:MI'),
        'calendar', calendar.name) order by calendar.position, calendar.name, hours.weekday, hours.opens), '[]')
      from public.business_hours hours
      left join public.calendars calendar on calendar.id = hours.calendar_id
      where hours.org_id = org.id and (calendar.id is null or calendar.active and not calendar.for_tests)),
    'services', (
      select coalesce(jsonb_agg(jsonb_build_object('name', name, 'minutes', duration_minutes) order by position, name), '[]')
      from public.services where org_id = org.id and active),
    'providers', (
      select coalesce(jsonb_agg(name order by position, name), '[]')
      from public.calendars where org_id = org.id and active and not for_tests))
  from public.organizations org where org.id = p_org_id
$$;
comment on function private.clinic_facts(uuid) is
  'For the block at the end of the system prompt: {name, timezone, phone, hours: [{weekday, opens, closes, calendar}], services: '
  '[{name, minutes}], providers}. Nothing in it depends on the day, so that an assistant in step stays in step.';
grant execute on function private.clinic_facts(uuid) to service_role;

create function private.tell_agents(p_org_ids uuid[]) returns void
language plpgsql set search_path = '' as $$
declare
  v_org_id uuid;
begin
  -- An organization that is being deleted takes its settings along, and has nobody to tell.
  for v_org_id in
    select id from public.organizations
    where id = any (p_org_ids) and exists (select from public.agents where org_id = organizations.id)
    order by id
  loop
    perform private.relink_agents(p_org_id => v_org_id);
  end loop;
end
$$;
comment on function private.tell_agents(uuid[]) is
  'Syncs the agents of these organizations: what their models are told has changed. However much changes until a worker begins, each agent '
  'is synced once.';
grant execute on function private.tell_agents(uuid[]) to service_role;

create function private.tell_agents_of_added() returns trigger
language plpgsql set search_path = '' as $$
begin
  perform private.tell_agents(array(select distinct org_id from added));
  return null;
end
$$;
comment on function private.tell_agents_of_added() is 'Trigger: once per statement, however many rows it added.';
grant execute on function private.tell_agents_of_added() to service_role;

create function private.tell_agents_of_changed() returns trigger
language plpgsql set search_path = '' as $$
begin
  perform private.tell_agents(array(
    select org_id from (select * from before except select * from after union all select * from after except select * from before) changed));
  return null;
end
$$;
comment on function private.tell_agents_of_changed() is 'Trigger: once per statement, and not for one that changed nothing.';
grant execute on function private.tell_agents_of_changed() to service_role;

create function private.tell_agents_of_removed() returns trigger
language plpgsql set search_path = '' as $$
begin
  perform private.tell_agents(array(select distinct org_id from removed));
  return null;
end
$$;
comment on function private.tell_agents_of_removed() is 'Trigger: once per statement, however many rows it removed.';
grant execute on function private.tell_agents_of_removed() to service_role;

do $$
declare
  v_table text;
begin
  foreach v_table in array '{calendars, services, business_hours}'::text[] loop
    execute format(
      'create trigger tell_agents_of_added after insert on public.%I
         referencing new table as added for each statement execute function private.tell_agents_of_added()', v_table);
    execute format(
      'create trigger tell_agents_of_changed after update on public.%I
         referencing old table as before new table as after for each statement execute function private.tell_agents_of_changed()', v_table);
    execute format(
      'create trigger tell_agents_of_removed after delete on public.%I
         referencing old table as removed for each statement execute function private.tell_agents_of_removed()', v_table);
  end loop;
end
$$;

create function private.tell_agents_of_organization() returns trigger
language plpgsql set search_path = '' as $$
begin
  perform private.tell_agents(array[new.id]);
  return null;
end
$$;
comment on function private.tell_agents_of_organization() is 'Trigger: a clinic has a new name, time zone or number.';
grant execute on function private.tell_agents_of_organization() to service_role;
create trigger tell_agents after update on public.organizations
  for each row when ((old.name, old.timezone, old.phone) is distinct from (new.name, new.timezone, new.phone))
  execute function private.tell_agents_of_organization();
