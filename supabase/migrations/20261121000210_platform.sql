-- The platform itself: its settings, who operates it, and what they did.

create table public.platform_settings (
  is_only                    boolean primary key default true check (is_only),
  organization_creation      text not null default 'open' check (organization_creation in ('open', 'invite_only', 'operator_only')),
  max_organizations_per_user integer not null default 5 check (max_organizations_per_user > 0),
  console_url                text check (console_url ~ '^https?://'),
  texts_enabled              boolean not null default true,
  max_texts_per_day          integer not null default 20000 check (max_texts_per_day >= 0),
  max_recipients_per_caller  integer not null default 25 check (max_recipients_per_caller >= 0),
  replaced_tools_kept_days   integer not null default 0 check (replaced_tools_kept_days between 0 and 365),
  rollout_share              integer not null default 100 check (rollout_share between 1 and 100),
  rollout_minutes            integer not null default 60 check (rollout_minutes between 1 and 10080),
  rollout_max_error_percent  integer not null default 30 check (rollout_max_error_percent between 0 and 100),
  updated_at                 timestamptz not null default now()
);
comment on table public.platform_settings is 'One row: what applies to all organizations.';
comment on column public.platform_settings.organization_creation is
  'Who creates organizations: every signed-in user, those invited by an operator, or operators alone.';
comment on column public.platform_settings.max_organizations_per_user is 'How many organizations somebody may own who creates another one.';
comment on column public.platform_settings.console_url is 'Where invitations lead; null: they contain no address.';
comment on column public.platform_settings.texts_enabled is
  'False: no text message is sent, not even a queued one. Twilio itself still confirms STOP and START.';
comment on column public.platform_settings.max_texts_per_day is 'Text messages of all organizations together in a day (UTC).';
comment on column public.platform_settings.max_recipients_per_caller is
  'How many numbers besides their own one caller may have texted by all organizations together, within an hour.';
comment on column public.platform_settings.replaced_tools_kept_days is
  'How long a replaced tool stays at Vapi, for old versions of assistants that somebody may restore there; 0: until nothing refers to it.';
comment on column public.platform_settings.rollout_share is
  'Percent of the organizations that get a changed definition of a tool first; 100: all at once. Needs TOOL_UPDATE_STRATEGY=replace.';
comment on column public.platform_settings.rollout_minutes is 'How long it is tried there before everybody gets it.';
comment on column public.platform_settings.rollout_max_error_percent is 'The rollout stops if more than this share of its calls fail.';
insert into public.platform_settings default values;
create trigger set_updated_at before update on public.platform_settings
  for each row execute function private.set_updated_at();

create table public.platform_operators (
  user_id    uuid primary key references auth.users on delete cascade,
  added_by   uuid,
  created_at timestamptz not null default now()
);
comment on table public.platform_operators is
  'Who operates the platform. The first operator is inserted with the service role; operators add others with operator_add.';

create function private.is_operator() returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (select from public.platform_operators where user_id = (select auth.uid()))
$$;
comment on function private.is_operator() is
  'Whether the signed-in user operates the platform. Definer: the policy on platform_operators itself would otherwise recurse.';
grant execute on function private.is_operator() to authenticated, service_role;

create table public.operator_actions (
  id         uuid primary key default gen_random_uuid(),
  actor      uuid,
  action     text not null,
  target     text,
  detail     jsonb not null default '{}',
  created_at timestamptz not null default now()
);
comment on table public.operator_actions is
  'What operators did: one row per action, in its transaction. Rows are neither changed nor deleted.';
comment on column public.operator_actions.actor is 'The user; null for the service role. No foreign key: the record outlives its actor.';
comment on column public.operator_actions.target is 'Id of the object of the action.';
create index operator_actions_created_at on public.operator_actions (created_at);

create function private.audit(p_action text, p_target text default null, p_detail jsonb default '{}') returns void
language sql set search_path = '' as $$
  insert into public.operator_actions (actor, action, target, detail)
  values (auth.uid(), p_action, p_target, coalesce(jsonb_strip_nulls(p_detail), '{}'))
$$;
comment on function private.audit(text, text, jsonb) is 'Records an action of an operator.';
grant execute on function private.audit(text, text, jsonb) to service_role;

alter table public.platform_settings enable row level security;
alter table public.platform_operators enable row level security;
alter table public.operator_actions enable row level security;
create policy "users read the settings of the platform" on public.platform_settings
  for select to authenticated using ((select auth.role()) = 'authenticated');
create policy "operators read who operates" on public.platform_operators
  for select to authenticated using ((select private.is_operator()));
create policy "operators read what was done" on public.operator_actions
  for select to authenticated using ((select private.is_operator()));
grant select on public.platform_settings, public.platform_operators, public.operator_actions to authenticated;
grant select, update on public.platform_settings to service_role;
grant select, insert, delete on public.platform_operators to service_role;
grant select, insert on public.operator_actions to service_role;

-- How every rpc for people begins ------------------------------------------------------------

create function private.require_role(p_org_id uuid, p_roles text[]) returns text
language plpgsql stable set search_path = '' as $$
declare
  v_role text := (select role from public.members where org_id = p_org_id and user_id = auth.uid());
begin
  if v_role is null then
    perform private.raise_error('VT002', 'You are not a member of this organization');
  elsif v_role <> all (p_roles) then
    perform private.raise_error('VT002', format('Only %s of the organization may do this',
      private.say_roles(p_roles)));
  end if;
  return v_role;
end
$$;
comment on function private.require_role(uuid, text[]) is
  'The role of the signed-in user in the organization, if it is one of these; refuses with VT002 otherwise. An unknown organization gets '
  'the same refusal.';
grant execute on function private.require_role(uuid, text[]) to service_role;

create function private.say_roles(p_roles text[]) returns text
language sql immutable set search_path = '' as $$
  select string_agg(role || 's', ' and ' order by position) from unnest(p_roles) with ordinality as role (role, position)
$$;
comment on function private.say_roles(text[]) is '"owners and admins".';
grant execute on function private.say_roles(text[]) to service_role;

create function private.require_admin(p_org_id uuid) returns text
language sql stable set search_path = '' as $$
  select private.require_role(p_org_id, '{owner, admin}')
$$;
comment on function private.require_admin(uuid) is 'As require_role, for what owners and admins may do.';
grant execute on function private.require_admin(uuid) to service_role;

create function private.verified_email() returns text
language sql stable set search_path = '' as $$
  select lower(email) from auth.users
  where id = auth.uid() and email_confirmed_at is not null and deleted_at is null and not is_anonymous
$$;
comment on function private.verified_email() is
  'The verified address of the signed-in user; null if there is none. From auth.users: a token says what was true when it was issued.';
grant execute on function private.verified_email() to service_role;
