-- Organizations and the people who work for them.

create function private.is_timezone(p_name text) returns boolean
language sql stable set search_path = '' as $$
  select exists (select from pg_catalog.pg_timezone_names where name = p_name)
$$;
comment on function private.is_timezone(text) is 'Whether the name is an IANA time zone that this Postgres knows.';

create table public.organizations (
  id          uuid primary key default gen_random_uuid(),
  name        text not null check (length(name) between 1 and 200),
  timezone    text not null,
  country     text not null check (country ~ '^[A-Z]{2}$'),
  phone       text check (phone ~ '^\+[1-9][0-9]{6,14}$'),
  alert_email text check (alert_email ~ '^[^@[:space:]]+@[^@[:space:]]+$'),
  created_at  timestamptz not null default now(),
  updated_at  timestamptz not null default now()
);
comment on table public.organizations is 'Clinics that use the platform.';
comment on column public.organizations.timezone is 'IANA name. Every local date and time of the organization is read in it.';
comment on column public.organizations.country is 'ISO 3166-1 alpha-2. Phone numbers without a country code are read in it.';
comment on column public.organizations.phone is 'E.164.';

-- A time zone is checked where it is written: pg_timezone_names is a set-returning view, too slow and
-- too volatile for a check constraint.
create function private.check_timezone() returns trigger
language plpgsql set search_path = '' as $$
begin
  if not private.is_timezone(new.timezone) then
    perform private.raise_error('VT004', format('Cannot use time zone "%s": it is not an IANA name such as Europe/London', new.timezone),
      '[{"path":"timezone","message":"not an IANA time zone"}]');
  end if;
  return new;
end
$$;
comment on function private.check_timezone() is 'Trigger: refuses a time zone that Postgres does not know.';

create trigger check_timezone before insert or update of timezone on public.organizations
  for each row execute function private.check_timezone();
create trigger set_updated_at before update on public.organizations
  for each row execute function private.set_updated_at();

create table public.members (
  org_id     uuid not null references public.organizations on delete cascade,
  user_id    uuid not null references auth.users on delete cascade,
  role       text not null check (role in ('owner', 'admin', 'member')),
  created_at timestamptz not null default now(),
  primary key (org_id, user_id)
);
comment on table public.members is 'Who belongs to which organization. Owners and admins may save agents.';
create index members_user_id on public.members (user_id);

create function private.member_org_ids() returns setof uuid
language sql stable security definer set search_path = '' as $$
  select org_id from public.members where user_id = (select auth.uid())
$$;
comment on function private.member_org_ids() is
  'Organizations of the signed-in user. Definer: policies on members itself would otherwise recurse.';
grant execute on function private.member_org_ids() to authenticated, service_role;

alter table public.organizations enable row level security;
create policy "members read their organization" on public.organizations
  for select to authenticated using (id in (select private.member_org_ids()));
grant select on public.organizations to authenticated;
grant select, insert, update, delete on public.organizations to service_role;
grant execute on function private.set_updated_at(), private.check_timezone(), private.is_timezone(text) to service_role;

alter table public.members enable row level security;
create policy "members read their colleagues" on public.members
  for select to authenticated using (org_id in (select private.member_org_ids()));
grant select on public.members to authenticated;
grant select, insert, update, delete on public.members to service_role;
