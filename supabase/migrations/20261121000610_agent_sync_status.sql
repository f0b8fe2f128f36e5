-- The state of each agent's sync.

create function private.sync_state(p_job_status text) returns text
language sql immutable set search_path = '' as $$
  select case p_job_status when 'running' then 'syncing' when 'succeeded' then 'synced' when 'dead' then 'failed' else p_job_status end
$$;
comment on function private.sync_state(text) is
  'How far a sync is, from its job: pending, syncing, synced, failed; superseded if a later one continues it.';
grant execute on function private.sync_state(text) to service_role;

create view public.agent_overview with (security_invoker = true) as
select
  agent.id as agent_id, agent.org_id, agent.name, agent.role, agent.language, agent.version, agent.synced_version, agent.paused_at,
  agent.assistant_id, job.id as sync_id, sync.state as sync_state, coalesce(job.attempts, 0) as attempts, job.last_error, job.requested_at,
  agent.synced_at, jsonb_array_length(agent.drift) as drift_count, agent.created_at, agent.updated_at,
  case when job.status = 'pending' and job.run_at > now() then job.run_at end as next_attempt_at,
  agent.rejected_settings, agent.model_set
from public.agents agent
left join lateral (
  select id, status, attempts, last_error, requested_at, run_at
  from public.jobs
  where queue = 'tool-sync' and key = 'agent:' || agent.id
  order by created_at desc
  limit 1
) job on true
-- Same as private.sync_state(), written out: a function that sets its search_path is not inlined, and costs a list more than its rows do.
cross join lateral (
  select case
    when job.status = 'running' then 'syncing'
    when job.status = 'dead' then 'failed'
    when job.status = 'pending' or agent.synced_at is null then 'pending'
    else 'synced'
  end as state
) sync;
comment on view public.agent_overview is 'Agents with the state of their syncs, without their prompts: the first list in a console.';
comment on column public.agent_overview.model_set is 'The model that its assistant was given because it had none; null otherwise.';
comment on column public.agent_overview.next_attempt_at is 'When the next attempt follows, while Vapi refuses or is away; null otherwise.';
grant select on public.agent_overview to authenticated, service_role;

create view public.agent_sync_status with (security_invoker = true) as
select
  agent_id, org_id, sync_id, sync_state, attempts, last_error, requested_at, synced_at, assistant_id, sync_state as status,
  rejected_settings, next_attempt_at, model_set
from public.agent_overview;
comment on view public.agent_sync_status is 'For the console: the state of each agent''s sync. Members see their own organization''s.';
comment on column public.agent_sync_status.status is
  'The same as sync_state, which is its name everywhere else: for clients that read it before.';
comment on column public.agent_sync_status.model_set is 'The model that its assistant was given because it had none; null otherwise.';
comment on column public.agent_sync_status.next_attempt_at is
  'When the next attempt follows, while Vapi refuses or is away; null otherwise.';
grant select on public.agent_sync_status to authenticated, service_role;

create function public.sync_status(p_agent_id uuid) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'syncState', sync_state, 'syncId', sync_id, 'assistantId', assistant_id, 'attempts', attempts, 'lastError', last_error,
    'rejectedSettings', rejected_settings)
  from public.agent_sync_status where agent_id = p_agent_id
$$;
comment on function public.sync_status(uuid) is 'For `Prefer: wait`: the state of an agent''s sync.';
grant execute on function public.sync_status(uuid) to service_role;
