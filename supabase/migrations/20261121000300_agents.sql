-- Agents: what the console edits. Each is mirrored as one assistant at Vapi.

create table public.agents (
  id                   uuid primary key default gen_random_uuid(),
  org_id               uuid not null references public.organizations on delete cascade,
  name                 text not null check (length(name) between 1 and 40),
  role                 text not null check (role in ('inbound', 'outbound')),
  system_prompt        text not null,
  first_message        text,
  voice                jsonb check (jsonb_typeof(voice) = 'object'),
  model                jsonb check (jsonb_typeof(model) = 'object'),
  language             text,
  max_duration_seconds integer check (max_duration_seconds between 10 and 43200),
  settings             jsonb not null default '{}' check (jsonb_typeof(settings) = 'object'),
  tools                text[],
  version              integer not null default 1,
  assistant_id    text unique,
  last_applied         jsonb,
  linked_tool_ids      text[] not null default '{}',
  drift                jsonb not null default '[]',
  rejected_settings    jsonb not null default '[]',
  model_set            text,
  written_at           timestamptz,
  paused_at            timestamptz,
  synced_version       integer,
  synced_at            timestamptz,
  created_at           timestamptz not null default now(),
  updated_at           timestamptz not null default now(),
  unique (org_id, name)
);
comment on table public.agents is 'Voice agents of an organization, each mirrored as one Vapi assistant.';
comment on column public.agents.name is 'At most 40 characters: Vapi''s limit on an assistant''s name.';
comment on column public.agents.tools is 'Catalogue names that this agent may use; null means all that its organization has enabled.';
comment on column public.agents.settings is
  'All other settings of the assistant, in Vapi''s form: {transcriber: {keyterm: […]}, endCallMessage: "…"}.';
comment on column public.agents.version is 'Grows with every change of content; a save based on another version is refused.';
comment on column public.agents.last_applied is 'The settings last sent to Vapi: the base of the three-way merge. Null: never applied (a migrated agent).';
comment on column public.agents.linked_tool_ids is 'Our tool ids that the assistant carried after its last sync.';
comment on column public.agents.drift is
  'Settings edited at Vapi since the last apply: [{path, applied, observed, values?: {applied, observed}}]. applied and observed hold '
  'short values as they are and digests of long ones; values has both in full.';
comment on column public.agents.rejected_settings is 'Settings that Vapi refused, until the console changes them: [{path, reason}].';
comment on column public.agents.model_set is
  'The model that a sync gave its assistant because it had none, until the console chooses one; null: none was given.';
comment on column public.agents.written_at is 'When a worker last wrote the assistant; an older snapshot of Vapi is stale.';
comment on column public.agents.paused_at is 'Since when it is paused, and no tool call is served for it; null: it is not paused.';
comment on column public.agents.synced_version is 'The version that Vapi has.';

create index agents_linked_tool_ids on public.agents using gin (linked_tool_ids);
create trigger set_updated_at before update on public.agents
  for each row execute function private.set_updated_at();

alter table public.agents enable row level security;
create policy "members read their agents" on public.agents
  for select to authenticated using (org_id = any ((select private.member_org_ids())::uuid[]));
grant select on public.agents to authenticated;
grant select, insert, update, delete on public.agents to service_role;
