-- The outbox: what leaves the platform, as jobs of the queue `outbox`.
--
-- kind            payload            what it does
-- sms             messageId          sends a text message (see …_sms_sending.sql)
-- calendar_event  appointmentId      brings the copy at Google in line with the appointment as it then is
-- email           emailId            sends an e-mail; to somebody invited, once they have an account
-- alert           alertId            notifies the platform's administrator by e-mail
-- alert_webhook   alertId            notifies a chat
--
-- A service that is not set up is not a failure: the job succeeds, and its result says not_configured.

create table public.emails (
  id           uuid primary key default gen_random_uuid(),
  org_id       uuid references public.organizations on delete cascade,
  dedupe_key   text not null unique,
  recipient    text check (recipient ~ '^[^@[:space:]]+@[^@[:space:]]+$'),
  subject      text not null check (length(subject) between 1 and 200),
  body         text check (length(body) between 1 and 20000),
  status       text not null default 'queued' check (status in ('queued', 'sent', 'failed', 'not_configured')),
  reason       text,
  provider_id  text,
  created_at   timestamptz not null default now(),
  ended_at     timestamptz
);
comment on table public.emails is
  'E-mails to organizations, and to people whom they invite. Alerts to the platform''s administrator are made from the table alerts.';
comment on column public.emails.body is 'Plain text. Null once it was erased.';
create index emails_org_id on public.emails (org_id);
create index emails_created_at on public.emails (created_at);
alter table public.emails enable row level security;
-- Admins, as with invitations: it shows who is invited, and as what.
create policy "admins read the e-mails of their organization" on public.emails
  for select to authenticated using (org_id = any ((select private.admin_org_ids())::uuid[]));
grant select on public.emails to authenticated;
grant select, insert, update, delete on public.emails to service_role;

create function private.queue_email(
  p_org uuid, p_to text, p_subject text, p_body text, p_dedupe text, p_needs_account boolean default false
) returns uuid
language plpgsql set search_path = '' as $$
declare
  v_id uuid;
begin
  insert into public.emails (org_id, recipient, subject, body, dedupe_key)
  values (p_org, p_to, p_subject, p_body, p_dedupe)
  on conflict (dedupe_key) do nothing
  returning id into v_id;
  if v_id is not null then
    perform private.enqueue('outbox', 'email:' || v_id, p_org,
      jsonb_build_object('kind', 'email', 'emailId', v_id, 'needsAccount', p_needs_account), p_priority => 1::smallint);
  end if;
  return v_id;
end
$$;
comment on function private.queue_email is
  'Requests a plain-text e-mail; p_needs_account: its recipient was invited, and gets an account if they have none. Returns its id, null '
  'if the same was requested before.';
grant execute on function private.queue_email to service_role;

-- What the worker gets -----------------------------------------------------------------------------

create function private.wanted_event(p_appointment_id uuid) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'googleCalendarId', calendar.google_calendar_id,
    'summary', concat_ws(': ', service.name, coalesce(appointment.patient_name, contact.name)),
    'description', replace(
      private.phrase(private.language_of_clinic(org.id), 'Booked by phone. Appointment {id}'), '{id}', appointment.id::text),
    'startsAt', appointment.starts_at, 'endsAt', appointment.ends_at, 'timezone', org.timezone,
    'location', coalesce(private.address_of(calendar.id), ''))
  from public.appointments appointment
  join public.calendars calendar on calendar.id = appointment.calendar_id and calendar.google_calendar_id is not null
  join public.services service on service.id = appointment.service_id
  join public.organizations org on org.id = appointment.org_id
  left join public.contacts contact on contact.id = appointment.contact_id
  where appointment.id = p_appointment_id and appointment.state in ('confirmed', 'completed', 'no_show')
$$;
comment on function private.wanted_event(uuid) is
  'The event that an appointment should have at Google: {googleCalendarId, summary, description, startsAt, endsAt, timezone, location}; '
  'null if it should have none.';
grant execute on function private.wanted_event(uuid) to service_role;

create function private.outbox_event(p_org_id uuid, p_appointment_id uuid) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_wanted jsonb := private.wanted_event(p_appointment_id);
begin
  -- From now on an event may exist: if the worker that creates it dies, it is found through this row.
  insert into public.calendar_events (appointment_id, google_calendar_id, org_id)
  select p_appointment_id, v_wanted ->> 'googleCalendarId', p_org_id where v_wanted is not null
  on conflict do nothing;

  return jsonb_build_object('appointmentId', p_appointment_id, 'wanted', v_wanted, 'copies', (
    select coalesce(jsonb_agg(jsonb_build_object(
      'googleCalendarId', google_calendar_id, 'written', written)), '[]')
    from public.calendar_events where appointment_id = p_appointment_id));
end
$$;
comment on function private.outbox_event(uuid, uuid) is
  '{appointmentId, wanted, copies: [{googleCalendarId, written}]}: the event as it should be, and where it is or may be.';
grant execute on function private.outbox_event(uuid, uuid) to service_role;

create function private.alert_notification(p_alert_id uuid) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'id', alert.id, 'kind', alert.kind, 'subject', alert.subject, 'state', alert.state, 'severity', alert.severity,
    'message', alert.message,
    'detail', alert.detail || case when dead.names is null then '{}' else jsonb_build_object('jobs', dead.names) end, 'count', alert.count, 'notificationCount', alert.notification_count,
    'jobId', coalesce(alert.job_id, dead.latest_id), 'organization', org.name, 'createdAt', alert.created_at, 'resolvedAt', alert.resolved_at)
  from public.alerts alert left join public.organizations org on org.id = alert.org_id
  left join private.named_dead_jobs(alert.subject) dead on alert.kind = 'job_dead' and alert.state = 'firing'
  where alert.id = p_alert_id
$$;
comment on function private.alert_notification(uuid) is 'An alert as it is now, for its message; null if it was deleted.';
grant execute on function private.alert_notification(uuid) to service_role;

create function private.outbox_job(p_job public.jobs) returns jsonb
language sql set search_path = '' as $$
  select jsonb_build_object(
    'id', p_job.id, 'leaseToken', p_job.lease_token, 'kind', p_job.payload ->> 'kind', 'attempts', p_job.attempts,
    'orgId', p_job.org_id, 'requestId', p_job.request_id)
  || case p_job.payload ->> 'kind'
    when 'sms' then jsonb_build_object('urgent', (
      select kind = 'code' from public.sms_messages where id = (p_job.payload ->> 'messageId')::uuid))
    when 'calendar_event' then jsonb_build_object(
      'event', private.outbox_event(p_job.org_id, (p_job.payload ->> 'appointmentId')::uuid))
    when 'email' then jsonb_build_object('email', (
      select jsonb_build_object('id', id, 'to', recipient, 'subject', subject, 'body', body,
        'needsAccount', coalesce((p_job.payload ->> 'needsAccount')::boolean, false))
      from public.emails where id = (p_job.payload ->> 'emailId')::uuid and body is not null))
    when 'alert' then jsonb_build_object('alert', private.alert_notification((p_job.payload ->> 'alertId')::uuid))
    when 'alert_webhook' then jsonb_build_object('alert', private.alert_notification((p_job.payload ->> 'alertId')::uuid))
    else '{}'
  end
$$;
comment on function private.outbox_job(public.jobs) is
  'A claimed job with everything that the worker needs. For a text message, only whether somebody is waiting for it: begin_sms returns '
  'the rest, right before it is sent.';
grant execute on function private.outbox_job(public.jobs) to service_role;

create function public.claim_outbox_jobs(
  p_limit integer, p_lease_seconds integer, p_lease_token uuid default null
) returns jsonb
language sql set search_path = '' as $$
  select jsonb_build_object('jobs', coalesce(jsonb_agg(private.outbox_job(job)), '[]'))
  from private.claim('outbox', p_limit, make_interval(secs => p_lease_seconds), p_lease_token => p_lease_token) job
$$;
comment on function public.claim_outbox_jobs(integer, integer, uuid) is
  'Leases due jobs of the outbox: {jobs}. Repeated with the same p_lease_token, it returns the same jobs.';
grant execute on function public.claim_outbox_jobs(integer, integer, uuid) to service_role;

-- What the worker reports --------------------------------------------------------------------------

create function private.notify_clash(p_appointment_id uuid) returns void
language plpgsql set search_path = '' as $$
declare
  v_org         public.organizations;
  v_appointment public.appointments := (select a from public.appointments a where a.id = p_appointment_id);
  v_calendar    text := (select name from public.calendars where id = v_appointment.calendar_id);
  v_text        text;
begin
  select * into v_org from public.organizations where id = v_appointment.org_id;
  v_text := format(
    'The appointment on %s (%s) in calendar "%s" overlaps with another entry in Google Calendar. It was booked by phone '
    'before the other entry could be seen. Please move one of them; the patient has not been told. Appointment %s.',
    private.say_when(v_appointment.starts_at at time zone v_org.timezone), v_org.timezone, v_calendar, v_appointment.id);
  if v_org.alert_email is not null then
    perform private.queue_email(v_org.id, v_org.alert_email, 'Two entries at the same time in calendar ' || v_calendar, v_text,
      format('clash:%s:%s', v_appointment.id, v_appointment.starts_at));
  else
    perform private.raise_alert('calendar_clash', 'warning', v_text,
      jsonb_build_object('appointmentId', v_appointment.id), v_org.id);
  end if;
end
$$;
comment on function private.notify_clash(uuid) is
  'Notifies the organization, or the administrator if it left no address, that somebody else took the time in Google Calendar. Once per '
  'appointment and time.';
grant execute on function private.notify_clash(uuid) to service_role;

create function public.complete_calendar_event(p_job_id uuid, p_lease_token uuid, p_done jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  v_job         public.jobs := private.require_lease(p_job_id, p_lease_token);
  v_appointment uuid := (v_job.payload ->> 'appointmentId')::uuid;
  v_written     jsonb := p_done -> 'written';
begin
  delete from public.calendar_events
  where appointment_id = v_appointment
    and google_calendar_id in (select jsonb_array_elements_text(p_done -> 'removed'));

  if jsonb_typeof(v_written) = 'object' then
    update public.calendar_events set
      written = v_written, written_at = clock_timestamp(),
      visit = tstzrange((v_written ->> 'startsAt')::timestamptz, (v_written ->> 'endsAt')::timestamptz)
    where appointment_id = v_appointment and google_calendar_id = v_written ->> 'googleCalendarId';
  end if;

  -- The cached busy times still show the event where it was.
  update public.calendar_busy set fetched_at = least(fetched_at, now() - interval '1 hour')
  where google_calendar_id in (
    select jsonb_array_elements_text(p_done -> 'removed') union all select v_written ->> 'googleCalendarId');

  if (p_done ->> 'clash')::boolean then
    perform private.notify_clash(v_appointment);
  end if;
  perform public.complete_job(p_job_id, p_lease_token, p_done -> 'result');
end
$$;
comment on function public.complete_calendar_event(uuid, uuid, jsonb) is
  'The copy at Google matches the appointment. p_done: {written: the event as it was written, or null, removed: [google calendar '
  'id], clash: whether somebody else has the time too, result}.';
grant execute on function public.complete_calendar_event(uuid, uuid, jsonb) to service_role;

create function public.complete_email(
  p_job_id uuid, p_lease_token uuid, p_status text, p_provider_id text default null, p_reason text default null
) returns void
language plpgsql set search_path = '' as $$
declare
  v_job public.jobs := private.require_lease(p_job_id, p_lease_token);
begin
  update public.emails set status = p_status, provider_id = p_provider_id, reason = p_reason, ended_at = clock_timestamp()
  where id = (v_job.payload ->> 'emailId')::uuid;
  perform public.complete_job(p_job_id, p_lease_token,
    jsonb_strip_nulls(jsonb_build_object('status', p_status, 'reason', p_reason)));
end
$$;
comment on function public.complete_email(uuid, uuid, text, text, text) is
  'Ends an e-mail (p_status: sent, failed or not_configured) and its job. An alert has no row in emails: the job''s result says it.';
grant execute on function public.complete_email(uuid, uuid, text, text, text) to service_role;

notify pgrst, 'reload schema';
