-- Measurements: what happened is read where it is stored anyway, and added up once a minute.
--
--   tool_calls, jobs, appointments ─┐
--   measurements (from functions) ──┴▶ private.measured_events(from, until) ──roll_up, every minute──▶ private.sums
--                                                     └── what is newer than the last roll-up ──▶ metrics()
--
-- So nothing is written twice, nothing waits for a counter's row, and a figure is correct at once. Sums are kept by the minute for two
-- days, by the hour for 400 days, and for ever as one running total: a scrape reads no more after a million jobs than after none.

create table private.metrics (
  name   text primary key check (name ~ '^[a-z][a-z0-9_]*$'),
  kind   text not null check (kind in ('counter', 'histogram', 'gauge')),
  help   text not null,
  bounds double precision[],
  check ((kind = 'histogram') = (bounds is not null))
);
comment on table private.metrics is 'Every metric, as Prometheus sees it, without prefix and suffix.';
comment on column private.metrics.bounds is 'Upper bounds of a histogram''s buckets, ascending, in seconds.';

insert into private.metrics (name, kind, help, bounds) values
  ('tool_call_seconds', 'histogram', 'Tool calls by tool and outcome: time in the function until the database had answered.',
    '{0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10}'),
  ('vapi_request_seconds', 'histogram', 'Requests to Vapi by operation and class of status; none: no answer.',
    '{0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10}'),
  ('vapi_retries', 'counter', 'Requests to Vapi that repeated an earlier one.', null),
  ('sync_seconds', 'histogram', 'Time from asking for an agent''s sync to its success.',
    '{0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200}'),
  ('jobs_ended', 'counter', 'Jobs that came to their end, by queue, kind and how.', null),
  ('job_attempts_failed', 'counter', 'Attempts at a job that failed, whether it was tried again or not.', null),
  ('outbox_messages', 'counter', 'What the outbox did, by channel and outcome.', null),
  ('bookings', 'counter', 'Appointments confirmed and cancelled.', null),
  ('claims_without_deed', 'counter', 'Calls in which the assistant claimed what no tool had done, by what was claimed.', null),
  ('webhooks_refused', 'counter', 'Requests to a webhook without its secret or signature, by function; of a flood only so many.', null);

create table private.measurements (
  id      bigint generated always as identity primary key,
  metric  text not null references private.metrics,
  labels  jsonb not null check (jsonb_typeof(labels) = 'object'),
  amounts double precision[] not null,
  at      timestamptz not null default now()
);
comment on table private.measurements is 'What only the functions know, one row per batch; and what leaves no other trace in the database.';
comment on column private.measurements.amounts is 'One element per event: its seconds.';
create index measurements_at on private.measurements (at);
create index measurements_metric on private.measurements (metric);
grant select, insert, delete on private.measurements to service_role;
grant select on private.metrics to service_role;

create table private.sums (
  resolution text not null check (resolution in ('minute', 'hour', 'ever')),
  starts_at  timestamptz not null,
  metric     text not null,
  labels     jsonb not null,
  bucket     smallint not null,
  count      bigint not null,
  sum        double precision not null,
  primary key (resolution, starts_at, metric, labels, bucket)
);
comment on table private.sums is 'How often and how long, per metric and labels: by the minute, by the hour, and in total.';
comment on column private.sums.bucket is 'For a histogram: how many of its bounds are below the amounts. 0 for a counter.';
grant select, insert, update, delete on private.sums to service_role;

create table private.rolled_up (
  only_one boolean primary key default true check (only_one),
  until    timestamptz not null
);
comment on table private.rolled_up is 'The time up to which private.sums is complete.';
insert into private.rolled_up (until) values ('-infinity');
grant select, update on private.rolled_up to service_role;

-- Indexes by the time at which something happened
create index appointments_confirmed_at on public.appointments (confirmed_at) where confirmed_at is not null;
create index appointments_cancelled_at on public.appointments (cancelled_at) where cancelled_at is not null;

-- What happened ------------------------------------------------------------------------------------

create function private.measured_events(p_from timestamptz, p_until timestamptz)
returns table (metric text, labels jsonb, at timestamptz, amount double precision)
language sql stable set search_path = '' rows 1000 as $$
  select 'tool_call_seconds', jsonb_build_object('tool', tool, 'outcome', outcome), created_at, coalesce(ms, 0) / 1000.0
  from public.tool_calls
  where created_at >= p_from and created_at < p_until and outcome is not null

  union all
  select event.metric, event.labels, job.finished_at,
         greatest(extract(epoch from job.finished_at - job.requested_at), 0)::double precision
  from public.jobs job
  cross join lateral (values
    ('jobs_ended',
     jsonb_build_object('queue', job.queue, 'kind', coalesce(job.payload ->> 'kind', 'none'), 'outcome', job.status)),
    (case when job.queue = 'tool-sync' and job.payload ->> 'kind' = 'agent' and job.status = 'succeeded' then 'sync_seconds' end,
     jsonb_build_object('priority', case job.priority when 0 then 'interactive' else 'bulk' end)),
    (case when job.queue = 'outbox' and job.status in ('succeeded', 'dead') then 'outbox_messages' end,
     jsonb_build_object(
       'channel', coalesce(job.payload ->> 'kind', 'none'),
       'outcome', case job.status when 'dead' then 'dead' else coalesce(job.result ->> 'status', 'done') end))
  ) as event (metric, labels)
  where job.finished_at >= p_from and job.finished_at < p_until and event.metric is not null

  union all
  select 'bookings', '{"event": "confirmed"}', confirmed_at, 1 from public.appointments
  where confirmed_at >= p_from and confirmed_at < p_until
  union all
  select 'bookings', '{"event": "cancelled"}', cancelled_at, 1 from public.appointments
  where cancelled_at >= p_from and cancelled_at < p_until

  union all
  select measurement.metric, measurement.labels, measurement.at, coalesce(amount, 0)
  from private.measurements measurement cross join unnest(measurement.amounts) amount
  where measurement.at >= p_from and measurement.at < p_until
$$;
comment on function private.measured_events(timestamptz, timestamptz) is
  'Everything that is counted and timed in a span of time, one row per event. Labels take few values, all of them ours: no organization, '
  'no id, nothing that a caller said.';
grant execute on function private.measured_events(timestamptz, timestamptz) to service_role;

create function private.bucket_of(p_amount double precision, p_bounds double precision[]) returns smallint
language plpgsql immutable set search_path = '' as $$
begin
  return (
    select count(*)::smallint from unnest(p_bounds) bound where bound < p_amount);
end
$$;
comment on function private.bucket_of(double precision, double precision[]) is
  'How many of the bounds are below the amount; an amount equal to a bound belongs to the bucket below it, as in Prometheus.';
grant execute on function private.bucket_of(double precision, double precision[]) to service_role;

create function private.sums_of(p_from timestamptz, p_until timestamptz)
returns table (metric text, starts_at timestamptz, labels jsonb, bucket smallint, count bigint, sum double precision)
language sql stable set search_path = '' rows 100 as $$
  select event.metric, date_trunc('minute', event.at), event.labels,
         private.bucket_of(event.amount, metric.bounds), count(*), sum(event.amount)
  from private.measured_events(p_from, p_until) event
  join private.metrics metric on metric.name = event.metric
  group by 1, 2, 3, 4
$$;
comment on function private.sums_of(timestamptz, timestamptz) is 'The events of a span of time, added up by the minute.';
grant execute on function private.sums_of(timestamptz, timestamptz) to service_role;

create function private.roll_up() returns void
language plpgsql set search_path = '' as $$
declare
  v_from  timestamptz;
  -- What happened in one minute may be committed in the next: none of our transactions takes a minute.
  v_until timestamptz := date_trunc('minute', now() - interval '1 minute');
begin
  perform private.record_heartbeat('roll-up');
  select until into v_from from private.rolled_up for update;
  if v_until <= v_from then
    return;
  end if;

  insert into private.sums as known (resolution, starts_at, metric, labels, bucket, count, sum)
  select resolution.name, resolution.starts_at, new.metric, new.labels, new.bucket, sum(new.count), sum(new.sum)
  from private.sums_of(v_from, v_until) new
  cross join lateral (values
    ('minute', new.starts_at), ('hour', date_trunc('hour', new.starts_at)), ('ever', '-infinity')
  ) as resolution (name, starts_at)
  group by 1, 2, 3, 4, 5
  on conflict (resolution, starts_at, metric, labels, bucket) do update set
    count = known.count + excluded.count,
    sum   = known.sum + excluded.sum;

  update private.rolled_up set until = v_until;
  delete from private.measurements where at < v_from;
end
$$;
comment on function private.roll_up() is
  'Adds what happened since the last time to the sums, up to the last minute that is certainly complete.';

create type private.sum_in as (
  span interval, metric text, labels jsonb, bucket smallint, count bigint, sum double precision
);
comment on type private.sum_in is 'What was counted and timed in a span of time until now, by metric, labels and bucket.';

create function private.sums_in(p_spans interval[]) returns setof private.sum_in
language plpgsql stable set search_path = '' rows 100 as $$
declare
  v_span       interval;
  v_resolution text;
  v_from       timestamptz;
  -- Read once for all spans.
  v_fresh      private.sums[] := array(
    select row('minute', starts_at, metric, labels, bucket, count, sum)::private.sums
    from private.sums_of((select until from private.rolled_up), 'infinity'));
begin
  -- One span after the other, so that each is a range of the key.
  foreach v_span in array p_spans loop
    v_resolution := case when v_span <= '2 hours' then 'minute' when v_span <= '400 days' then 'hour' else 'ever' end;
    v_from := case v_resolution when 'ever' then '-infinity' else date_trunc(v_resolution, now() - v_span) end;
    return query
      select v_span, part.metric, part.labels, part.bucket, sum(part.count)::bigint, sum(part.sum)
      from (
        select metric, labels, bucket, count, sum from private.sums
        where sums.resolution = v_resolution and sums.starts_at >= v_from
        union all
        select metric, labels, bucket, count, sum from unnest(v_fresh) fresh
        where fresh.starts_at >= date_trunc('minute', now() - v_span)
      ) part
      group by part.metric, part.labels, part.bucket;
  end loop;
end
$$;
comment on function private.sums_in(interval[]) is
  'The sums of the time until now, for each of the spans. `infinity` is everything. Up to two hours by the minute, beyond that by the '
  'hour: 24 hours begin with a full one.';
grant execute on function private.sums_in(interval[]) to service_role;
select cron.schedule('roll-up', '* * * * *', 'select private.roll_up()');

-- What only the functions and the queue know -------------------------------------------------------

create function public.record_measurements(
  p_measurements jsonb, p_errors jsonb default '{}', p_attempts jsonb default '[]'
) returns void
language plpgsql set search_path = '' as $$
begin
  insert into private.measurements (metric, labels, amounts)
  select metric, labels, amounts
  from jsonb_to_recordset(p_measurements) as measured (metric text, labels jsonb, amounts double precision[]);
  if p_errors <> '{}' then
    perform private.count_trial_errors(p_errors);
  end if;
  if p_attempts <> '[]' then
    perform private.record_traces(p_attempts);
  end if;
  -- Any worker makes sure that somebody is notified when pg_cron has stopped.
  perform private.evaluate_if_overdue();
end
$$;
comment on function public.record_measurements(jsonb, jsonb, jsonb) is
  'Takes a batch of what a function has counted and timed: [{metric, labels, amounts: [seconds]}]. p_errors: failed calls by the '
  'definition of the tool: {hash: count}. p_attempts: which requests attempts at jobs made: [{jobId, leaseToken, trace}].';
grant execute on function public.record_measurements(jsonb, jsonb, jsonb) to service_role;

-- Signs of life ------------------------------------------------------------------------------------

create table private.heartbeats (
  task text primary key,
  beat_at timestamptz not null default now()
);
comment on table private.heartbeats is 'When the pg_cron tasks that everything depends on last ran. A task that never ran has no row.';
grant select, insert, update on private.heartbeats to service_role;

create function private.record_heartbeat(p_task text) returns void
language sql set search_path = '' as $$
  insert into private.heartbeats (task) values (p_task)
  on conflict (task) do update set beat_at = excluded.beat_at
$$;
comment on function private.record_heartbeat(text) is 'Records that a task of pg_cron has run.';
grant execute on function private.record_heartbeat(text) to service_role;
