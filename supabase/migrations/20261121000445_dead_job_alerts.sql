-- Jobs that gave up. An alert names each of them, until it is requested again, settled or deleted. The administrator is notified by one
-- alert per queue, however many jobs die, until all of them are dealt with.
--
-- If Vapi refused a job because of its agent's settings, that is the clinic's affair: a typing error is no failure of the platform. Such a
-- job is counted and named for the clinic, and nobody else is notified. When those of three clinics are refused within a day (or of all
-- clinics, if there are fewer), it is not a typing error any more.

create function private.is_own_refusal(p_job public.jobs) returns boolean
language sql immutable set search_path = '' as $$
  select p_job.queue = 'tool-sync' and p_job.payload ->> 'kind' = 'agent'
    and coalesce((p_job.last_error ->> 'status')::integer between 400 and 499
      -- A key, a bill, a time-out and a rate limit are the platform's affair.
      and (p_job.last_error ->> 'status')::integer <> all ('{401, 402, 403, 408, 429}'), false)
$$;
comment on function private.is_own_refusal(public.jobs) is 'Whether Vapi refused this agent''s own settings.';
grant execute on function private.is_own_refusal(public.jobs) to service_role;

create function private.refused_orgs() returns bigint
language sql stable set search_path = '' as $$
  select count(distinct job.org_id)
  from public.jobs job
  where job.queue = 'tool-sync' and job.status = 'dead' and job.result is null
    and job.finished_at > now() - interval '1 day' and private.is_own_refusal(job)
$$;
comment on function private.refused_orgs() is 'The number of clinics whose agents Vapi refuses.';
grant execute on function private.refused_orgs() to service_role;

create function private.are_refusals_general() returns boolean
language sql stable set search_path = '' as $$
  select private.refused_orgs() >= (
    select count(*) from (
      select from public.organizations org where exists (select from public.agents where org_id = org.id) limit 3) served)
$$;
comment on function private.are_refusals_general() is
  'Whether agents of three clinics are refused, or of all clinics if there are fewer: then the reason may lie with us or with Vapi.';
grant execute on function private.are_refusals_general() to service_role;

create function private.own_refusals(p_span interval) returns bigint
language sql stable set search_path = '' as $$
  select case when private.refused_orgs() >= 3 then 0 else (
    select count(*) from public.jobs job
    where job.queue = 'tool-sync' and job.status = 'dead' and job.finished_at > now() - p_span and private.is_own_refusal(job)) end
$$;
comment on function private.own_refusals(interval) is 'Recent syncs that failed because of the settings of one or two clinics.';
grant execute on function private.own_refusals(interval) to service_role;

create function private.death_of(p_job public.jobs) returns text
language sql immutable set search_path = '' as $$
  select format('A %s job gave up after %s attempts: %s',
    p_job.queue, p_job.attempts, coalesce(p_job.last_error ->> 'message', 'unknown error'))
$$;
comment on function private.death_of(public.jobs) is 'One sentence about a job that gave up.';
grant execute on function private.death_of(public.jobs) to service_role;

create function private.dead_jobs() returns table (queue text, count bigint, message text)
language sql stable set search_path = '' as $$
  select queue.name, dead.count, dead.message
  from public.queues queue cross join lateral (
    select count(*), (array_agg(private.death_of(latest.job) order by (latest.job).finished_at desc))[1] as message
    from (
      select job from public.jobs job
      where job.queue = queue.name and job.status = 'dead' and job.result is null
      order by job.finished_at desc limit 1000
    ) latest
    where private.are_refusals_general() or not private.is_own_refusal(latest.job)
  ) dead
$$;
comment on function private.dead_jobs() is
  'For each queue, how many jobs gave up that the platform is responsible for, up to 1,000, and the latest.';
grant execute on function private.dead_jobs() to service_role;

create function private.resolve_dead_job_alerts() returns void
language sql set search_path = '' as $$
  update public.alerts alert set state = 'resolved', resolved_at = now()
  where alert.kind = 'job_dead' and alert.job_id is not null and alert.state = 'firing' and not exists (
    select from public.jobs dead
    where dead.id = alert.job_id and dead.status = 'dead' and dead.result is null and not exists (
      select from public.jobs later
      where later.queue = dead.queue and later.key = dead.key and later.created_at > dead.created_at))
$$;
comment on function private.resolve_dead_job_alerts() is
  'Resolves the alert about a job that was requested again, settled or deleted. That of its queue lasts until the job is done.';
grant execute on function private.resolve_dead_job_alerts() to service_role;

create function private.named_dead_jobs(p_queue text) returns table (latest_id uuid, names text)
language sql stable set search_path = '' as $$
  select (array_agg(job_id order by created_at desc))[1],
    string_agg(format('%s %s', job_id, detail ->> 'key'), ', ' order by created_at desc)
  from (
    select job_id, detail, created_at from public.alerts
    where kind = 'job_dead' and state = 'firing' and starts_with(subject, p_queue || ' ')
    order by created_at desc limit 10
  ) latest
$$;
comment on function private.named_dead_jobs(text) is
  'The latest jobs of a queue that gave up, at most ten, for the message about all of them.';
grant execute on function private.named_dead_jobs(text) to service_role;
