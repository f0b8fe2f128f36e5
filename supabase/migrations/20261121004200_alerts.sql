-- Alerts: rules, what they read, and when they fire, are repeated, and are over.
--
--   (held for hold_for) pending ──▶ firing ──(clear for clear_for)──▶ resolved
--
-- One message when an alert fires, one when it becomes critical, one a day while it lasts, one when it is over. pg_cron
-- evaluates the rules every minute; if it has stopped, whoever scrapes the metrics or works off a queue does, so that
-- even that is told.

create table public.alert_rules (
  kind           text primary key,
  title          text not null,
  unit           text not null check (unit in ('share', 'seconds', 'count')),
  warning_above  double precision,
  critical_above double precision,
  min_sample     integer not null default 1,
  min_bad        integer not null default 1,
  hold_for       interval not null default '0',
  clear_for      interval not null default '0',
  check (coalesce(warning_above, critical_above) is not null),
  check (warning_above < critical_above)
);
comment on table public.alert_rules is 'What the administrator is told of, and from when on. A change counts from the next minute on.';
comment on column public.alert_rules.min_sample is 'A share of fewer events than this fires nothing.';
comment on column public.alert_rules.min_bad is 'A share with fewer bad events than this fires nothing.';
comment on column public.alert_rules.hold_for is 'How long it must hold before it fires.';
comment on column public.alert_rules.clear_for is 'How long it must not hold before it is over.';
alter table public.alert_rules enable row level security;
grant select, update on public.alert_rules to service_role;

insert into public.alert_rules (kind, title, unit, warning_above, critical_above, min_sample, min_bad, hold_for, clear_for) values
  ('sync_failures',       'Share of attempts at a sync that failed within 15 minutes',                   'share',   0.05, 0.2,   10, 1, '0',         '5 minutes'),
  ('vapi_5xx',            'Share of requests that Vapi answered with 5xx or not at all within 15 minutes', 'share', null, 0.05,  10, 3, '0',         '5 minutes'),
  ('tool_failures',       'Share of tool calls that ended with a fault of ours within 15 minutes',       'share',   0.05, 0.2,   10, 3, '0',         '5 minutes'),
  ('oldest_due_job',      'Age of the oldest job that is due and that somebody waits for',               'seconds', 300,  900,    1, 1, '0',         '0'),
  ('oldest_bulk_job',     'Age of the oldest bulk job that is due',                                      'seconds', 21600, null,  1, 1, '0',         '0'),
  ('job_dead',            'Jobs that gave up and were not done by a later one',                          'count',   null, 0,      1, 1, '0',         '0'),
  ('verification_errors', 'Errors that the latest verification of everything found',                     'count',   0,    null,   1, 1, '0',         '0'),
  ('verification_late',   'Time since the latest verification of everything',                            'seconds', 172800, null,   1, 1, '0',         '0'),
  ('heartbeat_lost',      'Time since a task that pg_cron runs every minute or more often was last run',  'seconds', null, 120,    1, 1, '2 minutes', '0');

-- Dead jobs ----------------------------------------------------------------------------------------

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
comment on function private.settle_dead_jobs() is 'Notes which dead jobs need nobody''s attention any more.';

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
  'Asks again for everything that a queue gave up (since a time), in one statement. Returns how many jobs that made.';
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
  'Says that what a queue gave up (until a time) need not be done any more: its alert is over. Returns how many jobs that were.';
grant execute on function public.dismiss_jobs(text, timestamptz) to service_role;

-- What the rules read ------------------------------------------------------------------------------

create function private.rates() returns table (kind text, value double precision, total bigint, bad bigint)
language sql stable set search_path = '' as $$
  with events as (
    select span, count,
      case
        when metric = 'vapi_request_seconds' then 'vapi_5xx'
        when metric = 'tool_call_seconds' then 'tool_failures'
        else 'sync_failures'
      end as kind,
      case metric
        when 'vapi_request_seconds' then labels ->> 'status' in ('5xx', 'none')
        when 'tool_call_seconds' then labels ->> 'outcome' = 'failed'
        else metric = 'job_attempts_failed'
      end as is_bad
    from private.sums_in('{15 minutes, 2 hours}')
    where metric in ('vapi_request_seconds', 'tool_call_seconds')
      or (metric = 'job_attempts_failed' and labels ->> 'queue' = 'tool-sync')
      or (metric = 'jobs_ended' and labels ->> 'queue' = 'tool-sync' and labels ->> 'outcome' = 'succeeded')
  ), added_up as (
    select rule.kind,
      coalesce(sum(count) filter (where span = '15 minutes'), 0)::bigint as total,
      coalesce(sum(count) filter (where span = '15 minutes' and is_bad), 0)::bigint as bad,
      coalesce(sum(count), 0) = 0 as is_quiet
    from unnest(array['sync_failures', 'vapi_5xx', 'tool_failures']) as rule (kind)
    left join events using (kind)
    group by 1
  )
  select kind, case when is_quiet then 0 else bad / nullif(total, 0)::double precision end, total, bad
  from added_up
$$;
comment on function private.rates() is
  'Shares of bad events within 15 minutes. Null if there was none to judge by: whether it still holds, nobody knows. After two '
  'hours without any, a failed job''s longest wait is over, and nothing is left that could fail: 0.';

create function private.late_jobs() returns table (kind text, queue text, age_seconds double precision)
language sql stable set search_path = '' as $$
  select case when queue = 'tool-sync' and priority = 1 then 'oldest_bulk_job' else 'oldest_due_job' end, queue, max(age_seconds)
  from private.oldest_due_jobs()
  group by 1, 2
$$;
comment on function private.late_jobs() is
  'For each queue and rule, how long the oldest due job has been waiting. Bulk work, which may take hours, are syncs only: the '
  'texts that the outbox sends after codes are late as soon as those.';

create function private.verification_age() returns table (age_seconds double precision)
language sql stable set search_path = '' as $$
  select extract(epoch from clock_timestamp() - coalesce(
    (select checked_at from private.latest_verification()), (select min(created_at) from public.vapi_tools)))
$$;
comment on function private.verification_age() is
  'Time since the latest verification of everything, or, before the first, since there has been something to verify. Null if there is nothing.';

create function private.alert_readings()
returns table (kind text, subject text, value double precision, total bigint, bad bigint, message text)
language sql stable set search_path = '' as $$
  select kind, '', value, total, bad,
    format(case kind
      when 'sync_failures' then '%s of %s attempts at a sync failed within 15 minutes'
      when 'vapi_5xx' then 'Vapi answered %s of %s requests with 5xx or not at all within 15 minutes'
      when 'tool_failures' then '%s of %s tool calls ended with a fault of ours within 15 minutes'
    end, bad, total)
  from private.rates()
  union all
  select kind, queue, age_seconds, 1, 1,
    format('A %sjob of %s has been due for %s minutes', case kind when 'oldest_bulk_job' then 'bulk ' end, queue, round(age_seconds / 60))
  from private.late_jobs()
  union all
  select 'job_dead', labels ->> 'queue', value, 1, 1, format('%s %s jobs gave up', value, labels ->> 'queue')
  from private.counts(1000) where name = 'jobs' and labels ->> 'state' = 'dead'
  union all
  select 'verification_errors', '', (summary ->> 'errors')::double precision, 1, 1,
    format('The verification of %s UTC found %s errors', to_char(checked_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI'), summary ->> 'errors')
  from private.latest_verification()
  union all
  select 'verification_late', '', age_seconds, 1, 1, format('No verification of everything was made for %s hours', round(age_seconds / 3600))
  from private.verification_age()
  union all
  select 'heartbeat_lost', task, extract(epoch from clock_timestamp() - beat_at), 1, 1,
    format('pg_cron has not carried out "%s" for %s minutes', task, round(extract(epoch from clock_timestamp() - beat_at) / 60))
  from private.heartbeats
$$;
comment on function private.alert_readings() is 'What each rule reads at this moment, per subject, and the sentence that says so.';

create function private.alert_level(p_rule public.alert_rules, p_value double precision, p_total bigint, p_bad bigint) returns text
language sql immutable set search_path = '' as $$
  select case
    when p_value <= coalesce(p_rule.warning_above, p_rule.critical_above) then 'ok'
    when p_total < p_rule.min_sample or p_bad < p_rule.min_bad then null
    when p_value > p_rule.critical_above then 'critical'
    when p_value > p_rule.warning_above then 'warning'
  end
$$;
comment on function private.alert_level(public.alert_rules, double precision, bigint, bigint) is
  'ok, warning or critical; null if there is too little to say: then an alert that fires goes on, and none begins.';

-- Evaluating ---------------------------------------------------------------------------------------

create function private.apply_reading(
  p_rule public.alert_rules, p_subject text, p_level text, p_value double precision, p_message text
) returns void
language plpgsql set search_path = '' as $$
declare
  v_alert  public.alerts;
  v_detail jsonb := jsonb_build_object('rule', p_rule.title, 'value', round(p_value::numeric, 3),
                      'above', case p_level when 'critical' then p_rule.critical_above else p_rule.warning_above end);
begin
  select * into v_alert from public.alerts
  where kind = p_rule.kind and subject = p_subject and state <> 'resolved'
  for update;

  if p_level is null or (p_level = 'ok' and v_alert.id is null) then
    return;
  end if;

  if p_level = 'ok' then
    if v_alert.state = 'pending' then
      delete from public.alerts where id = v_alert.id;
    elsif now() - coalesce(v_alert.clear_since, now()) >= p_rule.clear_for then
      perform private.resolve_alert(v_alert.id);
    else
      update public.alerts set clear_since = coalesce(clear_since, now()) where id = v_alert.id;
    end if;
  elsif v_alert.id is null then
    insert into public.alerts (kind, subject, state, severity, message, detail)
    values (p_rule.kind, p_subject, case when p_rule.hold_for > '0' then 'pending' else 'firing' end, p_level, p_message, v_detail)
    returning * into v_alert;
    if v_alert.state = 'firing' then
      perform private.notify_admin(v_alert.id);
    end if;
  else
    -- What a job's death has said stands: it names the job.
    update public.alerts set
      state       = case when now() - created_at >= p_rule.hold_for then 'firing' else state end,
      severity    = case 'critical' when p_level then p_level else severity end,
      message     = case when job_id is null then p_message else message end,
      detail      = case when job_id is null then v_detail else detail end,
      clear_since = null
    where id = v_alert.id;
    if (v_alert.state = 'pending' and now() - v_alert.created_at >= p_rule.hold_for)
      or (v_alert.state = 'firing' and v_alert.severity = 'warning' and p_level = 'critical')
    then
      perform private.notify_admin(v_alert.id);
    end if;
  end if;
end
$$;
comment on function private.apply_reading is
  'Moves the alert about a subject to where its reading says, and has the administrator told if that is news. An alert that was '
  'critical stays so until it is over.';

create function private.resolve_alert(p_alert_id uuid) returns void
language plpgsql set search_path = '' as $$
begin
  update public.alerts set state = 'resolved', resolved_at = now() where id = p_alert_id and state = 'firing';
  if found then
    perform private.notify_admin(p_alert_id);
  end if;
end
$$;
comment on function private.resolve_alert(uuid) is 'The alert is over: says so.';

create function private.evaluate_alerts() returns void
language plpgsql set search_path = '' as $$
declare
  v_reading record;
begin
  -- One at a time: pg_cron and a scrape may come together.
  if not pg_try_advisory_xact_lock(hashtext('private.evaluate_alerts')) then
    return;
  end if;

  perform private.settle_dead_jobs();
  for v_reading in
    select rule, reading.subject, reading.value, reading.message,
           private.alert_level(rule, reading.value, reading.total, reading.bad) as level
    from private.alert_readings() reading
    join public.alert_rules rule using (kind)
  loop
    perform private.apply_reading(v_reading.rule, v_reading.subject, v_reading.level, v_reading.value, v_reading.message);
  end loop;

  perform private.notify_admin(alert.id)
  from public.alerts alert join public.alert_rules using (kind)
  where alert.state = 'firing' and alert.notified_at < now() - interval '24 hours';

  -- What no rule reads was an event: it is over when it has not happened for a day, and that is no news.
  update public.alerts alert set state = 'resolved', resolved_at = now()
  where state = 'firing' and updated_at < now() - interval '24 hours'
    and not exists (select from public.alert_rules rule where rule.kind = alert.kind);
end
$$;
comment on function private.evaluate_alerts() is 'Reads every rule, and has the administrator told of what has changed.';

create function private.evaluate_if_overdue() returns void
language plpgsql set search_path = '' as $$
begin
  if exists (select from private.heartbeats where task = 'evaluate-alerts' and beat_at < clock_timestamp() - interval '3 minutes') then
    perform private.evaluate_alerts();
  end if;
exception when others then
  raise warning 'Cannot evaluate the alerts: %', sqlerrm;
end
$$;
comment on function private.evaluate_if_overdue() is 'Evaluates the alerts in place of a pg_cron that has stopped. Never fails its caller.';

grant execute on function
  private.settle_dead_jobs(), private.rates(), private.late_jobs(), private.verification_age(), private.alert_readings(),
  private.alert_level(public.alert_rules, double precision, bigint, bigint),
  private.apply_reading(public.alert_rules, text, text, double precision, text),
  private.resolve_alert(uuid), private.evaluate_alerts(), private.evaluate_if_overdue()
to service_role;

select cron.schedule('evaluate-alerts', '* * * * *',
  $$select private.evaluate_alerts(); select private.record_heartbeat('evaluate-alerts')$$);

notify pgrst, 'reload schema';
