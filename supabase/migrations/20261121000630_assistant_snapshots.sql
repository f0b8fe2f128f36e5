-- What an assistant was before we wrote to it, so that it can be restored.

create table public.assistant_snapshots (
  id           uuid primary key default gen_random_uuid(),
  agent_id     uuid not null references public.agents on delete cascade,
  org_id       uuid not null references public.organizations on delete cascade,
  assistant_id text not null,
  job_id       uuid not null,
  before       jsonb not null,
  agent        jsonb not null,
  mark         text not null,
  created_at   timestamptz not null default clock_timestamp()
);
comment on table public.assistant_snapshots is 'One row for each change of an existing assistant, kept for 30 days.';
comment on column public.assistant_snapshots.before is
  'The keys that we wrote, as they were at Vapi: {key: value, null if it had none}. Secrets are "[REDACTED]".';
comment on column public.assistant_snapshots.agent is
  'What we knew about it then: {lastApplied, linkedToolIds, drift, rejectedSettings, syncedVersion, syncedAt}.';
comment on column public.assistant_snapshots.mark is
  'Shows whether somebody has changed the assistant since: Vapi''s updatedAt of what we wrote.';
create index assistant_snapshots_agent_id on public.assistant_snapshots (agent_id, created_at);
create index assistant_snapshots_org_id on public.assistant_snapshots (org_id);
create index assistant_snapshots_created_at on public.assistant_snapshots (created_at);
alter table public.assistant_snapshots enable row level security;
grant select, insert, update, delete on public.assistant_snapshots to service_role;

create function private.keep_snapshots(p_syncs jsonb, p_held uuid[]) returns void
language sql set search_path = '' as $$
  insert into public.assistant_snapshots (agent_id, org_id, assistant_id, job_id, before, agent, mark)
  select agent.id, agent.org_id, agent.assistant_id, sync."jobId", sync.snapshot -> 'before',
    jsonb_build_object(
      'lastApplied', agent.last_applied, 'linkedToolIds', agent.linked_tool_ids, 'drift', agent.drift,
      'rejectedSettings', agent.rejected_settings, 'syncedVersion', agent.synced_version, 'syncedAt', agent.synced_at),
    sync.snapshot ->> 'mark'
  from jsonb_to_recordset(p_syncs) as sync ("jobId" uuid, "agentId" uuid, snapshot jsonb)
  join public.agents agent on agent.id = sync."agentId"
  where sync."jobId" = any (p_held) and jsonb_typeof(sync.snapshot) = 'object' and agent.assistant_id is not null
$$;
comment on function private.keep_snapshots(jsonb, uuid[]) is
  'Records what assistants were before these syncs, with what we knew about each until now: called before that is updated.';
grant execute on function private.keep_snapshots(jsonb, uuid[]) to service_role;
