-- Backfilling existing organizations: a run requests the sync of every agent that has an assistant, and records the outcome of each.
--
--   requested ──(tools registered anew, where forced)──▶ ready ──every agent settled──▶ closing ──duplicates looked for──▶ finished
--
-- A run owns no jobs. It enqueues, which folds into pending jobs, and then watches: the first sync of an agent that was requested after the
-- run was ready settles the agent, whoever requested it.

create table public.backfill_runs (
  id               uuid primary key default gen_random_uuid(),
  org_id           uuid references public.organizations on delete cascade,
  force_update     boolean not null,
  prune_duplicates boolean not null,
  organizations    integer not null,
  agents           integer not null,
  taken_in_until   uuid,
  asked_until      uuid,
  request_id       text,
  requested_at     timestamptz not null default now(),
  ready_at         timestamptz,
  closing_at       timestamptz,
  finished_at      timestamptz,
  problem          jsonb,
  duplicates       jsonb
);
comment on table public.backfill_runs is 'Backfills of existing organizations, started by an operator.';
comment on column public.backfill_runs.org_id is 'The one organization that was requested; null means all.';
comment on column public.backfill_runs.organizations is 'How many organizations the run covers.';
comment on column public.backfill_runs.agents is 'How many agents it covered when it was started.';
comment on column public.backfill_runs.taken_in_until is
  'The last agent that was taken in. They are taken in some thousands at a time, in the order of their ids; null: all are.';
comment on column public.backfill_runs.asked_until is
  'The last agent whose sync was requested since the run was ready, likewise; null: all were.';
comment on column public.backfill_runs.ready_at is
  'A sync requested after this counts. A forced run is ready when its tools are registered anew.';
comment on column public.backfill_runs.closing_at is 'Every agent is settled; what remains is to look for duplicates.';
comment on column public.backfill_runs.problem is
  '{code, message}: why the tools could not be registered, or duplicates not be looked for.';
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
comment on table public.backfill_agents is 'The agents of a run and the outcome of each.';
comment on column public.backfill_agents.outcome is
  'Null: not settled yet. Failed: an attempt failed, temporarily or for good; if the queue''s next attempt succeeds, this changes.';
comment on column public.backfill_agents.job_id is 'The job that settled it.';
comment on column public.backfill_agents.replaced is 'Hand-made tools that ours replaced.';

create index backfill_agents_agent_id on public.backfill_agents (agent_id);
create index backfill_agents_org_id on public.backfill_agents (org_id);
create index backfill_agents_open on public.backfill_agents (run_id) where outcome is null;
create index backfill_agents_unsettled on public.backfill_agents (agent_id) where outcome is null or outcome = 'failed';
alter table public.backfill_agents enable row level security;
grant select, insert, update, delete on public.backfill_agents to service_role;

create function private.take_in_agents(p_run_id uuid) returns void
language plpgsql set search_path = '' as $$
declare
  v_run  public.backfill_runs := (select run from public.backfill_runs run where run.id = p_run_id for update);
  v_last uuid;
begin
  with batch as (
    insert into public.backfill_agents (run_id, agent_id, org_id, outcome, error, finished_at)
    select v_run.id, agent.id, agent.org_id, failed.outcome, v_run.problem, failed.at
    from public.agents agent
    -- If the tools cannot be registered, agents that are taken in later cannot be synced either.
    cross join (select case when v_run.ready_at is null and v_run.problem is not null then 'failed' end, case
      when v_run.ready_at is null and v_run.problem is not null then clock_timestamp() end) as failed (outcome, at)
    where agent.assistant_id is not null and (v_run.org_id is null or agent.org_id = v_run.org_id) and agent.id > v_run.taken_in_until
    order by agent.id
    limit 5000
    returning agent_id
  )
  select case when count(*) = 5000 then (array_agg(agent_id order by agent_id desc))[1] end into v_last from batch;
  update public.backfill_runs set taken_in_until = v_last where id = v_run.id;
end
$$;
comment on function private.take_in_agents(uuid) is 'Takes the next thousands of agents into a run.';
grant execute on function private.take_in_agents(uuid) to service_role;

create function private.enqueue_backfill(p_run_id uuid) returns void
language plpgsql set search_path = '' as $$
declare
  v_run      public.backfill_runs := (select run from public.backfill_runs run where run.id = p_run_id for update);
  v_last     uuid;
  v_count    bigint;
  v_inserted bigint;
begin
  with batch as (
    select agent_id, org_id from public.backfill_agents
    where run_id = v_run.id and outcome is null and agent_id > v_run.asked_until
    order by agent_id
    limit 5000
  ), enqueued as (
    insert into public.jobs as job (queue, key, org_id, payload, priority, run_id, request_id)
    select 'tool-sync', 'agent:' || agent_id, org_id,
           jsonb_build_object('kind', 'agent', 'agentId', agent_id), 1, v_run.id, v_run.request_id
    from batch
    order by agent_id
    on conflict (queue, key) where status = 'pending' do update set
      run_at = least(job.run_at, excluded.run_at), requested_at = greatest(job.requested_at, excluded.requested_at),
      run_id = excluded.run_id, attempts = 0
    returning created_at
  )
  select count(*), (array_agg(agent_id order by agent_id desc))[1], (select count(*) from enqueued where created_at = now())
  into v_count, v_last, v_inserted
  from batch;
  update public.backfill_runs set
    asked_until = case when v_count = 5000 or taken_in_until is not null then coalesce(v_last, asked_until) end
  where id = v_run.id;
  -- The insert trigger saw nothing if all of them were pending already.
  if v_inserted = 0 then
    perform private.wake('tool-sync');
  end if;
end
$$;
comment on function private.enqueue_backfill(uuid) is 'Requests the sync of the next thousands of agents of the run.';
grant execute on function private.enqueue_backfill(uuid) to service_role;

create function private.go_on_with_backfills() returns void
language plpgsql set search_path = '' as $$
declare
  v_run public.backfill_runs;
begin
  for v_run in
    select * from public.backfill_runs
    where finished_at is null and (taken_in_until is not null or asked_until is not null)
    order by id
  loop
    if v_run.taken_in_until is not null then
      perform private.take_in_agents(v_run.id);
    end if;
    if v_run.ready_at is not null then
      perform private.enqueue_backfill(v_run.id);
    end if;
  end loop;
end
$$;
comment on function private.go_on_with_backfills() is 'Takes in and requests the next thousands of agents of each unfinished run.';
select cron.schedule('go-on-with-backfills', '10 seconds', 'select private.go_on_with_backfills()');

create function public.start_backfill(
  p_org_id uuid default null, p_force_update boolean default false, p_prune_duplicates boolean default false,
  p_request_id text default null
) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_run          public.backfill_runs;
  v_organization integer;
  v_is_new       boolean := false;
  v_first        uuid := '00000000-0000-0000-0000-000000000000';
begin
  -- Two operators who start the same run at once get one run.
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
    insert into public.backfill_runs (
      org_id, force_update, prune_duplicates, organizations, agents, request_id, ready_at, taken_in_until, asked_until)
    values (
      p_org_id, p_force_update, p_prune_duplicates, v_organization,
      (select count(*) from public.agents where assistant_id is not null and (p_org_id is null or org_id = p_org_id)),
      p_request_id, case when not p_force_update then now() end, v_first, v_first)
    returning * into v_run;
    perform private.take_in_agents(v_run.id);

    if p_force_update then
      -- The tools first: an agent that was relinked before them would have to be relinked again.
      perform private.enqueue(
        'tool-sync', 'registry', null, '{"kind": "registry", "force": true}',
        p_run_id => v_run.id, p_request_id => p_request_id);
    else
      perform private.enqueue_backfill(v_run.id);
    end if;
  end if;

  return jsonb_build_object('runId', v_run.id, 'isNew', v_is_new, 'agents', v_run.agents);
end
$$;
comment on function public.start_backfill(uuid, boolean, boolean, text) is
  'Starts a backfill of one organization or of all, or finds the one that is running with the same parameters: '
  '{runId, isNew, agents}. Refuses with VT001 (no such organization).';
grant execute on function public.start_backfill(uuid, boolean, boolean, text) to service_role;
