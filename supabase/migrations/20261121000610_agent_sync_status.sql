-- Where the sync of each agent stands.

create view public.agent_sync_status with (security_invoker = true) as
select
  agent.id as agent_id,
  agent.org_id,
  job.id as sync_id,
  case
    when job.status = 'running' then 'syncing'
    when job.status = 'dead' then 'failed'
    when job.status = 'pending' then 'pending'
    when agent.synced_at is not null then 'synced'
    else 'pending'
  end as status,
  coalesce(job.attempts, 0) as attempts,
  job.last_error,
  job.requested_at,
  agent.synced_at,
  agent.assistant_id as assistant_id
from public.agents agent
left join lateral (
  select id, status, attempts, last_error, requested_at
  from public.jobs
  where queue = 'tool-sync' and key = 'agent:' || agent.id
  order by created_at desc
  limit 1
) job on true;
comment on view public.agent_sync_status is 'For the console: where the sync of each agent stands. Members see their own organization''s.';
grant select on public.agent_sync_status to authenticated, service_role;

create function public.sync_status(p_agent_id uuid) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'syncState', status, 'syncId', sync_id, 'assistantId', assistant_id, 'attempts', attempts, 'lastError', last_error)
  from public.agent_sync_status where agent_id = p_agent_id
$$;
comment on function public.sync_status(uuid) is 'For `Prefer: wait`: the state of an agent''s sync.';
grant execute on function public.sync_status(uuid) to service_role;
