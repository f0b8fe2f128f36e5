-- The registry of tools at Vapi (global) and their links per organization.
--
-- A registration is claimed before anything is created at Vapi, recorded as soon as Vapi has answered, and
-- activated in one step with the other tools of the same deployment:
--
--   creating ──record (id known)──▶ creating ──activate──▶ current ──replaced──▶ retired ──deleted at Vapi──▶ deleted
--
-- A worker may die between any two of these: its claim expires, and the worker that takes it over looks in Vapi's
-- list for what the dead one may have created before it creates anything itself.

create table public.vapi_tools (
  id              uuid primary key default gen_random_uuid(),
  name            text not null check (name ~ '^[a-zA-Z0-9_-]{1,64}$'),
  vapi_tool_id    text unique,
  definition_hash varchar(64) not null,
  deployment_hash text,
  description     text,
  state           text not null check (state in ('creating', 'trial', 'current', 'retired', 'deleted')),
  claim_token     uuid,
  claimed_until   timestamptz,
  is_adopted      boolean not null default false,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  activated_at    timestamptz,
  retired_at      timestamptz,
  recheck_at      timestamptz,
  trial_errors    integer not null default 0,
  stopped_at      timestamptz,
  given_up_at     timestamptz,
  check (vapi_tool_id is not null or state = 'creating')
);
comment on table public.vapi_tools is 'Global registry: which tool at Vapi represents which tool of the catalogue.';
comment on column public.vapi_tools.definition_hash is 'SHA-256, hex, of the definition as it was sent.';
comment on column public.vapi_tools.deployment_hash is 'Digest of what it shares with all tools of its deployment: URL and secret.';
comment on column public.vapi_tools.trial_errors is 'Failed calls while it was on trial.';
comment on column public.vapi_tools.stopped_at is 'When its trial failed: this definition is not registered again.';
comment on column public.vapi_tools.given_up_at is
  'When somebody declared that a stopped definition is not wanted any more: nobody has to be notified.';
comment on column public.vapi_tools.description is 'What it is for, as the model reads it.';
comment on column public.vapi_tools.is_adopted is 'Found at Vapi and taken over, not created.';
comment on column public.vapi_tools.retired_at is
  'When it was replaced, or dropped from the catalogue. Null for one that was lost: it has to be registered again.';
comment on column public.vapi_tools.recheck_at is 'When to look again at a retired tool that somebody else''s assistant still uses.';

create unique index vapi_tools_one_current on public.vapi_tools (name) where state = 'current';
create unique index vapi_tools_one_trial on public.vapi_tools (name) where state = 'trial';
create unique index vapi_tools_one_creating on public.vapi_tools (name) where state = 'creating';
create index vapi_tools_retired on public.vapi_tools (retired_at) where state = 'retired';
create trigger set_updated_at before update on public.vapi_tools
  for each row execute function private.set_updated_at();

alter table public.vapi_tools enable row level security;
grant select, insert, update, delete on public.vapi_tools to service_role;

create table public.org_tools (
  id              uuid primary key default gen_random_uuid(),
  org_id          uuid not null references public.organizations on delete cascade,
  tool_name       varchar(255) not null,
  vapi_tool_id    varchar(255),
  description     text,
  enabled         boolean not null default true,
  definition_hash varchar(64),
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (org_id, tool_name)
);
comment on table public.org_tools is 'Which tools an organization has, and which registered tool at Vapi each is.';
comment on column public.org_tools.enabled is 'A disabled tool is taken off all assistants of the organization.';
create index org_tools_org_id on public.org_tools (org_id);
create index org_tools_enabled on public.org_tools (enabled);
create trigger set_updated_at before update on public.org_tools
  for each row execute function private.set_updated_at();

alter table public.org_tools enable row level security;
create policy "members read the tools of their organization" on public.org_tools
  for select to authenticated using (org_id = any ((select private.member_org_ids())::uuid[]));
grant select on public.org_tools to authenticated;
grant select, insert, update, delete on public.org_tools to service_role;

create function private.tool_registry() returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
      'name', name, 'vapiToolId', vapi_tool_id, 'definitionHash', definition_hash,
      'state', case when stopped_at is null then state else 'stopped' end
    ) order by name, created_at), '[]')
    from public.vapi_tools where state in ('trial', 'current', 'retired') or stopped_at is not null);
end
$$;
comment on function private.tool_registry() is
  'Tools on trial, current, retired and stopped ones: [{name, vapiToolId, definitionHash, state}].';
grant execute on function private.tool_registry() to service_role;

create function public.registered_tools() returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'ids', coalesce(jsonb_agg(vapi_tool_id) filter (where vapi_tool_id is not null and state <> 'deleted'), '[]'),
    'creating', coalesce(jsonb_agg(name) filter (where state = 'creating'), '[]'))
  from public.vapi_tools
$$;
comment on function public.registered_tools() is
  'Our tools at Vapi: {ids, creating: names of tools that a worker may be creating at this moment}.';
grant execute on function public.registered_tools() to service_role;

create function public.deleted_tools(p_vapi_tool_ids text[]) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(vapi_tool_id), '[]') from public.vapi_tools
  where vapi_tool_id = any (p_vapi_tool_ids) and state = 'deleted'
$$;
comment on function public.deleted_tools(text[]) is
  'Those of these ids that were tools of ours and are deleted: restoring an old version of an assistant brings them back.';
grant execute on function public.deleted_tools(text[]) to service_role;
