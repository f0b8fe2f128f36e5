-- One queue engine, used twice: `tool-sync` and `outbox`.
--
--   pending ──claim──▶ running ──complete──▶ succeeded
--      ▲                  │ fail, or the lease ran out
--      └── later run_at ──┤
--                         ├─ a newer request for the same key waits ──▶ superseded
--                         └─ permanent, or out of attempts ──▶ dead (raises an alert)
--
-- What always holds: at most one pending and one running job per (queue, key); only the holder of the
-- live lease token may finish a job; the database's clock decides; every insert wakes a worker, and the
-- sweep wakes one again for whatever a lost request left behind.

create table public.queues (
  name         text primary key,
  backoff      interval[] not null check (cardinality(backoff) > 0),
  max_attempts integer not null check (max_attempts > 0),
  bulk_worker  uuid,
  bulk_until   timestamptz
);
comment on table public.queues is 'The queues, each worked by the edge function of the same name.';
comment on column public.queues.backoff is 'Wait after the n-th failed attempt (the last one repeats), before jitter of up to a quarter.';
comment on column public.queues.bulk_worker is
  'The one worker that may take bulk work, until bulk_until: every sweep and every save wakes another worker, and a '
  'migration must not meet Vapi''s rate limit because of it.';

insert into public.queues (name, backoff, max_attempts) values
  ('tool-sync', '{30 seconds, 2 minutes, 10 minutes, 1 hour}', 12),
  ('outbox',    '{30 seconds, 2 minutes, 10 minutes, 1 hour}', 8);

alter table public.queues enable row level security;
grant select, update on public.queues to service_role;

create table public.jobs (
  id           uuid primary key default gen_random_uuid(),
  queue        text not null references public.queues,
  key          text not null,
  org_id       uuid references public.organizations on delete cascade,
  payload      jsonb not null default '{}' check (jsonb_typeof(payload) = 'object'),
  status       text not null default 'pending'
               check (status in ('pending', 'running', 'succeeded', 'superseded', 'dead')),
  priority     smallint not null default 0 check (priority in (0, 1)),
  attempts     integer not null default 0,
  claims       integer not null default 0,
  run_at       timestamptz not null default now(),
  lease_token  uuid,
  lease_until  timestamptz,
  run_id       uuid,
  requested_by uuid,
  request_id   text,
  requested_at timestamptz not null default now(),
  started_at   timestamptz,
  finished_at  timestamptz,
  last_error   jsonb,
  result       jsonb,
  created_at   timestamptz not null default now(),
  check ((status = 'running') = (lease_token is not null)),
  check ((status = 'running') = (lease_until is not null))
);
comment on table public.jobs is 'Work to be done outside the database. The pending-sync row of a saved agent is one of these.';
comment on column public.jobs.key is 'Coalescing key: one pending and one running job at most per queue and key.';
comment on column public.jobs.priority is '0: somebody waits for it; 1: bulk work, such as a migration, or a text message that is no code.';
comment on column public.jobs.attempts is 'Attempts begun, counted when a worker claims the job, so that a job which kills its worker still ends.';
comment on column public.jobs.claims is
  'How often a worker took it. Unlike attempts it never starts anew: what an earlier worker may have begun is not forgotten when '
  'somebody asks again.';
comment on column public.jobs.lease_token is 'Fencing token of the worker that holds the job.';
comment on column public.jobs.run_id is 'The migration run that asked for it, if any.';
comment on column public.jobs.request_id is 'Request that asked for it: one save can be followed through all logs.';
comment on column public.jobs.last_error is '{code, message, status?} of the last failed attempt.';

create unique index jobs_one_pending_per_key on public.jobs (queue, key) where status = 'pending';
create unique index jobs_one_running_per_key on public.jobs (queue, key) where status = 'running';
create index jobs_due on public.jobs (queue, priority, run_at) where status = 'pending';
create index jobs_leases on public.jobs (queue, lease_until) where status = 'running';
create index jobs_latest_by_key on public.jobs (queue, key, created_at desc);
create index jobs_org_id on public.jobs (org_id);
create index jobs_run_id on public.jobs (run_id) where run_id is not null;
create index jobs_finished on public.jobs (finished_at) where finished_at is not null;

alter table public.jobs enable row level security;
create policy "members read the sync jobs of their organization" on public.jobs
  for select to authenticated
  using (queue = 'tool-sync' and org_id in (select private.member_org_ids()));
-- No payload, lease or result: the console needs the state only.
grant select (id, queue, key, org_id, status, attempts, run_at, requested_at, started_at, finished_at, last_error, created_at)
  on public.jobs to authenticated;
grant select, insert, update, delete on public.jobs to service_role;

-- Waking a worker ----------------------------------------------------------------------------------

create function private.call_function(p_slug text, p_body jsonb) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_url text := (select decrypted_secret from vault.decrypted_secrets where name = 'project_url');
  v_key text := (select decrypted_secret from vault.decrypted_secrets where name = 'secret_key');
begin
  if v_url is null or v_key is null then
    raise warning 'Cannot call %: set the Vault secrets project_url and secret_key', p_slug;
    return;
  end if;
  perform net.http_post(
    url => rtrim(v_url, '/') || '/functions/v1/' || p_slug,
    body => p_body,
    headers => jsonb_build_object('Content-Type', 'application/json', 'apikey', v_key),
    timeout_milliseconds => 5000
  );
exception when others then
  raise warning 'Cannot call %: %', p_slug, sqlerrm;
end
$$;
comment on function private.call_function(text, jsonb) is
  'Calls an edge function of ours through pg_net, after commit. A hint that may be lost or doubled, and must never fail the '
  'caller''s transaction. Definer: reads Vault.';
grant execute on function private.call_function(text, jsonb) to service_role;

create function private.wake(p_queue text) returns void
language sql set search_path = '' as $$ select private.call_function(p_queue, jsonb_build_object('queue', p_queue)) $$;
comment on function private.wake(text) is 'Asks the queue''s worker to start.';
grant execute on function private.wake(text) to service_role;

create function public.wake_worker(p_queue text, p_worker uuid default null) returns void
language plpgsql set search_path = '' as $$
begin
  perform private.release_bulk_lease(p_queue, p_worker);
  perform private.wake(p_queue);
end
$$;
comment on function public.wake_worker(text, uuid) is 'A worker whose time is up asks for its successor, and leaves bulk work to it.';
grant execute on function public.wake_worker(text, uuid) to service_role;

create function private.wake_for_new_jobs() returns trigger
language plpgsql set search_path = '' as $$
declare
  v_queue text;
begin
  for v_queue in select distinct queue from new_jobs where status = 'pending' and run_at <= now() loop
    perform private.wake(v_queue);
  end loop;
  return null;
end
$$;
comment on function private.wake_for_new_jobs() is 'Trigger: one HTTP request per queue and statement, however many jobs were inserted.';
grant execute on function private.wake_for_new_jobs() to service_role;

create trigger wake_worker after insert on public.jobs
  referencing new table as new_jobs
  for each statement execute function private.wake_for_new_jobs();

-- Asking for work ----------------------------------------------------------------------------------

create function private.enqueue(
  p_queue        text,
  p_key          text,
  p_org_id       uuid        default null,
  p_payload      jsonb       default '{}',
  p_run_at       timestamptz default now(),
  p_priority     smallint    default 0::smallint,
  p_run_id       uuid        default null,
  p_requested_by uuid        default null,
  p_request_id   text        default null
) returns uuid
language plpgsql set search_path = '' as $$
declare
  v_id     uuid;
  v_folded boolean;
begin
  insert into public.jobs as job
    (queue, key, org_id, payload, run_at, priority, run_id, requested_by, request_id)
  values
    (p_queue, p_key, p_org_id, p_payload, p_run_at, p_priority, p_run_id, p_requested_by, p_request_id)
  on conflict (queue, key) where status = 'pending' do update set
    payload      = private.fold_payload(job.payload, excluded.payload),
    run_at       = least(job.run_at, excluded.run_at),
    priority     = least(job.priority, excluded.priority),
    run_id       = coalesce(excluded.run_id, job.run_id),
    requested_by = coalesce(excluded.requested_by, job.requested_by),
    request_id   = coalesce(excluded.request_id, job.request_id),
    requested_at = greatest(job.requested_at, now()),
    attempts     = 0
  returning id, created_at <> now() into v_id, v_folded;

  -- The insert trigger saw no new row; a retry that was waiting may have become due.
  if v_folded and p_run_at <= now() then
    perform private.wake(p_queue);
  end if;
  return v_id;
end
$$;
comment on function private.enqueue is
  'Adds a job, or folds the request into the pending job with the same key: the newer payload wins, `force` sticks, '
  'the earlier time and the higher priority count, attempts start anew. Returns the job''s id.';
grant execute on function private.enqueue to service_role;

create function private.fold_payload(p_older jsonb, p_newer jsonb) returns jsonb
language sql immutable set search_path = '' as $$
  select p_older || p_newer ||
    case when (p_older ->> 'force')::boolean then '{"force": true}'::jsonb else '{}'::jsonb end
$$;
comment on function private.fold_payload(jsonb, jsonb) is 'Payload of two requests made one: newer fields win, force sticks.';
grant execute on function private.fold_payload(jsonb, jsonb) to service_role;

-- Doing it -----------------------------------------------------------------------------------------

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
      -- A newer request waits behind this one: it carries the work on, with this one's force and run.
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
  p_queue text, p_limit integer, p_lease interval, p_priorities smallint[] default '{0, 1}'
) returns setof public.jobs
language plpgsql set search_path = '' as $$
declare
  v_priority smallint;
  v_left     integer := p_limit;
  v_taken    integer;
begin
  perform private.recover_expired_leases(p_queue);

  -- One index range per priority keeps a claim as cheap behind 100,000 waiting jobs as behind none.
  foreach v_priority in array p_priorities loop
    exit when v_left <= 0;
    return query
      with due as (
        select job.id from public.jobs job
        where job.queue = p_queue and job.status = 'pending'
          and job.priority = v_priority and job.run_at <= now()
          and not exists (
            select from public.jobs running
            where running.queue = job.queue and running.key = job.key and running.status = 'running'
          )
        order by job.run_at
        limit v_left
        for update skip locked
      )
      update public.jobs job set
        status      = 'running',
        attempts    = job.attempts + 1,
        claims      = job.claims + 1,
        started_at  = clock_timestamp(),
        lease_token = gen_random_uuid(),
        lease_until = now() + p_lease
      from due where job.id = due.id
      returning job.*;
    get diagnostics v_taken = row_count;
    v_left := v_left - v_taken;
  end loop;
end
$$;
comment on function private.claim is
  'Leases up to p_limit due jobs of the given priorities to the caller, those that somebody waits for first. Never two '
  'running jobs with one key.';
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
  'Makes the caller the one worker that takes bulk work, or keeps it so; false while another one is.';
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
comment on function public.complete_job(uuid, uuid, jsonb) is 'Ends a job well. Only with the live lease token.';
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
  -- Whoever asks for a second's patience for an hour must not use up all attempts in that time.
  return private.end_attempt(
    v_job, p_error, p_permanent,
    case when v_job.attempts < 4 then v_asked else greatest(v_asked, private.backoff(v_job.queue, v_job.attempts)) end);
end
$$;
comment on function public.fail_job(uuid, uuid, jsonb, boolean, numeric) is
  'Ends an attempt badly: retried after a backoff, or after the given number of seconds (which from the fourth attempt on '
  'shortens it no more), or dead at once where p_permanent. Only with the live lease token. Returns the new status.';
grant execute on function public.fail_job(uuid, uuid, jsonb, boolean, numeric) to service_role;

create function public.release_job(p_job_id uuid, p_lease_token uuid) returns void
language plpgsql set search_path = '' as $$
declare
  v_job public.jobs := private.require_lease(p_job_id, p_lease_token);
begin
  v_job.attempts := v_job.attempts - 1;
  update public.jobs set attempts = v_job.attempts where id = v_job.id;
  perform private.end_attempt(v_job, null, p_permanent => false, p_retry_after => interval '0');
end
$$;
comment on function public.release_job(uuid, uuid) is
  'Gives back a job that the worker had no time to begin; the attempt does not count. Only with the live lease token.';
grant execute on function public.release_job(uuid, uuid) to service_role;

create function public.release_jobs(p_leases jsonb) returns void
language sql set search_path = '' as $$
  select public.release_job(job.id, job.lease_token)
  from jsonb_to_recordset(p_leases) as lease ("jobId" uuid, "leaseToken" uuid)
  join public.jobs job on job.id = lease."jobId" and job.lease_token = lease."leaseToken" and job.status = 'running'
  -- In one order everywhere: whoever gives jobs back and whoever asks for the same ones must not wait for each other.
  order by job.key
$$;
comment on function public.release_jobs(jsonb) is
  'Gives back jobs that the worker had no time to begin: [{jobId, leaseToken}]. Those whose lease has passed on stay with their new holder.';
grant execute on function public.release_jobs(jsonb) to service_role;

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
comment on function public.revive_job(uuid) is 'Asks again for what a dead job could not do. The dead job stays as a record. Returns the new job''s id.';
grant execute on function public.revive_job(uuid) to service_role;

-- Alerts, and dead jobs as the first of them -------------------------------------------------------

create table public.alerts (
  id          uuid primary key default gen_random_uuid(),
  kind        text not null,
  subject     text not null default '',
  state       text not null default 'firing' check (state in ('pending', 'firing', 'resolved')),
  severity    text not null check (severity in ('warning', 'critical')),
  org_id      uuid references public.organizations on delete cascade,
  job_id      uuid references public.jobs on delete set null,
  message     text not null,
  detail      jsonb not null default '{}',
  count       integer not null default 1,
  notification_count    integer not null default 0,
  notified_at     timestamptz,
  clear_since timestamptz,
  created_at  timestamptz not null default now(),
  updated_at  timestamptz not null default now(),
  resolved_at timestamptz,
  check ((state = 'resolved') = (resolved_at is not null))
);
comment on table public.alerts is 'What the platform''s administrator is told: one row from the first occurrence until it is over.';
comment on column public.alerts.state is 'Pending: not yet sure, and nobody has been told.';
comment on column public.alerts.subject is 'What it is about, where that is more than one thing: a queue, an organization.';
comment on column public.alerts.job_id is 'The latest job concerned, if it is about jobs.';
comment on column public.alerts.message is 'One sentence about the latest occurrence.';
comment on column public.alerts.count is 'Occurrences so far.';
comment on column public.alerts.notification_count is 'Messages asked for so far.';
comment on column public.alerts.notified_at is 'When the latest message was, or will be, due.';
comment on column public.alerts.clear_since is 'Since when the condition has not held, while the alert waits to be sure of that.';
create unique index alerts_one_open on public.alerts (kind, subject) where state <> 'resolved';
create index alerts_org_id on public.alerts (org_id);
create index alerts_job_id on public.alerts (job_id);
create index alerts_created_at on public.alerts (created_at);
create trigger set_updated_at before update on public.alerts
  for each row execute function private.set_updated_at();
alter table public.alerts enable row level security;
grant select, insert, update, delete on public.alerts to service_role;

create function private.notify_admin(p_alert_id uuid, p_at timestamptz default now()) returns void
language plpgsql set search_path = '' as $$
declare
  v_channel text;
begin
  foreach v_channel in array array['alert', 'alert_webhook'] loop
    perform private.enqueue(
      'outbox', v_channel || ':' || p_alert_id, null,
      jsonb_build_object('kind', v_channel, 'alertId', p_alert_id), p_run_at => p_at);
  end loop;
  update public.alerts set notification_count = notification_count + 1, notified_at = p_at where id = p_alert_id;
end
$$;
comment on function private.notify_admin(uuid, timestamptz) is
  'Asks the outbox to tell the administrator about an alert as it is by then. What was not sent yet folds into one message.';
grant execute on function private.notify_admin(uuid, timestamptz) to service_role;

create function private.raise_alert(
  p_kind text, p_severity text, p_message text,
  p_detail jsonb default '{}', p_org_id uuid default null, p_job_id uuid default null, p_subject text default null
) returns uuid
language plpgsql set search_path = '' as $$
declare
  v_alert public.alerts;
begin
  insert into public.alerts as known (kind, subject, severity, org_id, job_id, message, detail)
  values (p_kind, coalesce(p_subject, p_org_id::text, ''), p_severity, p_org_id, p_job_id, p_message, p_detail)
  on conflict (kind, subject) where state <> 'resolved' do update set
    count       = known.count + 1,
    severity    = case 'critical' when known.severity then known.severity else excluded.severity end,
    org_id      = excluded.org_id,
    job_id      = excluded.job_id,
    message     = excluded.message,
    detail      = excluded.detail,
    clear_since = null
  returning * into v_alert;

  -- The first is told at once; a thousand more within the hour are one message more. What waits to be sent tells of all.
  if not exists (
    select from public.jobs where queue = 'outbox' and key = 'alert:' || v_alert.id and status = 'pending'
  ) then
    perform private.notify_admin(v_alert.id, greatest(now(), v_alert.notified_at + interval '1 hour'));
  end if;
  return v_alert.id;
end
$$;
comment on function private.raise_alert is
  'Something happened that the administrator must hear of: raises an alert, or counts it in the one that is firing about the same '
  'subject (default: the organization). Told at once, further occurrences once an hour. Returns the alert''s id.';
grant execute on function private.raise_alert to service_role;

create function private.alert_dead_job() returns trigger
language plpgsql set search_path = '' as $$
begin
  perform private.raise_alert(
    'job_dead', 'critical',
    format('A %s job gave up after %s attempts: %s', new.queue, new.attempts, coalesce(new.last_error ->> 'message', 'unknown error')),
    jsonb_build_object('queue', new.queue, 'key', new.key, 'error', new.last_error),
    new.org_id, new.id, p_subject => new.queue);
  return null;
end
$$;
comment on function private.alert_dead_job() is 'Trigger: a job that gave up is never silent.';
grant execute on function private.alert_dead_job() to service_role;

-- The death of an alert's own message must not raise another alert, and so on for ever.
create trigger alert_dead_job after update on public.jobs
  for each row when (
    new.status = 'dead' and old.status <> 'dead' and coalesce(new.payload ->> 'kind', '') not in ('alert', 'alert_webhook'))
  execute function private.alert_dead_job();

-- What makes it certain ----------------------------------------------------------------------------

create function private.sweep() returns void
language plpgsql set search_path = '' as $$
declare
  v_queue text;
begin
  -- A relinking makes the same jobs pending, in another order: one goes after the other.
  perform pg_advisory_xact_lock_shared(hashtext('private.relink_agents'));
  for v_queue in select name from public.queues loop
    -- A job that has just become due still has its own wake-up on the way; one that was taken back has none.
    if private.recover_expired_leases(v_queue) > 0 or exists (
      select from public.jobs
      where queue = v_queue and status = 'pending' and run_at < now() - interval '2 seconds'
    ) then
      perform private.wake(v_queue);
    end if;
  end loop;
  perform private.record_heartbeat('sweep');
end
$$;
comment on function private.sweep() is 'Takes back expired leases and wakes the worker of every queue in which something is due.';

create function private.clean_up() returns void
language plpgsql set search_path = '' as $$
begin
  delete from public.jobs where status in ('succeeded', 'superseded') and finished_at < now() - interval '30 days';
  delete from public.jobs where status = 'dead' and finished_at < now() - interval '180 days';
  delete from public.alerts where resolved_at < now() - interval '180 days';
  delete from cron.job_run_details where end_time < now() - interval '7 days';
end
$$;
comment on function private.clean_up() is 'Forgets what nobody needs any more. pg_cron keeps its own history for ever otherwise.';

select cron.schedule('sweep', '10 seconds', 'select private.sweep()');
select cron.schedule('clean-up', '17 3 * * *', 'select private.clean_up()');
-- A deployment may have changed the catalogue while no agent is being saved: the worker compares on every start.
select cron.schedule('catalogue-check', '*/5 * * * *', $$select private.wake('tool-sync')$$);
