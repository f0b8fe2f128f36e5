-- Rolling a backfill back: every assistant that it changed is restored, unless somebody has changed it since.

create table public.rollback_agents (
  run_id       uuid not null references public.backfill_runs on delete cascade,
  agent_id     uuid not null references public.agents on delete cascade,
  org_id       uuid not null references public.organizations on delete cascade,
  outcome      text check (outcome in ('restored', 'edited', 'saved', 'tools_deleted', 'assistant_deleted')),
  incomplete   jsonb,
  requested_at timestamptz not null default now(),
  finished_at  timestamptz,
  primary key (run_id, agent_id)
);
comment on table public.rollback_agents is 'The outcome for each agent whose part in a backfill is rolled back.';
comment on column public.rollback_agents.outcome is
  'Null: not yet. Edited: somebody has changed the assistant at Vapi since. Saved: we have changed it again since. Tools_deleted: its '
  'earlier tools no longer exist.';
comment on column public.rollback_agents.incomplete is 'Paths of secrets that could not be restored, because they are stored nowhere.';
create index rollback_agents_agent_id on public.rollback_agents (agent_id);
create index rollback_agents_org_id on public.rollback_agents (org_id);
alter table public.rollback_agents enable row level security;
grant select, insert, update, delete on public.rollback_agents to service_role;

create function private.run_snapshots(p_run_id uuid) returns setof public.assistant_snapshots
language sql stable set search_path = '' as $$
  select snapshot.*
  from public.backfill_runs run
  join public.backfill_agents member on member.run_id = run.id
  join public.assistant_snapshots snapshot on snapshot.agent_id = member.agent_id
    and snapshot.created_at between run.requested_at and coalesce(run.finished_at, clock_timestamp())
  join public.jobs job on job.id = snapshot.job_id
  -- What somebody saved in the meantime is not the run's, unless the two became one job.
  where run.id = p_run_id and (job.requested_by is null or job.run_id = p_run_id)
$$;
comment on function private.run_snapshots(uuid) is 'What assistants were before the run, or its consequences, changed them.';
grant execute on function private.run_snapshots(uuid) to service_role;

create function public.start_rollback(p_run_id uuid, p_request_id text default null) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_run   public.backfill_runs;
  v_agent record;
begin
  select * into v_run from public.backfill_runs where id = p_run_id for update;
  if v_run.id is null then
    perform private.raise_error('VT001', format('Migration %s does not exist', p_run_id));
  elsif v_run.finished_at is null then
    perform private.raise_error('VT008', 'This migration is still running: roll it back when it has ended');
  end if;

  insert into public.rollback_agents as known (run_id, agent_id, org_id)
  select distinct p_run_id, agent_id, org_id from private.run_snapshots(p_run_id)
  on conflict (run_id, agent_id) do update set outcome = null, incomplete = null, requested_at = now(), finished_at = null
    where known.outcome is distinct from 'restored';

  for v_agent in
    select agent_id, org_id from public.rollback_agents where run_id = p_run_id and outcome is null order by agent_id
  loop
    -- Under the key of the agent's syncs: nobody else writes the assistant in the meantime.
    perform private.enqueue(
      'tool-sync', 'agent:' || v_agent.agent_id, v_agent.org_id,
      jsonb_build_object('kind', 'restore_assistant', 'agentId', v_agent.agent_id, 'runId', p_run_id),
      p_priority => 1::smallint, p_request_id => p_request_id);
  end loop;
  return jsonb_build_object(
    'runId', p_run_id, 'agents', (select count(*) from public.rollback_agents where run_id = p_run_id));
end
$$;
comment on function public.start_rollback(uuid, text) is
  'Requests that every assistant changed by the run be restored: {runId, agents}. Repeated, it requests those that were not. Refuses with '
  'VT001, VT008 (still running).';
grant execute on function public.start_rollback(uuid, text) to service_role;

create function public.snapshot_to_restore(p_run_id uuid, p_agent_id uuid) returns jsonb
language sql stable set search_path = '' as $$
  with snapshots as (
    select * from private.run_snapshots(p_run_id) where agent_id = p_agent_id
  ), latest as (
    select * from snapshots order by created_at desc limit 1
  ), earliest as (
    -- A key that was written twice gets the value from before both.
    select distinct on (entry.key) entry.key, entry.value
    from snapshots, jsonb_each(snapshots.before) entry
    order by entry.key, snapshots.created_at
  )
  select jsonb_build_object(
    'assistantId', latest.assistant_id, 'mark', latest.mark,
    'before', (select jsonb_object_agg(key, value) from earliest),
    'isLatest', agent.assistant_id = latest.assistant_id and not exists (
      select from public.assistant_snapshots later where later.agent_id = p_agent_id and later.created_at > latest.created_at))
  from latest join public.agents agent on agent.id = p_agent_id
$$;
comment on function public.snapshot_to_restore(uuid, uuid) is
  '{assistantId, mark, before, isLatest: false if we have written it again since}; null if there is nothing to restore.';
grant execute on function public.snapshot_to_restore(uuid, uuid) to service_role;

create function public.complete_restore(
  p_job_id uuid, p_lease_token uuid, p_run_id uuid, p_agent_id uuid, p_outcome text, p_incomplete jsonb default null
) returns void
language plpgsql set search_path = '' as $$
declare
  v_was jsonb;
begin
  perform private.require_lease(p_job_id, p_lease_token);
  if p_outcome = 'restored' then
    select agent into v_was from private.run_snapshots(p_run_id) where agent_id = p_agent_id order by created_at limit 1;
    update public.agents set
      last_applied      = nullif(v_was -> 'lastApplied', 'null'),
      linked_tool_ids   = array(select jsonb_array_elements_text(v_was -> 'linkedToolIds')),
      drift             = v_was -> 'drift',
      rejected_settings = v_was -> 'rejectedSettings',
      synced_version    = (v_was ->> 'syncedVersion')::integer,
      -- An assistant that was never synced before is left alone from now on, until somebody requests it.
      synced_at         = (v_was ->> 'syncedAt')::timestamptz,
      written_at        = clock_timestamp()
    where id = p_agent_id;
  end if;
  update public.rollback_agents set outcome = p_outcome, incomplete = p_incomplete, finished_at = clock_timestamp()
  where run_id = p_run_id and agent_id = p_agent_id;
  perform public.complete_job(p_job_id, p_lease_token, jsonb_build_object('outcome', p_outcome));
end
$$;
comment on function public.complete_restore is
  'The assistant is as it was, and so is what we know about it; or it was left alone, with the reason.';
grant execute on function public.complete_restore to service_role;

create function public.rollback_report(p_run_id uuid) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  if not exists (select from public.rollback_agents where run_id = p_run_id)
    and not exists (select from public.backfill_runs where id = p_run_id)
  then
    perform private.raise_error('VT001', format('Migration %s does not exist', p_run_id));
  end if;
  return (
    with parts as (
      select
        member.*, org.name as org_name, agent.name as agent_name, job.last_error,
        case
          when member.outcome is not null then member.outcome
          when job.status in ('pending', 'running') and job.payload ->> 'kind' = 'restore_assistant' then 'open'
          when job.status = 'dead' then 'failed'
          -- Somebody saved the agent before its turn came, which replaced the rollback.
          else 'saved'
        end as state
      from public.rollback_agents member
      join public.agents agent on agent.id = member.agent_id
      join public.organizations org on org.id = member.org_id
      left join lateral (
        select * from public.jobs
        where queue = 'tool-sync' and key = 'agent:' || member.agent_id
        order by created_at desc limit 1) job on true
      where member.run_id = p_run_id
    )
    select jsonb_build_object(
      'runId', p_run_id,
      'status', case when count(*) filter (where state = 'open') > 0 then 'running' else 'done' end,
      'agents', jsonb_build_object(
        'total', count(*), 'restored', count(*) filter (where state = 'restored'),
        'left', count(*) filter (where state not in ('restored', 'open', 'failed')),
        'failed', count(*) filter (where state = 'failed')),
      'left', coalesce(jsonb_agg(jsonb_build_object(
        'orgId', org_id, 'orgName', org_name, 'agentId', agent_id, 'agentName', agent_name,
        'reason', state, 'message', case state
          when 'edited' then 'Somebody changed the assistant at Vapi since'
          when 'saved' then 'The agent was saved or synced since'
          when 'tools_deleted' then 'Tools that it had were deleted since'
          when 'assistant_deleted' then 'The assistant was deleted at Vapi'
          when 'restored' then 'Restored without secrets that are kept nowhere: ' || incomplete::text
          else coalesce(last_error ->> 'message', 'It could not be restored') end)
        order by org_name, agent_name, agent_id)
        filter (where state not in ('restored', 'open') or incomplete is not null), '[]'))
    from parts);
end
$$;
comment on function public.rollback_report(uuid) is
  'The progress of a rollback: {runId, status, agents: {total, restored, left, failed}, left: [{orgId, orgName, agentId, agentName, '
  'reason, message}]}. Refuses with VT001.';
grant execute on function public.rollback_report(uuid) to service_role;

notify pgrst, 'reload schema';
