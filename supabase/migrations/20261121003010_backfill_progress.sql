-- Watching the jobs of a backfill: when each of its agents is settled, and when the run is finished.

create function private.attempt_failed(p_job public.jobs) returns boolean
language sql stable set search_path = '' as $$
  select p_job.status = 'dead' or (
    p_job.status = 'pending' and p_job.last_error is not null
    -- A worker that died is not an answer from Vapi, and a rate limit is not a failure: both just take longer.
    and p_job.run_at > now() and p_job.last_error ->> 'code' <> 'vapi_rate_limited')
$$;
comment on function private.attempt_failed(public.jobs) is 'Whether the job''s last attempt failed in a way that an operator should hear of.';
grant execute on function private.attempt_failed(public.jobs) to service_role;

create function private.change_since(p_job public.jobs, p_since timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return coalesce(
    case when p_job.result ->> 'outcome' = 'unchanged' then (
      select result from public.jobs
      where queue = p_job.queue and key = p_job.key and status = 'succeeded' and requested_at >= p_since
        and result ->> 'outcome' <> 'unchanged'
      order by created_at desc limit 1)
    end,
    p_job.result);
end
$$;
comment on function private.change_since(public.jobs, timestamptz) is
  'What a sync did. If it found nothing to do: what the latest sync did that was requested after this time and did something. One that '
  'ends while its run becomes ready is known to neither, and the run requests the agent once more.';
grant execute on function private.change_since(public.jobs, timestamptz) to service_role;

create function private.settle_agent(p_job public.jobs) returns void
language plpgsql set search_path = '' as $$
begin
  -- The newer request continues the failed attempt's work.
  if p_job.status = 'superseded' then
    update public.backfill_agents set job_id = (p_job.result ->> 'supersededBy')::uuid
    where outcome = 'failed' and job_id = p_job.id and agent_id = (p_job.payload ->> 'agentId')::uuid;
  end if;

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
    and (p_job.status = 'succeeded' or private.attempt_failed(p_job));
end
$$;
comment on function private.settle_agent(public.jobs) is
  'A sync of an agent has ended: so has the agent''s part in the runs that were ready before it.';
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
      -- Activating the tools requested everybody's relinking; some of that may have ended before this job did.
      select coalesce(max(activated_at), now()) into v_ready from public.vapi_tools where state = 'current';
      update public.backfill_runs set
        ready_at = v_ready, problem = null, closing_at = null, finished_at = null,
        asked_until = '00000000-0000-0000-0000-000000000000'
      where id = v_run.id;
      perform private.settle_agent(job)
      from public.backfill_agents member
      join public.jobs job on job.queue = 'tool-sync' and job.key = 'agent:' || member.agent_id
      where member.run_id = v_run.id and job.status = 'succeeded' and job.requested_at >= v_ready;
      perform private.enqueue_backfill(v_run.id);
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
  'Tools were registered anew: the runs that waited for it are ready. If they could not be, none of their agents are migrated for now.';
grant execute on function private.settle_registry(public.jobs) to service_role;

create function private.settle_duplicates(p_job public.jobs) returns void
language sql set search_path = '' as $$
  update public.backfill_runs set
    finished_at = coalesce(finished_at, clock_timestamp()),
    duplicates  = p_job.result -> 'duplicates',
    problem     = case when p_job.status <> 'succeeded' then p_job.last_error else problem end
  where id = (p_job.payload ->> 'runId')::uuid and (p_job.status = 'succeeded' or private.attempt_failed(p_job))
$$;
comment on function private.settle_duplicates(public.jobs) is
  'The search for duplicates has ended, with or without success: the run is finished.';
grant execute on function private.settle_duplicates(public.jobs) to service_role;

create function private.close_backfills() returns void
language plpgsql set search_path = '' as $$
declare
  v_run public.backfill_runs;
begin
  for v_run in
    update public.backfill_runs run set closing_at = clock_timestamp()
    where finished_at is null and closing_at is null and (ready_at is not null or problem is not null)
      -- If the tools could not be registered, no agent is requested.
      and taken_in_until is null and (asked_until is null or ready_at is null)
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
  'Runs whose last agent is settled go on to look for duplicates. Called by every claim, because of two syncs that end at once neither '
  'sees the other''s end.';
grant execute on function private.close_backfills() to service_role;
select cron.schedule('close-backfills', '* * * * *', 'select private.close_backfills()');
