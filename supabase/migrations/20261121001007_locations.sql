-- Where an organization sees its patients. One with a single place needs no row here; with several, each calendar has one.

create table public.locations (
  id         uuid primary key default gen_random_uuid(),
  org_id     uuid not null references public.organizations on delete cascade,
  name       text not null check (length(name) between 1 and 100),
  address    text check (length(address) between 1 and 200),
  directions text check (length(directions) between 1 and 500),
  phone      text check (phone ~ '^\+[1-9][0-9]{6,14}$'),
  position   integer not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (org_id, name),
  unique (id, org_id)
);
comment on table public.locations is 'Places where an organization sees patients. Callers ask for one by its name, as they ask for a provider.';
comment on column public.locations.address is 'As written in confirmations, reminders and calendar events.';
comment on column public.locations.directions is 'How to get there, for callers who ask.';
comment on column public.locations.phone is 'E.164; null: the organization''s.';

alter table public.calendars
  add column location_id uuid,
  add foreign key (location_id, org_id) references public.locations (id, org_id);
comment on column public.calendars.location_id is 'Where its patients are seen; null: at none of the locations.';
create index calendars_location_id on public.calendars (location_id, org_id);

create function private.check_location() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if new.name !~ '[^[:space:]]' or length(new.name) > 100 then
    perform private.raise_invalid('name', 'Cannot use this name: callers ask for the location by it, so give 1 to 100 characters');
  elsif new.address !~ '[^[:space:]]' or length(new.address) > 200 then
    perform private.raise_invalid('address', 'Cannot use this address: give 1 to 200 characters, or null');
  elsif new.directions !~ '[^[:space:]]' or length(new.directions) > 500 then
    perform private.raise_invalid('directions', 'Cannot use these directions: give 1 to 500 characters, or null');
  elsif new.phone !~ '^\+[1-9][0-9]{6,14}$' then
    perform private.raise_invalid('phone',
      format('Cannot use phone number "%s": give it with + and country, without spaces', new.phone));
  end if;
  return new;
end
$$;
comment on function private.check_location() is 'Trigger: says what is wrong with a location. Definer: as private.check_organization.';
create trigger check_location before insert or update on public.locations
  for each row execute function private.check_location();
create trigger set_updated_at before update on public.locations
  for each row execute function private.set_updated_at();

create function private.check_location_of_calendar() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if not exists (select from public.locations where id = new.location_id and org_id = new.org_id) then
    perform private.raise_invalid('location_id', 'Cannot put this calendar there: the organization has no such location');
  end if;
  return new;
end
$$;
comment on function private.check_location_of_calendar() is 'Trigger: a calendar is at a location of its own organization. Definer: as private.check_organization.';
create trigger check_location_of_calendar before insert or update of location_id on public.calendars
  for each row when (new.location_id is not null) execute function private.check_location_of_calendar();

alter table public.locations enable row level security;
create policy "members read the locations of their organization" on public.locations
  for select to authenticated using (org_id = any ((select private.member_org_ids())::uuid[]));
create policy "admins add locations to their organization" on public.locations
  for insert to authenticated with check (org_id = any ((select private.admin_org_ids())::uuid[]));
create policy "admins change the locations of their organization" on public.locations
  for update to authenticated
  using (org_id = any ((select private.admin_org_ids())::uuid[])) with check (org_id = any ((select private.admin_org_ids())::uuid[]));
create policy "admins remove locations of their organization" on public.locations
  for delete to authenticated using (org_id = any ((select private.admin_org_ids())::uuid[]));
grant select, delete, insert (org_id, name, address, directions, phone, position),
  update (name, address, directions, phone, position) on public.locations to authenticated;
grant insert (location_id), update (location_id) on public.calendars to authenticated;
grant select, insert, update, delete on public.locations to service_role;

notify pgrst, 'reload schema';
