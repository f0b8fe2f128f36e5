-- Who does what: a service with rows here is offered only by those calendars, each with its own duration. Without rows, by all.

create table public.calendar_services (
  org_id           uuid not null references public.organizations on delete cascade,
  calendar_id      uuid not null,
  service_id       uuid not null,
  duration_minutes integer check (duration_minutes between 5 and 720),
  created_at       timestamptz not null default now(),
  -- Without org_id: PostgREST would mistake the table for a relationship between organizations and calendars.
  primary key (calendar_id, service_id),
  foreign key (calendar_id, org_id) references public.calendars (id, org_id) on delete cascade,
  foreign key (service_id, org_id) references public.services (id, org_id) on delete cascade
);
comment on table public.calendar_services is
  'Which calendars offer a service. One without any row is offered by every calendar; a calendar for tests offers everything.';
comment on column public.calendar_services.duration_minutes is 'How long it takes with this provider; null: as long as the service says.';
create index calendar_services_org_id on public.calendar_services (org_id);
create index calendar_services_calendar_id on public.calendar_services (calendar_id, org_id);
create index calendar_services_service_id on public.calendar_services (service_id, org_id);

create function private.check_calendar_service() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if not exists (select from public.calendars where id = new.calendar_id and org_id = new.org_id) then
    perform private.raise_invalid('calendar_id', 'The organization has no such calendar');
  elsif not exists (select from public.services where id = new.service_id and org_id = new.org_id) then
    perform private.raise_invalid('service_id', 'The organization has no such service');
  elsif new.duration_minutes not between 5 and 720 then
    perform private.raise_invalid('duration_minutes', format(
      'Cannot make a visit last %s minutes: give 5 to 720, or null for as long as the service says', new.duration_minutes));
  end if;
  return new;
end
$$;
comment on function private.check_calendar_service() is
  'Trigger: a calendar offers services of its own organization. Definer: as private.check_organization.';
create trigger check_calendar_service before insert or update on public.calendar_services
  for each row execute function private.check_calendar_service();

alter table public.calendar_services enable row level security;
create policy "members read who does what in their organization" on public.calendar_services
  for select to authenticated using (org_id = any ((select private.member_org_ids())::uuid[]));
create policy "admins say who does what in their organization" on public.calendar_services
  for insert to authenticated with check (org_id = any ((select private.admin_org_ids())::uuid[]));
create policy "admins change who does what in their organization" on public.calendar_services
  for update to authenticated
  using (org_id = any ((select private.admin_org_ids())::uuid[])) with check (org_id = any ((select private.admin_org_ids())::uuid[]));
create policy "admins take services from calendars of their organization" on public.calendar_services
  for delete to authenticated using (org_id = any ((select private.admin_org_ids())::uuid[]));
grant select, delete, insert (org_id, calendar_id, service_id, duration_minutes),
  update (duration_minutes) on public.calendar_services to authenticated;
grant select, insert, update, delete on public.calendar_services to service_role;

create function public.set_service_calendars(p_service_id uuid, p_calendars jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_org_id uuid := (select org_id from public.services where id = p_service_id);
begin
  perform private.require_admin(v_org_id);
  if coalesce(jsonb_typeof(p_calendars) <> 'array', true)
    or jsonb_path_exists(p_calendars, '$[*] ? (@.type() != "object" || !exists(@.calendarId))')
  then
    perform private.raise_invalid('p_calendars', 'Give a list of {calendarId, durationMinutes, price}, empty for every calendar');
  end if;
  delete from public.calendar_services
  where service_id = p_service_id
    and calendar_id <> all (array(select private.uuid_or_null(given ->> 'calendarId') from jsonb_array_elements(p_calendars) given));
  insert into public.calendar_services as known (org_id, calendar_id, service_id, duration_minutes, price)
  select distinct on (given ->> 'calendarId') v_org_id, (given ->> 'calendarId')::uuid, p_service_id,
    (given ->> 'durationMinutes')::integer, given ->> 'price'
  from jsonb_array_elements(p_calendars) given
  on conflict (calendar_id, service_id) do update set duration_minutes = excluded.duration_minutes, price = excluded.price;
  return jsonb_build_object('serviceId', p_service_id, 'calendars', jsonb_array_length(p_calendars));
end
$$;
comment on function public.set_service_calendars(uuid, jsonb) is
  'An admin sets who offers a service, replacing the earlier list: {serviceId, calendars: how many}. p_calendars: [{calendarId, '
  'durationMinutes?, price?}], empty for every calendar. Refuses with VT002, VT004. Definer: all of it happens or nothing, and an unknown '
  'service gets the same refusal as another clinic''s.';
grant execute on function public.set_service_calendars(uuid, jsonb) to authenticated;

notify pgrst, 'reload schema';
