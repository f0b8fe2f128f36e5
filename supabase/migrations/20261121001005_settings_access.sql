-- Who changes what can be booked at an organization, and what is said about a row that makes no sense.

create function private.check_business_hours() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_other public.business_hours;
begin
  if new.closes <= new.opens then
    perform private.raise_invalid('closes', format(
      'Cannot open from %s until %s: a night shift is two rows, until 24:00 and from 00:00', new.opens, new.closes));
  end if;
  select * into v_other from public.business_hours other
  where other.org_id = new.org_id and other.calendar_id is not distinct from new.calendar_id and other.weekday = new.weekday
    and other.id <> new.id and other.opens < new.closes and other.closes > new.opens
  limit 1;
  if found then
    perform private.raise_invalid('opens', format('Cannot open from %s until %s on weekday %s: that overlaps with %s until %s',
      new.opens, new.closes, new.weekday, v_other.opens, v_other.closes));
  end if;
  return new;
end
$$;
comment on function private.check_business_hours() is 'Trigger: says which opening hours overlap. Definer: as private.check_organization.';
create trigger check_business_hours before insert or update on public.business_hours
  for each row execute function private.check_business_hours();

create function private.check_closure() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if new.last_day < new.first_day then
    perform private.raise_invalid('last_day', format('Cannot close from %s until %s: it ends before it begins', new.first_day, new.last_day));
  elsif new.first_day < '2000-01-01' or new.last_day >= '2200-01-01' then
    perform private.raise_invalid(case when new.first_day < '2000-01-01' then 'first_day' else 'last_day' end,
      'Cannot close on such a day: give days of the years 2000 to 2199');
  elsif (new.starts is null) <> (new.ends is null) then
    perform private.raise_invalid('ends', 'Cannot close for hours without both their beginning and their end');
  elsif new.ends <= new.starts then
    perform private.raise_invalid('ends', format('Cannot close from %s until %s: it ends before it begins', new.starts, new.ends));
  end if;
  return new;
end
$$;
comment on function private.check_closure() is 'Trigger: says what is wrong with a closure. Definer: as private.check_organization.';
create trigger check_closure before insert or update on public.closures
  for each row execute function private.check_closure();

create function private.check_calendar() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  -- One service account reads and writes all calendars, so a known id would give access to another clinic's calendar. The first
  -- organization to connect it has it.
  if auth.role() = 'authenticated' and exists (
    select from public.calendars other
    where other.google_calendar_id = new.google_calendar_id and other.org_id <> new.org_id
  ) then
    perform private.raise_error('VT008', 'This Google Calendar is connected to another organization');
  end if;
  return new;
end
$$;
comment on function private.check_calendar() is
  'Trigger: a user cannot connect a Google Calendar that another organization has. Definer: looks at other organizations.';
create trigger check_calendar before insert or update of google_calendar_id on public.calendars
  for each row when (new.google_calendar_id is not null)
  execute function private.check_calendar();
create index calendars_google_calendar_id on public.calendars (google_calendar_id) where google_calendar_id is not null;

create function private.check_max_per_day() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if new.max_per_day < 1 then
    perform private.raise_invalid('max_per_day',
      format('Cannot take %s visits a day: give 1 or more, or null for as many as fit', new.max_per_day));
  end if;
  return new;
end
$$;
comment on function private.check_max_per_day() is 'Trigger: says what a daily maximum can be. Definer: as private.check_organization.';
create trigger check_max_per_day before insert or update of max_per_day on public.calendars
  for each row execute function private.check_max_per_day();
create trigger check_max_per_day before insert or update of max_per_day on public.services
  for each row execute function private.check_max_per_day();
create trigger check_max_per_day before update of max_per_day on public.booking_policies
  for each row execute function private.check_max_per_day();

create function private.check_service() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if new.for_patients not in ('all', 'new', 'returning') then
    perform private.raise_invalid('for_patients', format('Cannot offer a service to "%s": give all, new or returning', new.for_patients));
  elsif new.duration_minutes not between 5 and 720 then
    perform private.raise_invalid('duration_minutes', format('Cannot make a visit last %s minutes: give 5 to 720', new.duration_minutes));
  end if;
  return new;
end
$$;
comment on function private.check_service() is
  'Trigger: says whom a service can be for, and how long it can last. Definer: as private.check_organization.';
create trigger check_service before insert or update of for_patients, duration_minutes on public.services
  for each row execute function private.check_service();

alter table public.calendars enable row level security;
alter table public.services enable row level security;
alter table public.business_hours enable row level security;
alter table public.closures enable row level security;
alter table public.booking_policies enable row level security;

create policy "members read the calendars of their organization" on public.calendars
  for select to authenticated using (org_id = any ((select private.member_org_ids())::uuid[]));
create policy "admins add calendars to their organization" on public.calendars
  for insert to authenticated with check (org_id = any ((select private.admin_org_ids())::uuid[]));
create policy "admins change the calendars of their organization" on public.calendars
  for update to authenticated
  using (org_id = any ((select private.admin_org_ids())::uuid[])) with check (org_id = any ((select private.admin_org_ids())::uuid[]));
create policy "admins remove calendars of their organization" on public.calendars
  for delete to authenticated using (org_id = any ((select private.admin_org_ids())::uuid[]));
grant select, delete, insert (org_id, name, position, active, for_tests, google_calendar_id, max_per_day),
  update (name, position, active, for_tests, google_calendar_id, max_per_day) on public.calendars to authenticated;

create policy "members read the services of their organization" on public.services
  for select to authenticated using (org_id = any ((select private.member_org_ids())::uuid[]));
create policy "admins add services to their organization" on public.services
  for insert to authenticated with check (org_id = any ((select private.admin_org_ids())::uuid[]));
create policy "admins change the services of their organization" on public.services
  for update to authenticated
  using (org_id = any ((select private.admin_org_ids())::uuid[])) with check (org_id = any ((select private.admin_org_ids())::uuid[]));
create policy "admins remove services of their organization" on public.services
  for delete to authenticated using (org_id = any ((select private.admin_org_ids())::uuid[]));
grant select, delete, insert (org_id, name, duration_minutes, buffer_before_minutes, buffer_after_minutes, position, active, for_patients, max_per_day),
  update (name, duration_minutes, buffer_before_minutes, buffer_after_minutes, position, active, for_patients, max_per_day) on public.services to authenticated;

create policy "members read the hours of their organization" on public.business_hours
  for select to authenticated using (org_id = any ((select private.member_org_ids())::uuid[]));
create policy "admins add hours to their organization" on public.business_hours
  for insert to authenticated with check (org_id = any ((select private.admin_org_ids())::uuid[]));
create policy "admins change the hours of their organization" on public.business_hours
  for update to authenticated
  using (org_id = any ((select private.admin_org_ids())::uuid[])) with check (org_id = any ((select private.admin_org_ids())::uuid[]));
create policy "admins remove hours of their organization" on public.business_hours
  for delete to authenticated using (org_id = any ((select private.admin_org_ids())::uuid[]));
grant select, delete, insert (org_id, calendar_id, weekday, opens, closes),
  update (calendar_id, weekday, opens, closes) on public.business_hours to authenticated;

create policy "members read the closures of their organization" on public.closures
  for select to authenticated using (org_id = any ((select private.member_org_ids())::uuid[]));
create policy "admins add closures to their organization" on public.closures
  for insert to authenticated with check (org_id = any ((select private.admin_org_ids())::uuid[]));
create policy "admins change the closures of their organization" on public.closures
  for update to authenticated
  using (org_id = any ((select private.admin_org_ids())::uuid[])) with check (org_id = any ((select private.admin_org_ids())::uuid[]));
create policy "admins remove closures of their organization" on public.closures
  for delete to authenticated using (org_id = any ((select private.admin_org_ids())::uuid[]));
grant select, delete, insert (org_id, calendar_id, first_day, last_day, starts, ends, reason),
  update (calendar_id, first_day, last_day, starts, ends, reason) on public.closures to authenticated;

create policy "members read the rules of their organization" on public.booking_policies
  for select to authenticated using (org_id = any ((select private.member_org_ids())::uuid[]));
create policy "admins change the rules of their organization" on public.booking_policies
  for update to authenticated
  using (org_id = any ((select private.admin_org_ids())::uuid[])) with check (org_id = any ((select private.admin_org_ids())::uuid[]));
grant select, update (slot_minutes, lead_minutes, horizon_days, sms_confirmations, booking_path, reminder_hours, complete_after_hours, max_per_day)
 on public.booking_policies to authenticated;

grant select, insert, update, delete
  on public.calendars, public.services, public.business_hours, public.closures, public.booking_policies
  to service_role;

notify pgrst, 'reload schema';
