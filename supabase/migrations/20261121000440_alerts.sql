-- What the platform's administrator is notified of. The rules that read figures, and when they fire, are in …_alert_rules.sql and
-- …_alert_evaluation.sql.

create table public.alerts (
  id          uuid primary key default gen_random_uuid(),
  kind        text not null,
  subject     text not null default '',
  state       text not null default 'firing' check (state in ('pending', 'firing', 'resolved')),
  severity    text not null check (severity in ('warning', 'critical')),
  org_id      uuid references public.organizations on delete cascade,
  job_id      uuid,
  message     text not null,
  detail      jsonb not null default '{}',
  count       integer not null default 1,
  notification_count    integer not null default 0,
  notified_at     timestamptz,
  clear_since timestamptz,
  created_at  timestamptz not null default now(),
  updated_at  timestamptz not null default now(),
  resolved_at timestamptz,
  acknowledged_at timestamptz,
  acknowledged_by uuid,
  check ((state = 'resolved') = (resolved_at is not null))
);
comment on table public.alerts is 'What the platform''s administrator is notified of: one row from the first occurrence until it is over.';
comment on column public.alerts.state is 'Pending: not yet certain, and nobody has been notified.';
comment on column public.alerts.subject is 'What it is about, where the kind covers several things: a queue, an organization.';
comment on column public.alerts.job_id is
  'The job concerned, if it is about one. No foreign key: jobs are deleted by the hundred thousand, alerts are few.';
comment on column public.alerts.message is 'One sentence about the latest occurrence.';
comment on column public.alerts.count is 'Occurrences so far.';
comment on column public.alerts.notification_count is 'Messages requested so far.';
comment on column public.alerts.notified_at is 'When the latest message was, or will be, due.';
comment on column public.alerts.acknowledged_at is 'Since when an operator has been dealing with it: no daily reminders follow.';
comment on column public.alerts.clear_since is 'Since when the condition has not held, while the alert waits to be certain of it.';
create unique index alerts_one_open on public.alerts (kind, subject) where state <> 'resolved';
create index alerts_org_id on public.alerts (org_id);
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
  'Asks the outbox to notify the administrator of an alert, as it is when the message is sent. A message that has not been sent yet is '
  'folded into this one.';
grant execute on function private.notify_admin(uuid, timestamptz) to service_role;

create function private.record_alert(
  p_kind text, p_severity text, p_message text, p_detail jsonb, p_org_id uuid, p_job_id uuid, p_subject text
) returns public.alerts
language sql set search_path = '' as $$
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
  returning known.*
$$;
comment on function private.record_alert is
  'Records what happened: a new alert, or one more occurrence of the firing one about the same subject (null: the organization). '
  'Notifies nobody.';
grant execute on function private.record_alert to service_role;

create function private.raise_alert(
  p_kind text, p_severity text, p_message text, p_detail jsonb default '{}', p_org_id uuid default null, p_subject text default null
) returns uuid
language plpgsql set search_path = '' as $$
declare
  v_alert public.alerts := private.record_alert(p_kind, p_severity, p_message, p_detail, p_org_id, null, p_subject);
begin
  -- The first is sent at once; a thousand more within the hour make one more message. A message that still waits to be sent covers them
  -- all.
  if not exists (
    select from public.jobs where queue = 'outbox' and key = 'alert:' || v_alert.id and status = 'pending'
  ) then
    perform private.notify_admin(v_alert.id, greatest(now(), v_alert.notified_at + interval '1 hour'));
  end if;
  return v_alert.id;
end
$$;
comment on function private.raise_alert is
  'Something happened that the administrator must hear of: raises an alert, or counts it in the firing one about the same subject '
  '(default: the organization). The first occurrence is sent at once, further ones once an hour. Returns the alert''s id.';
grant execute on function private.raise_alert to service_role;
