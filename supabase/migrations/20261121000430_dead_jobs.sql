-- Jobs that gave up: requesting them again, or declaring that nobody needs them any more.

create function public.revive_job(p_job_id uuid) returns uuid
language plpgsql set search_path = '' as $$
declare
  v_job public.jobs := (select j from public.jobs j where id = p_job_id and status = 'dead' for update);
begin
  if v_job.id is null then
    perform private.raise_error('VT001', format('Cannot revive job %s: no dead job has this id', p_job_id));
  end if;
  return private.enqueue(
    v_job.queue, v_job.key, v_job.org_id, v_job.payload,
    p_priority => v_job.priority, p_requested_by => v_job.requested_by, p_request_id => v_job.request_id);
end
$$;
comment on function public.revive_job(uuid) is
  'Requests again what a dead job could not do. The dead job stays as a record. Returns the new job''s id.';
grant execute on function public.revive_job(uuid) to service_role;

create function public.revive_jobs(p_queue text, p_since timestamptz default '-infinity') returns integer
language sql set search_path = '' as $$
  with revived as (
    insert into public.jobs (queue, key, org_id, payload, priority, requested_by, request_id)
    select distinct on (key) queue, key, org_id, payload, priority, requested_by, request_id
    from public.jobs
    where queue = p_queue and status = 'dead' and result is null and finished_at >= p_since
    order by key, created_at desc
    on conflict (queue, key) where status = 'pending' do nothing
    returning 1
  )
  select count(*)::integer from revived
$$;
comment on function public.revive_jobs(text, timestamptz) is
  'Requests again everything that a queue gave up (since a time), in one statement. Returns the number of new jobs.';
grant execute on function public.revive_jobs(text, timestamptz) to service_role;

create function public.dismiss_jobs(p_queue text, p_until timestamptz default now()) returns integer
language sql set search_path = '' as $$
  with dismissed as (
    update public.jobs set result = '{"settled": "dismissed"}'
    where queue = p_queue and status = 'dead' and result is null and finished_at <= p_until
    returning 1
  )
  select count(*)::integer from dismissed
$$;
comment on function public.dismiss_jobs(text, timestamptz) is
  'Declares that what a queue gave up (until a time) need not be done any more, which resolves its alert. Returns the number of jobs.';
grant execute on function public.dismiss_jobs(text, timestamptz) to service_role;

create function private.settle_dead_jobs() returns void
language sql set search_path = '' as $$
  update public.jobs dead set result = '{"settled": "done by a later job"}'
  where status = 'dead' and result is null and exists (
    select from public.jobs later
    where later.queue = dead.queue and later.key = dead.key
      and later.status = 'succeeded' and later.created_at > dead.created_at);

  update public.jobs dead set result = '{"settled": "the agent is gone"}'
  where status = 'dead' and result is null and queue = 'tool-sync' and payload ->> 'kind' = 'agent'
    and not exists (select from public.agents where id = (dead.payload ->> 'agentId')::uuid);
$$;
comment on function private.settle_dead_jobs() is 'Marks the dead jobs that need nobody''s attention any more.';
grant execute on function private.settle_dead_jobs() to service_role;
