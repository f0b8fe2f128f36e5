-- Alerts: rules, what they read, and when they fire, are repeated, and end.
--
--   (held for hold_for) pending ──▶ firing ──(clear for clear_for)──▶ resolved
--
-- One message when an alert fires, one when it becomes critical, one a day while it lasts, one when it is over. pg_cron evaluates the rules
-- every minute; if it has stopped, a scrape of the metrics or a worker does, so that even that is noticed.

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
comment on table public.alert_rules is
  'What the administrator is notified of, and from which level on. A change takes effect within a minute.';
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
  ('sms_pumping',         'Text messages within 15 minutes that were refused as too many or too costly', 'count',   9,    99,    1, 1, '0',         '5 minutes'),
  ('booking_flood',       'Bookings and holds within 15 minutes that were refused as too many',          'count',   19,   null,  1, 1, '0',         '5 minutes'),
  ('text_volume',         'Share of the text messages of a day that an organization, or the platform, may send', 'share', 0.8, 0.99, 1, 1, '0',  '0'),
  ('webhooks_refused',    'Requests to our webhooks within an hour without their secret or signature',   'count',   19,   null,  1, 1, '0',         '5 minutes'),
  ('rollout_stopped',     'Calls of a changed definition that came to nothing before its rollout stopped by itself', 'count', 0, null, 1, 1, '0', '0'),
  ('heartbeat_lost',      'Time since a task that pg_cron runs every minute or more often was last run',  'seconds', null, 120,    1, 1, '2 minutes', '0');

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
  -- Failures due to a clinic's own settings say nothing about the platform.
  select kind, case when is_quiet then 0 else (bad - theirs) / nullif(total - theirs, 0)::double precision end, total - theirs, bad - theirs
  from added_up cross join lateral (
    select case when kind = 'sync_failures' then least(bad, private.own_refusals(interval '15 minutes')) else 0 end as theirs
  ) refused
$$;
comment on function private.rates() is
  'Shares of bad events within 15 minutes. Null if there was none: then nobody knows whether the condition still holds. After two hours '
  'without any, even the longest wait of a failed job is over, and nothing is left that could fail: 0.';
grant execute on function private.rates() to service_role;

create function private.late_jobs() returns table (kind text, queue text, age_seconds double precision)
language sql stable set search_path = '' as $$
  select case when queue = 'tool-sync' and priority = 1 then 'oldest_bulk_job' else 'oldest_due_job' end, queue, max(age_seconds)
  from private.oldest_due_jobs()
  group by 1, 2
$$;
comment on function private.late_jobs() is
  'For each queue and rule, how long the oldest due job has been waiting. Only syncs are bulk work, which may take hours: the texts that '
  'the outbox sends after codes are late as soon as those.';
grant execute on function private.late_jobs() to service_role;

create function private.verification_age() returns table (age_seconds double precision)
language sql stable set search_path = '' as $$
  select extract(epoch from clock_timestamp() - coalesce(
    (select checked_at from private.latest_verification()), (select min(created_at) from public.vapi_tools)))
$$;
comment on function private.verification_age() is
  'Time since the latest verification of everything or, before the first, since there has been anything to verify. Null if there is '
  'nothing.';
grant execute on function private.verification_age() to service_role;

create function private.abuse() returns table (kind text, refused bigint, org_name text)
language sql stable set search_path = '' as $$
  with refused as (
    select rule.kind, call.org_id, count(call.id) as count
    from (values
      ('sms_pumping', array['sms_too_many_numbers', 'sms_costly_number', 'sms_country_not_allowed', 'sms_clinic_limit', 'sms_platform_limit']),
      ('booking_flood', array['too_many_holds', 'too_many_bookings', 'too_many_appointments', 'too_many_anonymous', 'clinic_busy'])
    ) as rule (kind, outcomes)
    left join public.tool_calls call on call.outcome = any (rule.outcomes) and call.created_at > now() - interval '15 minutes'
    group by 1, 2
  )
  select kind, sum(count)::bigint, (array_agg(org.name order by count desc))[1]
  from refused left join public.organizations org on org.id = refused.org_id
  group by 1
$$;
comment on function private.abuse() is
  'How many tool calls of the last 15 minutes were refused because a caller exceeded a cap, and the organization with most of them.';
grant execute on function private.abuse() to service_role;

create function private.text_volume() returns table (share double precision, whose text)
language sql stable set search_path = '' as $$
  select used.share, used.whose
  from (
    select sum(counted.texts) / nullif(max(policy.max_texts_per_day), 0)::double precision as share, max(org.name) as whose
    from private.text_counts counted
    join public.sms_policies policy using (org_id) join public.organizations org on org.id = counted.org_id
    where counted.day = (now() at time zone 'UTC')::date
    group by counted.org_id
    union all
    select private.platform_texts_today() / nullif(platform.max_texts_per_day, 0)::double precision, 'the platform'
    from public.platform_settings platform
    union all
    select 0, 'nobody'
  ) used
  order by used.share desc nulls last limit 1
$$;
comment on function private.text_volume() is 'Which organization has used up most of its daily texts, and how much of them.';
grant execute on function private.text_volume() to service_role;

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
  select 'job_dead', queue, count, 1, 1, message from private.dead_jobs()
  union all
  select 'verification_errors', '', (summary ->> 'errors')::double precision, 1, 1,
    format('The verification of %s UTC found %s errors', to_char(checked_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI'), summary ->> 'errors')
  from private.latest_verification()
  union all
  select 'verification_late', '', age_seconds, 1, 1, format('There has been no verification of everything for %s hours', round(age_seconds / 3600))
  from private.verification_age()
  union all
  select kind, '', refused, 1, 1, format(case kind
      when 'sms_pumping' then '%s text messages were refused within 15 minutes as too many or too costly, most of them of %s'
      else '%s bookings and holds were refused within 15 minutes as too many, most of them of %s'
    end, refused, org_name)
  from private.abuse()
  union all
  select 'text_volume', '', share, 1, 1, format('%s has used up %s %% of its daily text messages', whose, round(share * 100))
  from private.text_volume()
  union all
  select 'webhooks_refused', '', coalesce(sum(count), 0), 1, 1,
    format('%s requests to our webhooks within an hour lacked the right secret or signature, most of them to %s',
      coalesce(sum(count), 0), (array_agg(labels ->> 'function' order by count desc))[1])
  from private.sums_in('{1 hour}') where metric = 'webhooks_refused'
  union all
  select 'rollout_stopped', tool, errors, 1, 1,
    format('The rollout of "%s" has stopped: %s calls with its new definition failed', tool, errors)
  from private.stopped_trials()
  union all
  select 'heartbeat_lost', task, extract(epoch from clock_timestamp() - beat_at), 1, 1,
    format('pg_cron has not run "%s" for %s minutes', task, round(extract(epoch from clock_timestamp() - beat_at) / 60))
  from private.heartbeats
$$;
comment on function private.alert_readings() is 'What each rule reads at this moment, per subject, and the sentence that says so.';
grant execute on function private.alert_readings() to service_role;

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
  'ok, warning or critical; null if there is too little data: then a firing alert continues, and none begins.';
grant execute on function private.alert_level(public.alert_rules, double precision, bigint, bigint) to service_role;
