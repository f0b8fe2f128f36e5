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
-- sweep wakes one again if a request to wake it was lost.

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
  'backfill must not meet Vapi''s rate limit because of it.';

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
  priority     smallint not null default 0 check (priority in (0, 1, 2)),
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
comment on table public.jobs is 'Work to be done outside the database, such as the sync of a saved agent.';
comment on column public.jobs.key is 'Coalescing key: one pending and one running job at most per queue and key.';
comment on column public.jobs.priority is
  '0: somebody is waiting for it; 1: bulk syncs, such as a backfill''s, and in the outbox confirmations, such as a text about an '
  'appointment; 2: in the outbox, whatever can wait longer.';
comment on column public.jobs.attempts is
  'Attempts begun, counted when a worker claims the job, so that a job that kills its worker still ends.';
comment on column public.jobs.claims is
  'How often a worker claimed it. Unlike attempts it is never reset: what an earlier worker may have begun is not forgotten when the job '
  'is requested again.';
comment on column public.jobs.lease_token is 'Fencing token of the worker that holds the job.';
comment on column public.jobs.run_id is 'The backfill that requested it, if any.';
comment on column public.jobs.request_id is 'The request that caused it: one save can be followed through all logs.';
comment on column public.jobs.last_error is '{code, message, status?} of the last failed attempt.';

create unique index jobs_one_pending_per_key on public.jobs (queue, key) where status = 'pending';
-- Also finds expired leases: few jobs run at any moment. Each index makes every change of a job dearer; no change is HOT, because the
-- status, which changes most often, is in most indexes.
create unique index jobs_one_running_per_key on public.jobs (queue, key) where status = 'running';
create index jobs_due on public.jobs (queue, priority, run_at) where status = 'pending';
create index jobs_latest_by_key on public.jobs (queue, key, created_at desc);
create index jobs_org_id on public.jobs (org_id);
create index jobs_run_id on public.jobs (run_id) where run_id is not null;
create index jobs_finished on public.jobs (finished_at) where finished_at is not null;

-- Rows change several times within seconds and are many: vacuum must remove dead versions at a small share of the table, not at a fifth.
alter table public.jobs set (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);

alter table public.jobs enable row level security;
create policy "members read the sync jobs of their organization" on public.jobs
  for select to authenticated
  using (queue = 'tool-sync' and org_id = any ((select private.member_org_ids())::uuid[]));
-- No payload, lease or result: the console needs only the state.
grant select (id, queue, key, org_id, status, attempts, run_at, requested_at, started_at, finished_at, last_error, created_at)
  on public.jobs to authenticated;
grant select, insert, update, delete on public.jobs to service_role;

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

  -- The insert trigger saw no new row, but a retry that was waiting may have become due.
  if v_folded and p_run_at <= now() then
    perform private.wake(p_queue);
  end if;
  return v_id;
end
$$;
comment on function private.enqueue is
  'Adds a job, or folds the request into the pending job with the same key: the newer payload wins, `force` is kept, the earlier time and '
  'the higher priority count, and attempts start anew. Returns the job''s id.';
grant execute on function private.enqueue to service_role;

create function private.fold_payload(p_older jsonb, p_newer jsonb) returns jsonb
language sql immutable set search_path = '' as $$
  select case
    -- Nothing else can be wanted of a deleted agent.
    when p_older ->> 'kind' = 'remove_assistant' then p_older
    when p_newer ->> 'kind' = 'remove_assistant' then p_newer
    else p_older || p_newer || case when (p_older ->> 'force')::boolean then '{"force": true}'::jsonb else '{}'::jsonb end
  end
$$;
comment on function private.fold_payload(jsonb, jsonb) is
  'The payload of two requests folded into one: newer fields win, force and the removal of an assistant are kept.';
grant execute on function private.fold_payload(jsonb, jsonb) to service_role;
