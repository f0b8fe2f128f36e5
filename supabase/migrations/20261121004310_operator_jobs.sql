-- What operators do with the machinery: jobs, alerts, backfills, verifications. As in …_operators.sql, all are definers and leave a record.

create function public.operator_jobs(
  p_queue text default null, p_status text default null, p_org_id uuid default null, p_key text default null
)
returns table (
  id uuid, queue text, key text, org_id uuid, kind text, status text, priority smallint, attempts integer, run_at timestamptz,
  requested_at timestamptz, started_at timestamptz, finished_at timestamptz, last_error jsonb, settled text, created_at timestamptz
)
language plpgsql stable security definer set search_path = '' as $$
declare
  -- Only the requested conditions, so that each list has its index.
  v_which text := concat_ws(' and ', 'true',
    case when p_queue is not null then 'queue = $1' when p_key is not null then 'queue = any (array(select name from public.queues))' end,
    case when p_status is not null then 'status = $2' end,
    case when p_org_id is not null then 'org_id = $3' end,
    case when p_key is not null then 'key = $4' end);
begin
  perform private.require_operator();
  return query execute format($query$
    select job.id, job.queue, job.key, job.org_id, job.payload ->> 'kind', job.status, job.priority, job.attempts, job.run_at,
           job.requested_at, job.started_at, job.finished_at, job.last_error, job.result ->> 'settled', job.created_at
    from (
      (select * from public.jobs where status = 'pending' and %1$s order by created_at desc limit 1000)
      union all
      (select * from public.jobs where status = 'running' and %1$s order by created_at desc limit 1000)
      union all
      (select * from public.jobs where status = 'dead' and %1$s order by created_at desc limit 1000)
      union all
      -- There is no index by age: each one costs something with every change of every job.
      (select * from public.jobs
       where status in ('succeeded', 'superseded') and finished_at is not null
         and coalesce($2, 'succeeded') in ('succeeded', 'superseded') and %1$s
       order by finished_at desc limit 1000)
    ) job
    order by job.created_at desc, job.id
    limit 1000 $query$, v_which)
  using p_queue, p_status, p_org_id, p_key;
end
$$;
comment on function public.operator_jobs(text, text, uuid, text) is
  'Jobs by queue, status, organization and key, newest first, without payload: it may name patients'' messages. At most 1,000: what has not '
  'ended, and what ended last. Refuses with VT002. Definer: see the head of …_operators.sql.';
grant execute on function public.operator_jobs(text, text, uuid, text) to authenticated;

create function public.operator_retry_jobs(
  p_queue text, p_org_id uuid default null, p_key text default null, p_since timestamptz default '-infinity'
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_count integer;
begin
  perform private.require_operator();
  -- The newest of each key, unless that is pending or has been done since.
  perform private.settle_dead_jobs();
  with revived as (
    insert into public.jobs (queue, key, org_id, payload, priority, requested_by, request_id)
    select distinct on (key) queue, key, org_id, payload, priority, auth.uid(), request_id
    from public.jobs
    where queue = p_queue and status = 'dead' and result is null and finished_at >= p_since
      and (p_org_id is null or org_id = p_org_id) and (p_key is null or key = p_key)
    order by key, created_at desc
    on conflict (queue, key) where status = 'pending' do nothing
    returning 1
  )
  select count(*) into v_count from revived;
  perform private.audit('retry_jobs', p_queue, jsonb_build_object(
    'orgId', p_org_id, 'key', p_key, 'since', nullif(p_since, '-infinity'), 'count', v_count));
  return jsonb_build_object('count', v_count);
end
$$;
comment on function public.operator_retry_jobs(text, uuid, text, timestamptz) is
  'Requests again what a queue gave up, of one organization, of one key, since a time: {count}. Refuses with VT002. Definer: see the head '
  'of …_operators.sql.';
grant execute on function public.operator_retry_jobs(text, uuid, text, timestamptz) to authenticated;

create function public.operator_cancel_jobs(
  p_queue text, p_org_id uuid default null, p_key text default null, p_until timestamptz default now()
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_ended  uuid[];
  v_count  integer;
begin
  perform private.require_operator();
  if p_org_id is null and p_key is null then
    perform private.raise_invalid('p_org_id', 'Say whose jobs: give an organization or a key');
  end if;
  with ended as (
    update public.jobs set
      status = 'superseded', result = '{"settled": "cancelled"}', finished_at = clock_timestamp()
    where queue = p_queue and status = 'pending' and created_at <= p_until
      -- An assistant whose agent is gone would stay at Vapi for ever.
      and payload ->> 'kind' is distinct from 'remove_assistant'
      and (p_org_id is null or org_id = p_org_id) and (p_key is null or key = p_key)
    returning id
  )
  select coalesce(array_agg(id), '{}') into v_ended from ended;
  update public.sms_messages set status = 'obsolete', reason = 'cancelled', ended_at = now()
  where status = 'queued' and id in (
    select (payload ->> 'messageId')::uuid from public.jobs where id = any (v_ended) and payload ->> 'kind' = 'sms');
  update public.emails set status = 'failed', reason = 'cancelled', ended_at = now()
  where status = 'queued' and id in (
    select (payload ->> 'emailId')::uuid from public.jobs where id = any (v_ended) and payload ->> 'kind' = 'email');
  update public.jobs set result = '{"settled": "dismissed"}'
  where queue = p_queue and status = 'dead' and result is null and finished_at <= p_until
    and (p_org_id is null or org_id = p_org_id) and (p_key is null or key = p_key);
  get diagnostics v_count = row_count;
  v_count := v_count + cardinality(v_ended);
  perform private.audit('cancel_jobs', p_queue, jsonb_build_object('orgId', p_org_id, 'key', p_key, 'count', v_count));
  return jsonb_build_object('count', v_count);
end
$$;
comment on function public.operator_cancel_jobs(text, uuid, text, timestamptz) is
  'Ends the pending jobs of an organization or a key, and settles those that were given up: {count}. Running ones continue. Refuses with '
  'VT002, VT004. Definer: see the head of …_operators.sql.';
grant execute on function public.operator_cancel_jobs(text, uuid, text, timestamptz) to authenticated;

create function public.operator_alerts(p_state text default null)
returns table (
  id uuid, kind text, subject text, state text, severity text, org_id uuid, job_id uuid, message text, detail jsonb, count integer,
  created_at timestamptz, updated_at timestamptz, resolved_at timestamptz, acknowledged_at timestamptz, acknowledged_by uuid
)
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_operator();
  return query
    select alert.id, alert.kind, alert.subject, alert.state, alert.severity, alert.org_id, alert.job_id, alert.message, alert.detail,
           alert.count, alert.created_at, alert.updated_at, alert.resolved_at, alert.acknowledged_at, alert.acknowledged_by
    from public.alerts alert
    where alert.state <> 'pending' and (p_state is null or alert.state = p_state)
    order by alert.created_at desc, alert.id
    limit 1000;
end
$$;
comment on function public.operator_alerts(text) is
  'Alerts that fire or are resolved, newest first, at most 1,000. Refuses with VT002. Definer: see the head of …_operators.sql.';
grant execute on function public.operator_alerts(text) to authenticated;

create function public.operator_acknowledge_alert(p_alert_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_alert public.alerts;
begin
  perform private.require_operator();
  update public.alerts set
    acknowledged_at = coalesce(acknowledged_at, now()), acknowledged_by = coalesce(acknowledged_by, auth.uid())
  where id = p_alert_id and state = 'firing'
  returning * into v_alert;
  if v_alert.id is null then
    perform private.raise_error('VT001', 'No firing alert has this id');
  end if;
  perform private.audit('acknowledge_alert', p_alert_id::text, jsonb_build_object('kind', v_alert.kind));
  return jsonb_build_object('alertId', v_alert.id, 'acknowledgedAt', v_alert.acknowledged_at, 'acknowledgedBy', v_alert.acknowledged_by);
end
$$;
comment on function public.operator_acknowledge_alert(uuid) is
  'An operator deals with it: no daily reminders follow; it is still reported when it becomes worse and when it is over. {alertId, '
  'acknowledgedAt, acknowledgedBy}. Refuses with VT001, VT002. Definer: see the head of …_operators.sql.';
grant execute on function public.operator_acknowledge_alert(uuid) to authenticated;

create function public.operator_migrate(
  p_org_id uuid default null, p_force_update boolean default false, p_prune_duplicates boolean default false
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_run jsonb;
begin
  perform private.require_operator();
  v_run := public.start_backfill(p_org_id, p_force_update, p_prune_duplicates);
  perform private.audit('migrate', v_run ->> 'runId', jsonb_build_object(
    'orgId', p_org_id, 'forceUpdate', p_force_update, 'pruneDuplicates', p_prune_duplicates));
  return v_run;
end
$$;
comment on function public.operator_migrate(uuid, boolean, boolean) is
  'Brings the tools to one organization or to all: as start_backfill. Refuses with VT001, VT002. Definer: see the head of …_operators.sql.';
grant execute on function public.operator_migrate(uuid, boolean, boolean) to authenticated;

create function public.operator_migration(p_run_id uuid default null) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_operator();
  return public.backfill_report(p_run_id);
end
$$;
comment on function public.operator_migration(uuid) is
  'The progress of a migration, or of the latest one: as backfill_report. Refuses with VT002. Definer: see the head of …_operators.sql.';
grant execute on function public.operator_migration(uuid) to authenticated;

create function public.operator_plan_migration(
  p_org_id uuid default null, p_force_update boolean default false, p_prune_duplicates boolean default false
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_plan_id uuid;
begin
  perform private.require_operator();
  if p_org_id is not null then
    perform private.require_organization(p_org_id);
  end if;
  insert into private.backfill_plans (org_id, force_update, prune_duplicates)
  values (p_org_id, p_force_update, p_prune_duplicates) returning id into v_plan_id;
  perform private.call_function('migrate-tools', jsonb_strip_nulls(jsonb_build_object(
    'dryRun', true, 'planId', v_plan_id, 'orgId', p_org_id, 'forceUpdate', p_force_update, 'pruneDuplicates', p_prune_duplicates)));
  perform private.audit('plan_migration', v_plan_id::text, jsonb_build_object(
    'orgId', p_org_id, 'forceUpdate', p_force_update, 'pruneDuplicates', p_prune_duplicates));
  return jsonb_build_object('planId', v_plan_id);
end
$$;
comment on function public.operator_plan_migration(uuid, boolean, boolean) is
  'Asks what a migration would do, without changing anything: {planId}; operator_migration_plan has it when it is done. Refuses with '
  'VT001, VT002. Definer: see the head of …_operators.sql.';
grant execute on function public.operator_plan_migration(uuid, boolean, boolean) to authenticated;

create function public.operator_migration_plan(p_plan_id uuid default null) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_plan private.backfill_plans;
begin
  perform private.require_operator();
  select * into v_plan from private.backfill_plans
  where p_plan_id is null or id = p_plan_id order by requested_at desc limit 1;
  if v_plan.id is null then
    perform private.raise_error('VT001', 'There is no such plan');
  end if;
  return jsonb_build_object(
    'planId', v_plan.id, 'orgId', v_plan.org_id, 'forceUpdate', v_plan.force_update, 'pruneDuplicates', v_plan.prune_duplicates,
    'requestedAt', v_plan.requested_at, 'finishedAt', v_plan.finished_at, 'report', v_plan.report, 'error', v_plan.error);
end
$$;
comment on function public.operator_migration_plan(uuid) is
  'What a dry run found, or the latest one: {planId, orgId, forceUpdate, pruneDuplicates, requestedAt, finishedAt: null while it runs, '
  'report: as migrate-tools answers, error}. Refuses with VT001, VT002. Definer: see the head of …_operators.sql.';
grant execute on function public.operator_migration_plan(uuid) to authenticated;

create function public.operator_rollback(p_run_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_started jsonb;
begin
  perform private.require_operator();
  v_started := public.start_rollback(p_run_id);
  perform private.audit('rollback', p_run_id::text, v_started - 'runId');
  return v_started;
end
$$;
comment on function public.operator_rollback(uuid) is
  'Rolls a migration back: as start_rollback. Refuses with VT001, VT002, VT008. Definer: see the head of …_operators.sql.';
grant execute on function public.operator_rollback(uuid) to authenticated;

notify pgrst, 'reload schema';
