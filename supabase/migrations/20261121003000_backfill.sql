-- Migrating existing organizations: a run asks for the sync of every agent that has an assistant, and tells what became of it.
--
--   requested ──(tools registered anew, where forced)──▶ ready ──every agent settled──▶ closing ──duplicates looked for──▶ finished
--
-- A run owns no jobs. It enqueues, which folds into what is pending anyway, and then watches: the first sync of an agent that was asked
-- for after the run was ready settles the agent, whoever asked for it.

create table public.backfill_runs (
  id               uuid primary key default gen_random_uuid(),
  org_id           uuid references public.organizations on delete cascade,
  force_update     boolean not null,
  prune_duplicates boolean not null,
  organizations    integer not null,
  request_id       text,
  requested_at     timestamptz not null default now(),
  ready_at         timestamptz,
  closing_at       timestamptz,
  finished_at      timestamptz,
  problem          jsonb,
  duplicates       jsonb
);
comment on table public.backfill_runs is 'Migrations of existing organizations, started by an operator.';
comment on column public.backfill_runs.org_id is 'The one organization that was asked for; null means all.';
comment on column public.backfill_runs.organizations is 'How many organizations the run goes over.';
comment on column public.backfill_runs.ready_at is 'A sync that was asked for from then on counts. A forced run is ready when its tools are registered anew.';
comment on column public.backfill_runs.closing_at is 'Every agent is settled; what is left is to look for duplicates.';
comment on column public.backfill_runs.problem is '{code, message}: why the tools could not be registered, or duplicates not be looked for.';
comment on column public.backfill_runs.duplicates is 'Tools at Vapi that share a name with ours: [{name, vapiToolId, url, references, isPrunable, isPruned}].';

create index backfill_runs_org_id on public.backfill_runs (org_id);
create index backfill_runs_requested_at on public.backfill_runs (requested_at desc);
create index backfill_runs_open on public.backfill_runs (requested_at) where finished_at is null;
alter table public.backfill_runs enable row level security;
grant select, insert, update, delete on public.backfill_runs to service_role;

create table public.backfill_agents (
  run_id      uuid not null references public.backfill_runs on delete cascade,
  agent_id    uuid not null references public.agents on delete cascade,
  org_id      uuid not null references public.organizations on delete cascade,
  outcome     text check (outcome in ('migrated', 'unchanged', 'failed')),
  job_id      uuid,
  error       jsonb,
  replaced    jsonb,
  finished_at timestamptz,
  primary key (run_id, agent_id)
);
comment on table public.backfill_agents is 'The agents of a run and what became of each.';
comment on column public.backfill_agents.outcome is
  'Null: not settled yet. Failed: an attempt failed, for the time being or for good; when the queue''s next attempt succeeds, this follows.';
comment on column public.backfill_agents.job_id is 'The job that settled it.';
comment on column public.backfill_agents.replaced is 'Hand-made tools that ours took the place of.';

create index backfill_agents_agent_id on public.backfill_agents (agent_id);
create index backfill_agents_org_id on public.backfill_agents (org_id);
create index backfill_agents_open on public.backfill_agents (run_id) where outcome is null;
create index backfill_agents_unsettled on public.backfill_agents (agent_id) where outcome is null or outcome = 'failed';
alter table public.backfill_agents enable row level security;
grant select, insert, update, delete on public.backfill_agents to service_role;

-- Starting -----------------------------------------------------------------------------------------

create function private.enqueue_backfill(p_run public.backfill_runs) returns void
language plpgsql set search_path = '' as $$
declare
  v_inserted bigint;
begin
  with enqueued as (
    insert into public.jobs as job (queue, key, org_id, payload, priority, run_id, request_id)
    select 'tool-sync', 'agent:' || member.agent_id, member.org_id,
           jsonb_build_object('kind', 'agent', 'agentId', member.agent_id), 1, p_run.id, p_run.request_id
    from public.backfill_agents member
    where member.run_id = p_run.id and member.outcome is null
    order by member.agent_id
    on conflict (queue, key) where status = 'pending' do update set
      run_at = least(job.run_at, excluded.run_at), requested_at = greatest(job.requested_at, excluded.requested_at),
      run_id = excluded.run_id, attempts = 0
    returning created_at
  )
  select count(*) filter (where created_at = now()) into v_inserted from enqueued;
  -- The insert trigger saw nothing if all of them were pending already.
  if v_inserted = 0 then
    perform private.wake('tool-sync');
  end if;
end
$$;
comment on function private.enqueue_backfill(public.backfill_runs) is 'Asks for the sync of every agent of the run: one statement, whatever their number.';
grant execute on function private.enqueue_backfill(public.backfill_runs) to service_role;

create function public.start_backfill(
  p_org_id uuid default null, p_force_update boolean default false, p_prune_duplicates boolean default false,
  p_request_id text default null
) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_run          public.backfill_runs;
  v_organization integer;
  v_is_new       boolean := false;
begin
  -- Two operators who start the same at once get the same run.
  perform pg_advisory_xact_lock(hashtext('start_backfill'));
  select count(*) into v_organization from public.organizations where p_org_id is null or id = p_org_id;
  if p_org_id is not null and v_organization = 0 then
    perform private.raise_error('VT001', format('Organization %s does not exist', p_org_id));
  end if;

  select * into v_run from public.backfill_runs
  where finished_at is null and org_id is not distinct from p_org_id
    and force_update = p_force_update and prune_duplicates = p_prune_duplicates
  order by requested_at desc limit 1;

  if v_run.id is null then
    v_is_new := true;
    insert into public.backfill_runs (org_id, force_update, prune_duplicates, organizations, request_id, ready_at)
    values (p_org_id, p_force_update, p_prune_duplicates, v_organization, p_request_id, case when not p_force_update then now() end)
    returning * into v_run;

    insert into public.backfill_agents (run_id, agent_id, org_id)
    select v_run.id, id, org_id from public.agents
    where assistant_id is not null and (p_org_id is null or org_id = p_org_id);

    if p_force_update then
      -- The tools first: an agent that was relinked before them would have to be relinked again.
      perform private.enqueue(
        'tool-sync', 'registry', null, '{"kind": "registry", "force": true}',
        p_run_id => v_run.id, p_request_id => p_request_id);
    else
      perform private.enqueue_backfill(v_run);
    end if;
  end if;

  return jsonb_build_object(
    'runId', v_run.id, 'isNew', v_is_new,
    'agents', (select count(*) from public.backfill_agents where run_id = v_run.id));
end
$$;
comment on function public.start_backfill(uuid, boolean, boolean, text) is
  'Starts a migration of one organization or of all, or finds the one that is running with the same parameters: '
  '{runId, isNew, agents}. Refuses with VT001 (no such organization).';
grant execute on function public.start_backfill(uuid, boolean, boolean, text) to service_role;

-- Watching -----------------------------------------------------------------------------------------

create function private.attempt_failed(p_job public.jobs) returns boolean
language sql stable set search_path = '' as $$
  select p_job.status = 'dead' or (
    p_job.status = 'pending' and p_job.last_error is not null
    -- A worker that died is no answer of Vapi's, and a limited rate is no failure: both just take longer.
    and p_job.run_at > now() and p_job.last_error ->> 'code' <> 'vapi_rate_limited')
$$;
comment on function private.attempt_failed(public.jobs) is 'Whether the job''s last attempt failed in a way that an operator should hear of.';
grant execute on function private.attempt_failed(public.jobs) to service_role;

create function private.change_since(p_job public.jobs, p_since timestamptz) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(
    case when p_job.result ->> 'outcome' = 'unchanged' then (
      select result from public.jobs
      where queue = p_job.queue and key = p_job.key and status = 'succeeded' and requested_at >= p_since
        and result ->> 'outcome' <> 'unchanged'
      order by created_at desc limit 1)
    end,
    p_job.result)
$$;
comment on function private.change_since(public.jobs, timestamptz) is
  'What a sync did. If it found nothing to do, what the latest sync did that was asked for since then and did something: one that '
  'ends while its run becomes ready is known to neither, and the run asks for the agent once more.';
grant execute on function private.change_since(public.jobs, timestamptz) to service_role;

create function private.settle_agent(p_job public.jobs) returns void
language sql set search_path = '' as $$
  -- The newer request carries the failed attempt's work on.
  update public.backfill_agents set job_id = (p_job.result ->> 'supersededBy')::uuid
  where p_job.status = 'superseded' and outcome = 'failed' and job_id = p_job.id
    and agent_id = (p_job.payload ->> 'agentId')::uuid;

  update public.backfill_agents member set
    outcome = case
      when p_job.status <> 'succeeded' then 'failed'
      when change ->> 'outcome' = 'unchanged' then 'unchanged'
      else 'migrated'
    end,
    error = case when p_job.status <> 'succeeded' then p_job.last_error end,
    replaced = change -> 'replaced',
    job_id = p_job.id,
    finished_at = clock_timestamp()
  from public.backfill_runs run cross join lateral private.change_since(p_job, run.ready_at) change
  where run.id = member.run_id
    and member.agent_id = (p_job.payload ->> 'agentId')::uuid
    and (member.outcome is null or (member.outcome = 'failed' and member.job_id = p_job.id))
    and run.ready_at <= p_job.requested_at
    and (p_job.status = 'succeeded' or private.attempt_failed(p_job))
$$;
comment on function private.settle_agent(public.jobs) is 'A sync of an agent ended: so did the agent''s part in the runs that were ready before it.';
grant execute on function private.settle_agent(public.jobs) to service_role;

create function private.settle_registry(p_job public.jobs) returns void
language plpgsql set search_path = '' as $$
declare
  v_run   public.backfill_runs;
  v_ready timestamptz;
begin
  for v_run in
    select * from public.backfill_runs
    where force_update and ready_at is null and requested_at <= p_job.started_at
    order by id for update
  loop
    if p_job.status = 'succeeded' then
      update public.backfill_agents set outcome = null, error = null, job_id = null, finished_at = null
      where run_id = v_run.id and outcome = 'failed';
      -- Activating the tools has asked for everybody to be relinked; some of that may have ended before this job did.
      select coalesce(max(activated_at), now()) into v_ready from public.vapi_tools where state = 'current';
      update public.backfill_runs set ready_at = v_ready, problem = null, closing_at = null, finished_at = null
      where id = v_run.id;
      perform private.settle_agent(job)
      from public.backfill_agents member
      join public.jobs job on job.queue = 'tool-sync' and job.key = 'agent:' || member.agent_id
      where member.run_id = v_run.id and job.status = 'succeeded' and job.requested_at >= v_ready;
      perform private.enqueue_backfill(v_run);
    elsif private.attempt_failed(p_job) then
      update public.backfill_agents set
        outcome = 'failed', error = p_job.last_error, job_id = p_job.id, finished_at = clock_timestamp()
      where run_id = v_run.id;
      update public.backfill_runs set problem = p_job.last_error where id = v_run.id;
    end if;
  end loop;
end
$$;
comment on function private.settle_registry(public.jobs) is
  'Tools were registered anew: the runs that waited for it are ready. Where they could not be, no agent of theirs is migrated for now.';
grant execute on function private.settle_registry(public.jobs) to service_role;

create function private.settle_duplicates(p_job public.jobs) returns void
language sql set search_path = '' as $$
  update public.backfill_runs set
    finished_at = coalesce(finished_at, clock_timestamp()),
    duplicates  = p_job.result -> 'duplicates',
    problem     = case when p_job.status <> 'succeeded' then p_job.last_error else problem end
  where id = (p_job.payload ->> 'runId')::uuid and (p_job.status = 'succeeded' or private.attempt_failed(p_job))
$$;
comment on function private.settle_duplicates(public.jobs) is 'Duplicates were looked for, or could not be: the run is finished.';
grant execute on function private.settle_duplicates(public.jobs) to service_role;

create function private.settle_backfills() returns trigger
language plpgsql set search_path = '' as $$
begin
  case new.payload ->> 'kind'
    when 'agent' then perform private.settle_agent(new);
    when 'registry' then perform private.settle_registry(new);
    when 'duplicates' then perform private.settle_duplicates(new);
    else null;
  end case;
  return null;
end
$$;
comment on function private.settle_backfills() is 'Trigger: tells the runs of a job that ended.';
grant execute on function private.settle_backfills() to service_role;

create trigger settle_backfills after update on public.jobs
  for each row when (new.queue = 'tool-sync' and old.status = 'running' and new.status <> 'running')
  execute function private.settle_backfills();

create function private.close_backfills() returns void
language plpgsql set search_path = '' as $$
declare
  v_run public.backfill_runs;
begin
  for v_run in
    update public.backfill_runs run set closing_at = clock_timestamp()
    where finished_at is null and closing_at is null and (ready_at is not null or problem is not null)
      and not exists (select from public.backfill_agents where run_id = run.id and outcome is null)
    returning *
  loop
    perform private.enqueue(
      'tool-sync', 'backfill:' || v_run.id, null,
      jsonb_build_object('kind', 'duplicates', 'runId', v_run.id, 'prune', v_run.prune_duplicates),
      p_run_id => v_run.id, p_request_id => v_run.request_id);
  end loop;
end
$$;
comment on function private.close_backfills() is
  'Runs whose last agent is settled go on to look for duplicates. Asked by every claim, since of two syncs that end at once neither sees '
  'the other''s end.';
grant execute on function private.close_backfills() to service_role;

select cron.schedule('close-backfills', '* * * * *', 'select private.close_backfills()');
select cron.schedule('forget-migrations', '23 3 * * *',
  $$delete from public.backfill_runs where finished_at < now() - interval '180 days'$$);

-- Reporting ----------------------------------------------------------------------------------------

create function private.backfill_tools(p_run public.backfill_runs) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'created', count(*) filter (where is_new and not is_adopted and not has_earlier),
    'replaced', count(*) filter (where is_new and not is_adopted and has_earlier or is_changed),
    'adopted', count(*) filter (where is_new and is_adopted),
    'retired', count(*) filter (where is_retired))
  from (
    select
      tool.is_adopted,
      tool.activated_at between during.since and during.until and tool.created_at >= during.since as is_new,
      tool.activated_at between during.since and during.until and tool.created_at < during.since as is_changed,
      tool.retired_at between during.since and during.until as is_retired,
      exists (select from public.vapi_tools earlier
              where earlier.name = tool.name and earlier.activated_at < tool.activated_at) as has_earlier
    from public.vapi_tools tool,
      (select p_run.requested_at as since, coalesce(p_run.finished_at, now()) as until) during
  ) tool
$$;
comment on function private.backfill_tools(public.backfill_runs) is
  'What became of the tools while the run went on: {created, replaced: anew or in place, adopted, retired: taken out of use}.';
grant execute on function private.backfill_tools(public.backfill_runs) to service_role;

create function private.backfill_organizations(p_run_id uuid) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(to_jsonb(part) order by part.failed desc, part.name, part."orgId"), '[]')
  from (
    select
      org.id as "orgId", org.name, count(*) as agents,
      count(*) filter (where member.outcome = 'migrated') as migrated,
      count(*) filter (where member.outcome = 'unchanged') as unchanged,
      count(*) filter (where member.outcome = 'failed') as failed
    from public.backfill_agents member
    join public.organizations org on org.id = member.org_id
    where member.run_id = p_run_id
    group by org.id
  ) part
$$;
comment on function private.backfill_organizations(uuid) is 'Organizations with assistants, failures first: [{orgId, name, agents, migrated, unchanged, failed}].';
grant execute on function private.backfill_organizations(uuid) to service_role;

create function private.backfill_failures(p_run_id uuid) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(to_jsonb(failure) order by failure."orgName", failure."agentName", failure."agentId"), '[]')
  from (
    select
      org.id as "orgId", org.name as "orgName", agent.id as "agentId", agent.name as "agentName",
      coalesce(member.error ->> 'code', 'unknown') as code,
      coalesce(member.error ->> 'message', 'The reason is not known') as message,
      job.run_at as "nextAttemptAt"
    from public.backfill_agents member
    join public.agents agent on agent.id = member.agent_id
    join public.organizations org on org.id = member.org_id
    left join public.jobs job on job.id = member.job_id and job.status = 'pending'
    where member.run_id = p_run_id and member.outcome = 'failed'
    limit 1000
  ) failure
$$;
comment on function private.backfill_failures(uuid) is
  'Agents that failed, at most 1,000: [{orgId, orgName, agentId, agentName, code, message, nextAttemptAt: null if the queue gave up}].';
grant execute on function private.backfill_failures(uuid) to service_role;

create function private.backfill_replacements(p_run_id uuid) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object('orgId', org_id, 'agentId', agent_id, 'tools', replaced) order by org_id, agent_id), '[]')
  from (
    select org_id, agent_id, replaced from public.backfill_agents
    where run_id = p_run_id and replaced is not null
    limit 1000
  ) replacement
$$;
comment on function private.backfill_replacements(uuid) is 'Hand-made tools that ours took the place of, of at most 1,000 agents: [{orgId, agentId, tools}].';
grant execute on function private.backfill_replacements(uuid) to service_role;

create function public.backfill_report(p_run_id uuid default null, p_is_summary boolean default false) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_run    public.backfill_runs;
  v_counts record;
begin
  select * into v_run from public.backfill_runs
  where id = p_run_id or p_run_id is null
  order by requested_at desc limit 1;
  if v_run.id is null then
    perform private.raise_error('VT001', case when p_run_id is null
      then 'No migration has been started yet' else format('Migration %s does not exist', p_run_id) end);
  end if;

  select
    count(*) as total,
    count(*) filter (where outcome = 'migrated') as migrated,
    count(*) filter (where outcome = 'unchanged') as unchanged,
    count(*) filter (where outcome = 'failed') as failed,
    count(distinct org_id) as organizations,
    count(distinct org_id) filter (where outcome is null) as open_organizations
  into v_counts
  from public.backfill_agents where run_id = v_run.id;

  return jsonb_build_object(
    'runId', v_run.id,
    'dryRun', false,
    'status', case when v_run.finished_at is null then 'running' else 'done' end,
    'orgId', v_run.org_id,
    'forceUpdate', v_run.force_update,
    'pruneDuplicates', v_run.prune_duplicates,
    'startedAt', v_run.requested_at,
    'finishedAt', v_run.finished_at,
    'seconds', round(extract(epoch from coalesce(v_run.finished_at, clock_timestamp()) - v_run.requested_at), 1),
    'organizations', jsonb_build_object(
      'processed', v_run.organizations - v_counts.open_organizations, 'withAssistants', v_counts.organizations),
    'agents', jsonb_build_object(
      'total', v_counts.total, 'migrated', v_counts.migrated, 'unchanged', v_counts.unchanged, 'failed', v_counts.failed),
    'tools', private.backfill_tools(v_run),
    'successRate', case when v_counts.total = 0 then 100 else
      round(100.0 * (v_counts.migrated + v_counts.unchanged)
        / nullif(v_counts.migrated + v_counts.unchanged + v_counts.failed, 0), 1) end,
    'problem', v_run.problem)
  || case when p_is_summary then '{}' else jsonb_build_object(
    'failures', private.backfill_failures(v_run.id),
    'perOrganization', private.backfill_organizations(v_run.id),
    'replacements', private.backfill_replacements(v_run.id),
    'duplicates', v_run.duplicates) end;
end
$$;
comment on function public.backfill_report(uuid, boolean) is
  'The report of a run, or of the latest one, at any time; p_is_summary leaves out the lists. successRate: percent of the agents '
  'settled so far, null before the first. Refuses with VT001 (no such run).';
grant execute on function public.backfill_report(uuid, boolean) to service_role;

-- For a dry run --------------------------------------------------------------------------------------

create function public.backfill_scope(p_org_id uuid default null) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  if p_org_id is not null and not exists (select from public.organizations where id = p_org_id) then
    perform private.raise_error('VT001', format('Organization %s does not exist', p_org_id));
  end if;
  return jsonb_build_object(
    'organizations', (select count(*) from public.organizations where p_org_id is null or id = p_org_id),
    'registry', private.tool_registry(),
    'agents', (
      select coalesce(jsonb_agg(
        jsonb_build_object(
          'agentId', agent.id, 'agentName', agent.name, 'orgId', org.id, 'orgName', org.name,
          'assistantId', agent.assistant_id, 'isSynced', agent.synced_at is not null)
        order by org.name, org.id, agent.name, agent.id), '[]')
      from public.agents agent join public.organizations org on org.id = agent.org_id
      where agent.assistant_id is not null));
end
$$;
comment on function public.backfill_scope(uuid) is
  'What a migration would go over: {organizations: how many, registry, agents: all that have an assistant, of every organization, '
  'since a new tool relinks all that were synced before}. Refuses with VT001.';
grant execute on function public.backfill_scope(uuid) to service_role;

create function public.agents_for_sync(p_agent_ids uuid[]) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(private.agent_for_sync(agent)), '[]') from public.agents agent where id = any (p_agent_ids)
$$;
comment on function public.agents_for_sync(uuid[]) is 'The agents as a worker gets them with a claimed job.';
grant execute on function public.agents_for_sync(uuid[]) to service_role;

create function public.registered_tools() returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'ids', coalesce(jsonb_agg(vapi_tool_id) filter (where vapi_tool_id is not null and state <> 'deleted'), '[]'),
    'creating', coalesce(jsonb_agg(name) filter (where state = 'creating'), '[]'))
  from public.vapi_tools
$$;
comment on function public.registered_tools() is
  'What at Vapi is ours: {ids, creating: names of tools that a worker may be creating at this moment}.';
grant execute on function public.registered_tools() to service_role;

notify pgrst, 'reload schema';
