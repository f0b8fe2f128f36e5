-- One attempt at a job: claimed under a lease, and ended by the holder of that lease.

create function private.backoff(p_queue text, p_attempts integer) returns interval
language sql stable set search_path = '' as $$
  select backoff[least(greatest(p_attempts, 1), cardinality(backoff))] * (1 + random() / 4)
  from public.queues where name = p_queue
$$;
comment on function private.backoff(text, integer) is 'Wait after the given number of attempts, with jitter of up to a quarter.';
grant execute on function private.backoff(text, integer) to service_role;

create function private.end_attempt(
  p_job public.jobs, p_error jsonb, p_permanent boolean, p_retry_after interval default null
) returns text
language plpgsql set search_path = '' as $$
declare
  v_queue  public.queues := (select q from public.queues q where q.name = p_job.queue);
  v_newer  uuid;
  v_status text;
begin
  -- Twice at most: a request that arrives between the two statements makes the second one collide.
  loop
    begin
      -- A newer request waits behind this one: it continues the work, with this one's force and run.
      update public.jobs newer set
        payload = private.fold_payload(p_job.payload, newer.payload),
        run_id  = coalesce(newer.run_id, p_job.run_id)
      where newer.queue = p_job.queue and newer.key = p_job.key and newer.status = 'pending'
      returning id into v_newer;

      v_status := case
        when v_newer is not null then 'superseded'
        when p_permanent or p_job.attempts >= v_queue.max_attempts then 'dead'
        else 'pending'
      end;

      update public.jobs set
        status      = v_status,
        lease_token = null,
        lease_until = null,
        last_error  = p_error,
        result      = case when v_newer is not null then jsonb_build_object('supersededBy', v_newer) end,
        finished_at = case when v_status <> 'pending' then clock_timestamp() end,
        run_at      = case when v_status = 'pending'
                        then now() + coalesce(p_retry_after, private.backoff(p_job.queue, p_job.attempts))
                        else run_at end
      where id = p_job.id;
      return v_status;
    exception when unique_violation then
      null;
    end;
  end loop;
end
$$;
comment on function private.end_attempt is
  'Ends an attempt that did not succeed: superseded by a newer request, dead, or pending again after a backoff. Returns the new status.';
grant execute on function private.end_attempt to service_role;

create function private.recover_expired_leases(p_queue text) returns integer
language plpgsql set search_path = '' as $$
declare
  v_job   public.jobs;
  v_count integer := 0;
begin
  for v_job in
    select * from public.jobs
    where queue = p_queue and status = 'running' and lease_until < now()
    order by key
    for update skip locked
  loop
    perform private.end_attempt(
      v_job,
      jsonb_build_object('code', 'lease_expired', 'message', 'The worker stopped before it finished; another one takes over'),
      p_permanent => false,
      p_retry_after => interval '0'
    );
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;
comment on function private.recover_expired_leases(text) is 'Takes back jobs whose worker died. Returns how many.';
grant execute on function private.recover_expired_leases(text) to service_role;

create function private.claim(
  p_queue text, p_limit integer, p_lease interval, p_priorities smallint[] default '{0, 1, 2}', p_lease_token uuid default null
) returns setof public.jobs
language plpgsql set search_path = '' as $$
declare
  v_priority smallint;
  v_left     integer := p_limit;
  v_next     uuid[];
  v_taken    integer;
begin
  perform private.recover_expired_leases(p_queue);

  -- A repeated claim, because the answer was lost: whatever it leased then belongs to the caller.
  if p_lease_token is not null then
    perform pg_advisory_xact_lock(hashtextextended(p_lease_token::text, 0));
    return query
      select job.* from public.jobs job
      where job.queue = p_queue and job.status = 'running' and job.lease_token = p_lease_token;
    if found then
      return;
    end if;
  end if;

  -- One index range per priority makes a claim as cheap with 100,000 waiting jobs as with none.
  foreach v_priority in array p_priorities loop
    while v_left > 0 loop
      v_next := private.next_jobs(p_queue, v_priority, v_left);
      return query
        with due as (
          select job.id from public.jobs job
          where job.id = any (v_next) and job.status = 'pending'
            and not exists (
              select from public.jobs running
              where running.queue = job.queue and running.key = job.key and running.status = 'running'
            )
          for update skip locked
        ), taken as (
          update public.jobs job set
            status      = 'running',
            attempts    = job.attempts + 1,
            claims      = job.claims + 1,
            started_at  = clock_timestamp(),
            lease_token = coalesce(p_lease_token, gen_random_uuid()),
            lease_until = now() + p_lease
          from due where job.id = due.id
          returning job.*
        )
        select taken.* from taken order by array_position(v_next, taken.id);
      get diagnostics v_taken = row_count;
      v_left := v_left - v_taken;
      exit when v_taken = 0;
    end loop;
  end loop;
end
$$;
comment on function private.claim is
  'Leases up to p_limit due jobs of the given priorities to the caller: first those that somebody is waiting for, and within a priority '
  'one organization after the other. Never two running jobs with the same key. Repeated with the same p_lease_token, it returns the same '
  'jobs.';
grant execute on function private.claim to service_role;

create function private.acquire_bulk_lease(p_queue text, p_worker uuid, p_lease interval) returns boolean
language plpgsql set search_path = '' as $$
begin
  update public.queues set bulk_worker = p_worker, bulk_until = now() + p_lease
  where name = p_queue and (bulk_worker = p_worker or bulk_until is null or bulk_until < now());
  return found;
end
$$;
comment on function private.acquire_bulk_lease(text, uuid, interval) is
  'Makes or keeps the caller the only worker that takes bulk work; false while another one is.';
grant execute on function private.acquire_bulk_lease(text, uuid, interval) to service_role;

create function private.release_bulk_lease(p_queue text, p_worker uuid) returns void
language sql set search_path = '' as $$
  update public.queues set bulk_worker = null, bulk_until = null where name = p_queue and bulk_worker = p_worker
$$;
comment on function private.release_bulk_lease(text, uuid) is 'Lets another worker take bulk work at once.';
grant execute on function private.release_bulk_lease(text, uuid) to service_role;

create function private.require_lease(p_job_id uuid, p_lease_token uuid) returns public.jobs
language plpgsql set search_path = '' as $$
declare
  v_job public.jobs;
begin
  select * into v_job from public.jobs
  where id = p_job_id and status = 'running' and lease_token = p_lease_token
  for update;
  if not found then
    perform private.raise_error('VT007', format('Cannot finish job %s: its lease has passed to another worker', p_job_id));
  end if;
  return v_job;
end
$$;
comment on function private.require_lease(uuid, uuid) is 'The job, locked, if the caller still holds its lease; otherwise refuses with VT007 (fencing).';
grant execute on function private.require_lease(uuid, uuid) to service_role;

create function public.complete_job(p_job_id uuid, p_lease_token uuid, p_result jsonb default null) returns void
language plpgsql set search_path = '' as $$
declare
  v_job public.jobs := private.require_lease(p_job_id, p_lease_token);
begin
  update public.jobs set
    status = 'succeeded', lease_token = null, lease_until = null,
    result = p_result, last_error = null, finished_at = clock_timestamp()
  where id = v_job.id;
end
$$;
comment on function public.complete_job(uuid, uuid, jsonb) is 'Ends a job that succeeded. Only with the live lease token.';
grant execute on function public.complete_job(uuid, uuid, jsonb) to service_role;

create function public.fail_job(
  p_job_id uuid, p_lease_token uuid, p_error jsonb,
  p_permanent boolean default false, p_retry_after_seconds numeric default null
) returns text
language plpgsql set search_path = '' as $$
declare
  v_job   public.jobs := private.require_lease(p_job_id, p_lease_token);
  v_asked interval := make_interval(secs => p_retry_after_seconds::double precision);
begin
  -- A service that keeps asking to wait a second must not use up all attempts within an hour.
  return private.end_attempt(
    v_job, p_error, p_permanent,
    case when v_job.attempts < 4 then v_asked else greatest(v_asked, private.backoff(v_job.queue, v_job.attempts)) end);
end
$$;
comment on function public.fail_job(uuid, uuid, jsonb, boolean, numeric) is
  'Ends an attempt that failed: it is retried after a backoff, or after the given number of seconds (which from the fourth attempt on can '
  'no longer shorten it), or is dead at once if p_permanent. Only with the live lease token. Returns the new status.';
grant execute on function public.fail_job(uuid, uuid, jsonb, boolean, numeric) to service_role;

create function private.release_job(p_job_id uuid, p_lease_token uuid) returns void
language plpgsql set search_path = '' as $$
declare
  v_job public.jobs := private.require_lease(p_job_id, p_lease_token);
begin
  v_job.attempts := v_job.attempts - 1;
  update public.jobs set attempts = v_job.attempts where id = v_job.id;
  perform private.end_attempt(v_job, null, p_permanent => false, p_retry_after => interval '0');
end
$$;
comment on function private.release_job(uuid, uuid) is
  'Gives back a job that the worker had no time to begin; the attempt does not count. Only with the live lease token.';
grant execute on function private.release_job(uuid, uuid) to service_role;

create function public.release_jobs(p_leases jsonb) returns void
language sql set search_path = '' as $$
  select private.release_job(job.id, job.lease_token)
  from jsonb_to_recordset(p_leases) as lease ("jobId" uuid, "leaseToken" uuid)
  join public.jobs job on job.id = lease."jobId" and job.lease_token = lease."leaseToken" and job.status = 'running'
  -- Always in the same order: a worker that gives jobs back and a request for the same jobs must not wait for each other.
  order by job.key
$$;
comment on function public.release_jobs(jsonb) is
  'Gives back jobs that the worker had no time to begin: [{jobId, leaseToken}]. Those whose lease has passed on stay with their new holder.';
grant execute on function public.release_jobs(jsonb) to service_role;
