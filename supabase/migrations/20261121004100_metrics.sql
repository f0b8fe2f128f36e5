-- Metrics: the current state, and what happened so far, for Prometheus; and an organization's own figures for its members.

insert into private.metrics (name, kind, help) values
  ('jobs', 'gauge', 'Jobs by queue and state. Dead: given up, and not yet done by a later job.'),
  ('oldest_due_job_age_seconds', 'gauge', 'How long the oldest job that is due has been waiting; 0 if none is.'),
  ('sync_success_ratio', 'gauge', 'Share of syncs (of: jobs) and of attempts at them (of: attempts) that succeeded in the span until now.'),
  -- Its label is not `quantile`: Prometheus reserves that for summaries.
  ('sync_quantile_seconds', 'gauge', 'Time from asking for an agent''s sync to its success, over the span until now.'),
  ('organizations', 'gauge', 'Organizations.'),
  ('agents', 'gauge', 'Agents.'),
  ('agents_drifted', 'gauge', 'Agents whose assistant was edited in Vapi since the last sync.'),
  ('org_tools', 'gauge', 'Tools of organizations, by whether they are enabled.'),
  ('org_tools_growth', 'gauge', 'Tools of organizations that were added in the span until now, less those removed.'),
  ('registered_tools', 'gauge', 'Tools in the global registry by state.'),
  ('verification_findings', 'gauge', 'Findings of the latest verification of everything, by severity.'),
  ('verification_age_seconds', 'gauge', 'Time since the latest verification of everything.'),
  ('heartbeat_age_seconds', 'gauge', 'Time since a task of pg_cron was last carried out.'),
  ('alerts_firing', 'gauge', 'Alerts that are firing, by kind and severity.');

create index agents_drifted on public.agents (id) where drift <> '[]';
create index jobs_dead on public.jobs (queue, (result is null), finished_at) where status = 'dead';
create index verifications_of_everything on public.verifications (checked_at desc) where org_id is null;

-- Counting -----------------------------------------------------------------------------------------

create function private.counts(p_limit integer) returns table (name text, labels jsonb, value bigint)
language sql stable set search_path = '' as $$
  select 'jobs', jsonb_build_object('queue', queue.name, 'state', 'pending'), (select count(*) from (
    select from public.jobs where queue = queue.name and status = 'pending' limit p_limit) counted)
  from public.queues queue
  union all
  select 'jobs', jsonb_build_object('queue', queue.name, 'state', 'running'), (select count(*) from (
    select from public.jobs where queue = queue.name and status = 'running' limit p_limit) counted)
  from public.queues queue
  union all
  select 'jobs', jsonb_build_object('queue', queue.name, 'state', 'dead'), (select count(*) from (
    select from public.jobs where queue = queue.name and status = 'dead' and result is null limit p_limit) counted)
  from public.queues queue
  union all
  select 'org_tools', jsonb_build_object('enabled', state.enabled::text), (select count(*) from (
    select from public.org_tools where enabled = state.enabled limit p_limit) counted)
  from (values (true), (false)) as state (enabled)
  union all
  select 'organizations', '{}', (select count(*) from (select from public.organizations limit p_limit) counted)
  union all
  select 'agents', '{}', (select count(*) from (select from public.agents limit p_limit) counted)
  union all
  select 'agents_drifted', '{}', (select count(*) from (select from public.agents where drift <> '[]' limit p_limit) counted)
$$;
comment on function private.counts(integer) is 'Counts of things that may become many, each up to a limit; null: without a limit.';
grant execute on function private.counts(integer) to service_role;

create table private.samples (
  name     text not null,
  labels   jsonb not null,
  taken_at timestamptz not null default now(),
  value    bigint not null,
  primary key (name, labels, taken_at)
);
comment on table private.samples is 'Full counts, taken every minute by pg_cron so that no scrape has to, and kept for eight days.';
grant select, insert, delete on private.samples to service_role;

create function private.take_samples() returns void
language sql set search_path = '' as $$
  insert into private.samples (name, labels, value) select name, labels, value from private.counts(null)
  on conflict do nothing;
  delete from private.samples where taken_at < now() - interval '8 days';
$$;
comment on function private.take_samples() is 'Counts everything.';

select cron.schedule('take-samples', '* * * * *', 'select private.take_samples()');

create function private.counts_now() returns table (name text, labels jsonb, value bigint)
language sql stable set search_path = '' as $$
  select counted.name, counted.labels, case when counted.value <= 10000 then counted.value else greatest(counted.value, (
    select value from private.samples sample
    where sample.name = counted.name and sample.labels = counted.labels
    order by taken_at desc limit 1)) end
  from private.counts(10001) counted
$$;
comment on function private.counts_now() is 'The counts at this moment up to 10,000; beyond that, those of the last full minute.';
grant execute on function private.counts_now() to service_role;

create function private.growth(p_name text, p_span interval, p_now bigint) returns bigint
language sql stable set search_path = '' as $$
  select p_now - coalesce(sum(earlier.value), 0)::bigint
  from (
    select distinct on (labels) value from private.samples
    where name = p_name and taken_at <= now() - p_span and taken_at > now() - p_span - interval '1 hour'
    order by labels, taken_at desc
  ) earlier
$$;
comment on function private.growth(text, interval, bigint) is
  'By how much a count has grown in the span until now; the whole count if there is no earlier one.';
grant execute on function private.growth(text, interval, bigint) to service_role;

-- Calculating --------------------------------------------------------------------------------------

create function private.quantile(p_share double precision, p_counts jsonb, p_bounds double precision[]) returns double precision
language plpgsql immutable set search_path = '' as $$
declare
  v_rank   double precision := p_share * (select sum(value::bigint) from jsonb_each_text(p_counts));
  v_before double precision := 0;
  v_here   double precision;
  v_lower  double precision;
begin
  for i in 0 .. cardinality(p_bounds) - 1 loop
    v_here := coalesce((p_counts ->> i::text)::bigint, 0);
    if v_here > 0 and v_before + v_here >= v_rank then
      v_lower := case when i = 0 then 0 else p_bounds[i] end;
      return v_lower + (p_bounds[i + 1] - v_lower) * (v_rank - v_before) / v_here;
    end if;
    v_before := v_before + v_here;
  end loop;
  return case when v_rank is not null then p_bounds[cardinality(p_bounds)] end;
end
$$;
comment on function private.quantile(double precision, jsonb, double precision[]) is
  'The quantile of a histogram, {bucket: count}, interpolated linearly between the bounds of its bucket; the last bound for anything '
  'beyond. Null if it is empty. As histogram_quantile of Prometheus.';
grant execute on function private.quantile(double precision, jsonb, double precision[]) to service_role;

create function private.sync_figures(p_sums private.sum_in[]) returns table (name text, labels jsonb, value double precision)
language sql stable set search_path = '' as $$
  with spans as (
    select * from (values ('5m', interval '5 minutes'), ('1h', interval '1 hour'), ('24h', interval '24 hours')) as span (label, length)
  ), sums as materialized (
    select spans.label as span, sums.metric, sums.labels, sums.bucket, sums.count
    from unnest(p_sums) sums
    join spans on spans.length = sums.span
    where sums.metric = 'sync_seconds' or sums.labels ->> 'queue' = 'tool-sync'
  ), ended as (
    select spans.label as span,
      coalesce(sum(count) filter (where metric = 'jobs_ended' and labels ->> 'outcome' = 'succeeded'), 0) as succeeded,
      coalesce(sum(count) filter (where metric = 'jobs_ended' and labels ->> 'outcome' = 'dead'), 0) as dead,
      coalesce(sum(count) filter (where metric = 'job_attempts_failed'), 0) as failed
    from spans left join sums on sums.span = spans.label
    group by 1
  ), timed as (
    select span, labels, jsonb_object_agg(bucket, count) as counts
    from sums where metric = 'sync_seconds'
    group by 1, 2
  )
  select 'sync_success_ratio', jsonb_build_object('of', share.what, 'span', span), share.value
  from ended
  cross join lateral (values
    ('jobs', succeeded / nullif(succeeded + dead, 0)), ('attempts', succeeded / nullif(succeeded + failed, 0))
  ) as share (what, value)
  union all
  select 'sync_quantile_seconds', timed.labels || jsonb_build_object('span', span, 'percentile', share.label),
         private.quantile(share.label::double precision / 100, counts, metric.bounds)
  from timed
  cross join (values ('50'), ('95'), ('99')) as share (label)
  join private.metrics metric on metric.name = 'sync_seconds'
$$;
comment on function private.sync_figures(private.sum_in[]) is
  'Success rate of syncs, and how long they took, over 5 minutes, 1 hour and 24 hours, from their sums. A rate of nothing is null.';
grant execute on function private.sync_figures(private.sum_in[]) to service_role;

-- Current figures ----------------------------------------------------------------------------------

create function private.oldest_due_jobs() returns table (queue text, priority smallint, age_seconds double precision)
language sql stable set search_path = '' as $$
  select queue.name, level.priority, coalesce(extract(epoch from clock_timestamp() - (
    select run_at from public.jobs
    where jobs.queue = queue.name and status = 'pending' and jobs.priority = level.priority and run_at <= now()
    order by run_at limit 1)), 0)
  from public.queues queue cross join (values (0::smallint), (1::smallint), (2::smallint)) as level (priority)
$$;
comment on function private.oldest_due_jobs() is 'For each queue and priority, how long the oldest due job has been waiting.';
grant execute on function private.oldest_due_jobs() to service_role;

create function private.latest_verification() returns setof public.verifications
language sql stable set search_path = '' rows 1 as $$
  select * from public.verifications where org_id is null order by checked_at desc limit 1
$$;
comment on function private.latest_verification() is 'The latest verification of everything, if any.';
grant execute on function private.latest_verification() to service_role;

create function private.gauges() returns table (name text, labels jsonb, value double precision)
language sql stable set search_path = '' as $$
  with counts as materialized (select * from private.counts_now())
  select name, labels, value::double precision from counts
  union all
  select 'org_tools_growth', jsonb_build_object('span', span.label),
         private.growth('org_tools', span.length, (select sum(value)::bigint from counts where name = 'org_tools'))
  from (values ('1h', interval '1 hour'), ('24h', interval '24 hours'), ('7d', interval '7 days')) as span (label, length)
  union all
  select 'oldest_due_job_age_seconds',
         jsonb_build_object('queue', due.queue, 'priority', case due.priority when 0 then 'interactive' else 'bulk' end),
         max(due.age_seconds)
  from private.oldest_due_jobs() due group by 1, 2
  union all
  select 'registered_tools', jsonb_build_object('state', state), (
    select count(*) from public.vapi_tools where vapi_tools.state = listed.state)
  from unnest(array['creating', 'current', 'retired']) as listed (state)
  union all
  select 'verification_findings', jsonb_build_object('severity', severity.label), (verification.summary ->> severity.key)::double precision
  from private.latest_verification() verification
  cross join (values ('error', 'errors'), ('warning', 'warnings'), ('info', 'infos')) as severity (label, key)
  union all
  select 'verification_age_seconds', '{}', extract(epoch from clock_timestamp() - verification.checked_at)
  from private.latest_verification() verification
  union all
  select 'heartbeat_age_seconds', jsonb_build_object('task', task), extract(epoch from clock_timestamp() - beat_at)
  from private.heartbeats
  union all
  select 'alerts_firing', jsonb_build_object('kind', kind, 'severity', severity), count(*)
  from public.alerts where state = 'firing' group by kind, severity
$$;
comment on function private.gauges() is 'The state at this moment.';
grant execute on function private.gauges() to service_role;

create function public.metrics() returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_sums private.sum_in[];
begin
  -- Any scrape makes sure that somebody is notified when pg_cron has stopped.
  perform private.evaluate_if_overdue();
  v_sums := array(select sums from private.sums_in('{5 minutes, 1 hour, 24 hours, infinity}') sums);
  return (
    with counted as materialized (
      select metric as name, labels,
             jsonb_build_object('labels', labels, 'value', sum(count), 'sum', sum(sum), 'buckets', jsonb_object_agg(bucket, count)) as sample
      from unnest(v_sums)
      where span = 'infinity'
      group by 1, 2
    ), samples as (
      select name, labels, sample from counted
      union all
      select known.name, known.labels, jsonb_build_object('labels', known.labels, 'value', 0)
      from private.known_counters() known
      where not exists (select from counted where counted.name = known.name and counted.labels = known.labels)
      union all
      select name, labels, jsonb_build_object('labels', labels, 'value', value)
      from (select * from private.gauges() union all select * from private.sync_figures(v_sums)) gauge
    )
    select jsonb_agg(jsonb_build_object(
      'name', metric.name, 'kind', metric.kind, 'help', metric.help, 'bounds', metric.bounds,
      'samples', (
        select coalesce(jsonb_agg(sample order by labels::text), '[]')
        from samples where samples.name = metric.name)
    ) order by metric.name)
    from private.metrics metric);
end
$$;
comment on function public.metrics() is
  'Everything that is measured: [{name, kind: counter | histogram | gauge, help, bounds, samples: [{labels, value, sum?, '
  'buckets?: {bucket: count}}]}]. The value of a histogram is its count; null stands for not a number.';
grant execute on function public.metrics() to service_role;

-- For members --------------------------------------------------------------------------------------

create view public.org_tool_usage with (security_invoker = true) as
select org_id, (created_at at time zone 'UTC')::date as day, tool, outcome,
       count(*) as calls, avg(ms)::real as average_ms, max(ms) as slowest_ms
from public.tool_calls
where outcome is not null
group by 1, 2, 3, 4;
comment on view public.org_tool_usage is
  'How often an organization''s assistants used each tool, by day in UTC and outcome, over the last 30 days. Members see their own.';
grant select on public.org_tool_usage to authenticated, service_role;

create view public.org_figures with (security_invoker = true) as
select
  org.id as org_id,
  agents.total as agents,
  agents.drifted as agents_drifted,
  syncs.synced as agents_synced,
  syncs.failed as agents_failed,
  tools.enabled as tools_enabled,
  bookings.confirmed_7d as bookings_7d,
  usage.calls_24h as tool_calls_24h,
  usage.refused_24h as tool_calls_refused_24h
from public.organizations org
cross join lateral (
  select count(*) as total, count(*) filter (where drift <> '[]') as drifted from public.agents where org_id = org.id
) agents
cross join lateral (
  select count(*) filter (where sync_state = 'synced') as synced, count(*) filter (where sync_state = 'failed') as failed
  from public.agent_sync_status where org_id = org.id
) syncs
cross join lateral (
  select count(*) filter (where enabled) as enabled from public.org_tools where org_id = org.id
) tools
cross join lateral (
  select count(*) as confirmed_7d from public.appointments
  where org_id = org.id and confirmed_at > now() - interval '7 days'
) bookings
cross join lateral (
  select count(*) as calls_24h, count(*) filter (where outcome <> 'ok') as refused_24h
  from public.tool_calls where org_id = org.id and created_at > now() - interval '24 hours'
) usage;
comment on view public.org_figures is 'One row of figures per organization. Members see their own.';
grant select on public.org_figures to authenticated, service_role;

notify pgrst, 'reload schema';
