-- A record of attempts at jobs, for people: a job itself knows only its last one. Ending an attempt does not depend on it.

create table private.attempts (
  job_id      uuid not null references public.jobs on delete cascade,
  lease_token uuid not null,
  started_at  timestamptz not null,
  ended_at    timestamptz,
  error       jsonb,
  trace       jsonb check (pg_column_size(trace) < 32768),
  primary key (job_id, lease_token)
);
comment on table private.attempts is
  'Attempts at jobs: failed ones, recorded by a trigger, and those that made requests to Vapi, reported by the worker. Deleted with their '
  'jobs, or after 14 days.';
comment on column private.attempts.ended_at is 'When it failed; null if it is still running, or succeeded (which its job records).';
comment on column private.attempts.trace is
  '{woken, requests: [{method, path, status, at, ms}]}: milliseconds after the job was claimed. No bodies, no queries.';
create index attempts_started_at on private.attempts (started_at);
grant select, insert, update, delete on private.attempts to service_role;

-- One save can be followed by the id of its request.
create index jobs_request_id on public.jobs (request_id) where request_id is not null;

create function private.record_failed_attempt(p_before public.jobs, p_after public.jobs) returns void
language sql set search_path = '' as $$
  insert into private.attempts (job_id, lease_token, started_at, ended_at, error)
  values (p_after.id, p_before.lease_token, coalesce(p_before.started_at, now()), clock_timestamp(), p_after.last_error)
  on conflict (job_id, lease_token) do update set ended_at = excluded.ended_at, error = excluded.error
$$;
comment on function private.record_failed_attempt(public.jobs, public.jobs) is
  'Records an attempt that failed, from the job before and after it.';
grant execute on function private.record_failed_attempt(public.jobs, public.jobs) to service_role;

create function private.record_traces(p_traces jsonb) returns void
language sql set search_path = '' as $$
  insert into private.attempts (job_id, lease_token, started_at, trace)
  select job.id, traced."leaseToken", coalesce(job.started_at, now()), traced.trace
  from jsonb_to_recordset(p_traces) as traced ("jobId" uuid, "leaseToken" uuid, trace jsonb)
  join public.jobs job on job.id = traced."jobId"
  order by job.id
  on conflict (job_id, lease_token) do update set trace = excluded.trace
$$;
comment on function private.record_traces(jsonb) is
  'Records which requests attempts made: [{jobId, leaseToken, trace}]. A failed attempt already has its row, so both use the job''s start '
  'as that of the attempt.';
grant execute on function private.record_traces(jsonb) to service_role;
