-- Backfilling existing organizations: a run asks for the sync of every agent that has an assistant, and records the outcome of each.
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
comment on table public.backfill_runs is 'Backfills of existing organizations, started by an operator.';
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
  'Starts a backfill of one organization or of all, or finds the one that is running with the same parameters: '
  '{runId, isNew, agents}. Refuses with VT001 (no such organization).';
grant execute on function public.start_backfill(uuid, boolean, boolean, text) to service_role;
