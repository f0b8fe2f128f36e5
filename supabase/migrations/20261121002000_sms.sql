-- Text messages and the rules that hold for them, next to the data that the rules are about.
--
--   queue_sms ──▶ queued ──begin_sms──▶ sending ──▶ sent ──▶ delivered | undelivered     (told by Twilio's callbacks)
--      │            │ quiet hours: later   │
--      │            │                      └─ outcome unknown: looked up at Twilio before it is sent again
--      │            └─ opted out, out of date ──▶ blocked, obsolete
--      └─ opted out, no relation, too many ──▶ not queued, with the reason
--
-- All rules are checked when a message is queued, so that the caller hears the truth. What may change until it is sent is
-- looked at again right before that: opt-outs (a STOP in between counts), quiet hours, and whether it is still of use.
-- Relation and caps are not: a message that was queued counts as one that was sent.

create table public.sms_policies (
  org_id             uuid primary key references public.organizations on delete cascade,
  quiet_from         time not null default '21:00',
  quiet_until        time not null default '08:00',
  max_per_day        integer not null default 6 check (max_per_day between 1 and 50),
  max_codes_per_hour integer not null default 5 check (max_codes_per_hour between 1 and 50),
  opt_out_line       text not null default 'Reply STOP to opt out.' check (length(opt_out_line) between 1 and 100),
  keep_days          integer not null default 30 check (keep_days between 1 and 365),
  updated_at         timestamptz not null default now()
);
comment on table public.sms_policies is 'Each organization''s rules for text messages. The defaults keep to the hours of the US TCPA, 8 am to 9 pm.';
comment on column public.sms_policies.quiet_from is
  'From here to quiet_until, in the organization''s time zone, nothing is sent but codes: it waits. Equal times: no quiet hours.';
comment on column public.sms_policies.max_per_day is 'Messages to one number within 24 hours, codes not counted.';
comment on column public.sms_policies.max_codes_per_hour is 'Codes to one number within an hour.';
comment on column public.sms_policies.opt_out_line is 'Ends the first message to a number; said again once keep_days have passed.';
comment on column public.sms_policies.keep_days is 'After so many days a message''s text and number are emptied.';

create function private.create_default_sms_policy() returns trigger
language plpgsql set search_path = '' as $$
begin
  insert into public.sms_policies (org_id) values (new.id);
  return null;
end
$$;
comment on function private.create_default_sms_policy() is 'Trigger: no organization is without rules.';
grant execute on function private.create_default_sms_policy() to service_role;
create trigger create_default_sms_policy after insert on public.organizations
  for each row execute function private.create_default_sms_policy();
insert into public.sms_policies (org_id) select id from public.organizations;
create trigger set_updated_at before update on public.sms_policies
  for each row execute function private.set_updated_at();

create table public.sms_opt_outs (
  id           uuid primary key default gen_random_uuid(),
  phone        text not null check (phone ~ '^\+[1-9][0-9]{6,14}$'),
  org_id       uuid references public.organizations on delete cascade,
  source       text not null check (source in ('keyword', 'carrier', 'staff')),
  opted_out_at timestamptz not null default now(),
  opted_in_at  timestamptz check (opted_in_at >= opted_out_at)
);
comment on table public.sms_opt_outs is
  'Who wants no text messages, and from whom. Rows are never deleted: they are the proof of when a wish was made and honoured.';
comment on column public.sms_opt_outs.org_id is
  'Null: from nobody. All organizations send from the platform''s number, so a STOP, which is said to the number, is said to '
  'all of them, and Twilio blocks it for all. A wish told to one clinic''s staff names that clinic.';
comment on column public.sms_opt_outs.source is 'keyword: texted STOP; carrier: Twilio refused with 21610; staff: told to the clinic.';
create unique index sms_opt_outs_one_live on public.sms_opt_outs (phone, org_id) nulls not distinct
  where opted_in_at is null;
create index sms_opt_outs_org_id on public.sms_opt_outs (org_id);

create table public.sms_messages (
  id               uuid primary key default gen_random_uuid(),
  org_id           uuid not null references public.organizations on delete cascade,
  contact_id       uuid,
  appointment_id   uuid,
  kind             text not null check (kind ~ '^[a-z_]{1,40}$'),
  dedupe_key       text not null,
  recipient        text check (recipient ~ '^\+[1-9][0-9]{6,14}$'),
  body             text check (length(body) between 1 and 1600),
  has_opt_out_line boolean not null,
  status           text not null default 'queued' check (status in (
                     'queued', 'sending', 'sent', 'delivered', 'undelivered', 'failed', 'blocked', 'obsolete', 'not_configured')),
  reason           text,
  expires_at       timestamptz,
  sending_since    timestamptz,
  provider_sid     text unique,
  provider_status  text,
  created_at       timestamptz not null default now(),
  sent_at          timestamptz,
  ended_at         timestamptz,
  unique (org_id, dedupe_key),
  foreign key (contact_id, org_id) references public.contacts (id, org_id) on delete set null (contact_id),
  foreign key (appointment_id, org_id) references public.appointments (id, org_id) on delete set null (appointment_id)
);
comment on table public.sms_messages is 'Text messages, from the wish to send one to what the carrier said.';
comment on column public.sms_messages.kind is '`code`: somebody waits for it, so quiet hours don''t hold it back; any other kind is for people and statistics.';
comment on column public.sms_messages.dedupe_key is 'One wish, one message, however often it is asked for.';
comment on column public.sms_messages.body is 'Null once it was emptied: a code as soon as it is sent, anything else after sms_policies.keep_days.';
comment on column public.sms_messages.reason is 'Why it was not sent or not delivered: opted_out, expired, twilio_30003, …';
comment on column public.sms_messages.sending_since is 'When an attempt began whose outcome may be unknown.';
comment on column public.sms_messages.provider_sid is 'Twilio''s id of it.';
create index sms_messages_recipient on public.sms_messages (recipient, created_at desc) where recipient is not null;
create index sms_messages_contact_id on public.sms_messages (contact_id, org_id);
create index sms_messages_appointment_id on public.sms_messages (appointment_id, org_id);
create index sms_messages_created_at on public.sms_messages (created_at);

alter table public.sms_policies enable row level security;
alter table public.sms_opt_outs enable row level security;
alter table public.sms_messages enable row level security;
create policy "members read the text message rules of their organization" on public.sms_policies
  for select to authenticated using (org_id in (select private.member_org_ids()));
create policy "members read the opt-outs that concern their organization" on public.sms_opt_outs
  for select to authenticated using (
    org_id in (select private.member_org_ids())
    or (org_id is null and exists (select from public.contacts where contacts.phone = sms_opt_outs.phone)));
create policy "members read the text messages of their organization" on public.sms_messages
  for select to authenticated using (org_id in (select private.member_org_ids()));
grant select on public.sms_policies, public.sms_opt_outs to authenticated;
-- No body: it may hold a code.
grant select (id, org_id, contact_id, appointment_id, kind, status, reason, created_at, sent_at, ended_at)
  on public.sms_messages to authenticated;
grant select, insert, update on public.sms_policies, public.sms_opt_outs to service_role;
grant select, insert, update, delete on public.sms_messages to service_role;

-- The rules ----------------------------------------------------------------------------------------

create function private.is_opted_out(p_org_id uuid, p_phone text) returns boolean
language sql stable set search_path = '' as $$
  select exists (
    select from public.sms_opt_outs
    where phone = p_phone and opted_in_at is null and (org_id is null or org_id = p_org_id))
$$;
comment on function private.is_opted_out(uuid, text) is 'Whether this number wants no text messages from this organization.';
grant execute on function private.is_opted_out(uuid, text) to service_role;

create function private.after_quiet_hours(p_org_id uuid, p_at timestamptz) returns timestamptz
language sql stable set search_path = '' as $$
  select greatest(p_at, case
    when from_time > until_time and local::time >= from_time then private.edge_of(local::date + 1 + until_time, timezone)
    when from_time > until_time and local::time < until_time then private.edge_of(local::date + until_time, timezone)
    when local::time >= from_time and local::time < until_time then private.edge_of(local::date + until_time, timezone)
  end)
  from (
    select org.timezone, p_at at time zone org.timezone as local,
           policy.quiet_from as from_time, policy.quiet_until as until_time
    from public.organizations org join public.sms_policies policy on policy.org_id = org.id
    where org.id = p_org_id
  ) as wall
$$;
comment on function private.after_quiet_hours(uuid, timestamptz) is
  'The moment itself, or the end of the quiet hours that it falls into.';
grant execute on function private.after_quiet_hours(uuid, timestamptz) to service_role;

create function private.is_related(p_org_id uuid, p_phone text, p_call jsonb) returns boolean
language sql stable set search_path = '' as $$
  select coalesce(p_phone = private.caller_number(p_call), false)
    or exists (select from public.contacts where org_id = p_org_id and phone = p_phone)
$$;
comment on function private.is_related(uuid, text, jsonb) is
  'Whether the number is the caller''s or one of the organization''s contacts; who has an appointment is a contact.';
grant execute on function private.is_related(uuid, text, jsonb) to service_role;

create function private.is_over_cap(p_org_id uuid, p_phone text, p_kind text) returns boolean
language sql stable set search_path = '' as $$
  select count(*) >= case when p_kind = 'code' then policy.max_codes_per_hour else policy.max_per_day end
  from public.sms_policies policy
  left join public.sms_messages message
    on message.recipient = p_phone and message.org_id = policy.org_id
    and (message.kind = 'code') = (p_kind = 'code')
    and message.created_at > now() - case when p_kind = 'code' then interval '1 hour' else interval '24 hours' end
    and message.status in ('queued', 'sending', 'sent', 'delivered', 'undelivered')
  where policy.org_id = p_org_id
  group by policy.org_id
$$;
comment on function private.is_over_cap(uuid, text, text) is 'Whether the number has got, or will get, as many messages as the policy allows.';
grant execute on function private.is_over_cap(uuid, text, text) to service_role;

create function private.sms_refusal(p_org_id uuid, p_phone text, p_kind text, p_call jsonb) returns text
language sql stable set search_path = '' as $$
  select case
    when coalesce(p_phone !~ '^\+[1-9][0-9]{6,14}$', true) then 'invalid_number'
    when not private.is_related(p_org_id, p_phone, p_call) then 'no_relation'
    when private.is_opted_out(p_org_id, p_phone) then 'opted_out'
    when private.is_over_cap(p_org_id, p_phone, p_kind) then 'frequency_cap'
  end
$$;
comment on function private.sms_refusal(uuid, text, text, jsonb) is
  'Why no message may be queued: invalid_number, no_relation, opted_out, frequency_cap; null if one may.';
grant execute on function private.sms_refusal(uuid, text, text, jsonb) to service_role;

-- Queueing -----------------------------------------------------------------------------------------

create function private.sms_text(p_org_id uuid, p_phone text, p_body text, out body text, out has_opt_out_line boolean)
language plpgsql stable set search_path = '' as $$
declare
  v_name text := (select name from public.organizations where id = p_org_id);
  v_line text := (select opt_out_line from public.sms_policies where org_id = p_org_id);
begin
  -- Many clinics share the sender's number, so every message says whose it is.
  body := case when strpos(lower(p_body), lower(v_name)) > 0 then p_body else v_name || ': ' || p_body end;

  has_opt_out_line := strpos(p_body, v_line) > 0;
  if not has_opt_out_line and not exists (
    select from public.sms_messages message
    where message.recipient = p_phone and message.org_id = p_org_id and message.has_opt_out_line
      and message.status in ('queued', 'sending', 'sent', 'delivered')
  ) then
    body := body || E'\n' || v_line;
    has_opt_out_line := true;
  end if;
end
$$;
comment on function private.sms_text is 'The text as it is sent: with the organization''s name, and the first time with how to opt out.';
grant execute on function private.sms_text to service_role;

create function private.sms_answer(p_message public.sms_messages) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_strip_nulls(jsonb_build_object(
    'status', case
      when p_message.status in ('queued', 'sending') and job.run_at > now() + interval '5 minutes' then 'deferred'
      when p_message.status in ('queued', 'sending', 'sent', 'delivered') then 'queued'
      when p_message.status = 'not_configured' then 'not_configured'
      else 'blocked'
    end,
    'code', p_message.reason,
    'messageId', p_message.id,
    'sendAt', case when job.run_at > now() + interval '5 minutes' then job.run_at end))
  from (select 1) as always
  left join public.jobs job
    on job.queue = 'outbox' and job.key = 'sms:' || p_message.id and job.status = 'pending'
$$;
comment on function private.sms_answer(public.sms_messages) is 'What a caller may be told about a message: {status, code?, messageId, sendAt?}.';
grant execute on function private.sms_answer(public.sms_messages) to service_role;

create function private.queue_sms(
  p_org            uuid,
  p_contact        uuid,
  p_to             text,
  p_kind           text,
  p_body           text,
  p_dedupe         text,
  p_call           jsonb       default '{}',
  p_appointment    uuid        default null,
  p_expires_at     timestamptz default null
) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_message public.sms_messages;
  v_refusal text;
  v_text    record;
  v_run_at  timestamptz;
begin
  if not coalesce((p_call #>> '{channels,sms}')::boolean, true) then
    return '{"status": "not_configured"}';
  end if;

  -- Two messages to one number at one moment see each other: cap, opt-out line and repeats are right.
  perform pg_advisory_xact_lock(hashtextextended('sms:' || p_org || coalesce(p_to, ''), 0));

  select * into v_message from public.sms_messages where org_id = p_org and dedupe_key = p_dedupe;
  if found then
    return private.sms_answer(v_message) || '{"repeated": true}';
  end if;

  v_refusal := private.sms_refusal(p_org, p_to, p_kind, p_call);
  v_text := private.sms_text(p_org, p_to, p_body);
  if v_refusal is null and length(v_text.body) > 1600 then
    v_refusal := 'too_long';
  end if;
  if v_refusal is not null then
    return jsonb_build_object('status', 'blocked', 'code', v_refusal);
  end if;

  insert into public.sms_messages
    (org_id, contact_id, appointment_id, kind, dedupe_key, recipient, body, has_opt_out_line, expires_at)
  values
    (p_org, p_contact, p_appointment, p_kind, p_dedupe, p_to, v_text.body, v_text.has_opt_out_line, p_expires_at)
  returning * into v_message;

  v_run_at := case when p_kind = 'code' then now() else private.after_quiet_hours(p_org, now()) end;
  perform private.enqueue('outbox', 'sms:' || v_message.id, p_org,
    jsonb_build_object('kind', 'sms', 'messageId', v_message.id),
    p_run_at => v_run_at, p_request_id => p_call ->> 'requestId',
    -- A caller waits for a code on the phone; the end of the quiet hours may make a thousand other texts due at once.
    p_priority => case when p_kind = 'code' then 0 else 1 end::smallint);
  return private.sms_answer(v_message);
end
$$;
comment on function private.queue_sms is
  'Asks for a text message, in the caller''s transaction. Returns {status, code?, messageId?, sendAt?, repeated?}: status is '
  'queued, deferred (quiet hours; sendAt says until when), blocked (code: invalid_number, no_relation, opted_out, '
  'frequency_cap, too_long) or not_configured. p_dedupe: the same wish is sent once. p_call: of the tool call, for the '
  'caller''s number and channels. p_appointment: a message of kind confirmation is not sent once that is off. '
  'p_expires_at: not sent later.';
grant execute on function private.queue_sms to service_role;

create function private.withdraw_sms(p_org uuid, p_appointment uuid) returns integer
language sql set search_path = '' as $$
  with withdrawn as (
    update public.sms_messages set status = 'obsolete', reason = 'withdrawn', ended_at = now()
    where org_id = p_org and appointment_id = p_appointment and status = 'queued'
    returning 1
  )
  select count(*)::integer from withdrawn
$$;
comment on function private.withdraw_sms(uuid, uuid) is
  'Takes back what has not been sent yet about an appointment that is being changed: a deferred text with the old time. Returns how many.';
grant execute on function private.withdraw_sms(uuid, uuid) to service_role;

-- Sending ------------------------------------------------------------------------------------------

create function private.end_sms(p_message_id uuid, p_status text, p_reason text) returns void
language sql set search_path = '' as $$
  update public.sms_messages set
    status = p_status, reason = p_reason, ended_at = clock_timestamp(),
    body = case when kind = 'code' then null else body end
  where id = p_message_id
$$;
comment on function private.end_sms(uuid, text, text) is 'The message will not be sent, for this reason.';
grant execute on function private.end_sms(uuid, text, text) to service_role;

create function private.sms_obstacle(p_message public.sms_messages, out status text, out reason text)
language plpgsql stable set search_path = '' as $$
begin
  if private.is_opted_out(p_message.org_id, p_message.recipient) then
    status := 'blocked';
    reason := 'opted_out';
  elsif p_message.expires_at <= clock_timestamp() then
    status := 'obsolete';
    reason := 'expired';
  elsif p_message.kind = 'confirmation' and exists (
    select from public.appointments where id = p_message.appointment_id and state <> 'confirmed'
  ) then
    status := 'obsolete';
    reason := 'appointment_off';
  end if;
end
$$;
comment on function private.sms_obstacle(public.sms_messages) is 'What has come up since the message was queued; nulls if nothing has.';
grant execute on function private.sms_obstacle(public.sms_messages) to service_role;

create function public.begin_sms(p_job_id uuid, p_lease_token uuid) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_job      public.jobs := private.require_lease(p_job_id, p_lease_token);
  v_message  public.sms_messages;
  v_obstacle record;
  v_at       timestamptz;
begin
  select * into v_message from public.sms_messages where id = (v_job.payload ->> 'messageId')::uuid for update;

  -- Deleted with its organization, withdrawn, or sent after all: a callback may have told before the worker could.
  -- A message that was given up is sent when its job is revived.
  if coalesce(v_message.status not in ('queued', 'sending') and v_message.reason is distinct from 'gave_up', true) then
    perform public.complete_job(p_job_id, p_lease_token, jsonb_build_object('status', v_message.status));
    return jsonb_build_object('action', 'done', 'outcome', coalesce(v_message.status, 'deleted'));
  end if;

  v_obstacle := private.sms_obstacle(v_message);
  if v_obstacle.status is not null then
    perform private.end_sms(v_message.id, v_obstacle.status, v_obstacle.reason);
    perform public.complete_job(p_job_id, p_lease_token,
      jsonb_build_object('status', v_obstacle.status, 'reason', v_obstacle.reason));
    return jsonb_build_object('action', 'done', 'outcome', v_obstacle.reason);
  end if;

  v_at := private.after_quiet_hours(v_message.org_id, clock_timestamp());
  if v_message.kind <> 'code' and v_at > clock_timestamp() then
    -- Waiting is no attempt.
    update public.jobs set attempts = attempts - 1 where id = v_job.id;
    v_job.attempts := v_job.attempts - 1;
    perform private.end_attempt(v_job, null, p_permanent => false, p_retry_after => v_at - now());
    return jsonb_build_object('action', 'done', 'outcome', 'deferred');
  end if;

  update public.sms_messages set
    status = 'sending', reason = null, ended_at = null, sending_since = coalesce(sending_since, clock_timestamp())
  where id = v_message.id;
  return jsonb_build_object(
    'action', 'send', 'messageId', v_message.id, 'to', v_message.recipient, 'body', v_message.body,
    'secondsLeft', extract(epoch from v_message.expires_at - clock_timestamp())::integer,
    'triedSince', v_message.sending_since,
    'othersSids', (
      select coalesce(jsonb_agg(provider_sid), '[]') from public.sms_messages
      where recipient = v_message.recipient and provider_sid is not null
        and sent_at > v_message.sending_since - interval '1 hour'));
end
$$;
comment on function public.begin_sms(uuid, uuid) is
  'The last look at the rules before a message is sent. {action: "done", outcome}: nothing is to be done, the job is dealt '
  'with. {action: "send", messageId, to, body, secondsLeft, triedSince, othersSids}: marked as being sent; where triedSince is set an '
  'earlier attempt may have succeeded, as one of Twilio''s messages that is not among othersSids.';
grant execute on function public.begin_sms(uuid, uuid) to service_role;

create function private.apply_sms_status(p_message_id uuid, p_sid text, p_provider_status text, p_error_code integer) returns text
language plpgsql set search_path = '' as $$
declare
  v_message public.sms_messages;
begin
  update public.sms_messages set
    provider_sid    = p_sid,
    provider_status = p_provider_status,
    sent_at         = coalesce(sent_at, clock_timestamp()),
    body            = case when kind = 'code' then null else body end,
    status          = case
      when p_provider_status in ('delivered', 'read') then 'delivered'
      when p_provider_status in ('undelivered', 'failed', 'canceled') then 'undelivered'
      else 'sent'
    end,
    reason          = case
      when p_provider_status in ('undelivered', 'failed', 'canceled') then 'twilio_' || coalesce(p_error_code::text, p_provider_status)
    end,
    ended_at        = case
      when p_provider_status in ('delivered', 'read', 'undelivered', 'failed', 'canceled') then clock_timestamp()
    end
  where id = p_message_id and coalesce(provider_sid, p_sid) = p_sid and status not in ('delivered', 'undelivered')
    -- Callbacks may overtake each other: what says less than is known says nothing.
    and not (provider_sid is not null and p_provider_status in ('accepted', 'scheduled', 'queued'))
  returning * into v_message;

  if p_error_code = 21610 and v_message.id is not null then
    perform private.opt_out(v_message.recipient, 'carrier');
  end if;
  return v_message.status;
end
$$;
comment on function private.apply_sms_status(uuid, text, text, integer) is
  'Keeps what Twilio says about a message. May come twice and in any order. Returns the new status, null if nothing changed.';
grant execute on function private.apply_sms_status(uuid, text, text, integer) to service_role;

create function public.complete_sms(p_job_id uuid, p_lease_token uuid, p_sid text, p_provider_status text) returns void
language plpgsql set search_path = '' as $$
declare
  v_job public.jobs := private.require_lease(p_job_id, p_lease_token);
begin
  perform private.apply_sms_status((v_job.payload ->> 'messageId')::uuid, p_sid, p_provider_status, null);
  perform public.complete_job(p_job_id, p_lease_token, jsonb_build_object('status', 'sent', 'sid', p_sid));
end
$$;
comment on function public.complete_sms(uuid, uuid, text, text) is 'Twilio has the message: keeps its id there and ends the job, in one transaction.';
grant execute on function public.complete_sms(uuid, uuid, text, text) to service_role;

create function public.drop_sms(p_job_id uuid, p_lease_token uuid, p_status text, p_reason text) returns void
language plpgsql set search_path = '' as $$
declare
  v_job     public.jobs := private.require_lease(p_job_id, p_lease_token);
  v_message public.sms_messages;
begin
  select * into v_message from public.sms_messages where id = (v_job.payload ->> 'messageId')::uuid;
  if p_reason = 'twilio_21610' then
    perform private.opt_out(v_message.recipient, 'carrier');
  end if;
  perform private.end_sms(v_message.id, p_status, p_reason);
  perform public.complete_job(p_job_id, p_lease_token, jsonb_build_object('status', p_status, 'reason', p_reason));
end
$$;
comment on function public.drop_sms(uuid, uuid, text, text) is
  'Ends a message that can''t be sent (p_status: failed, blocked or not_configured) and its job, well: it is no fault of the '
  'platform''s that somebody has to fix. A refusal with 21610 is an opt-out that we had not heard of.';
grant execute on function public.drop_sms(uuid, uuid, text, text) to service_role;

create function public.requeue_sms(p_job_id uuid, p_lease_token uuid) returns void
language plpgsql set search_path = '' as $$
declare
  v_job public.jobs := private.require_lease(p_job_id, p_lease_token);
begin
  update public.sms_messages set status = 'queued', sending_since = null
  where id = (v_job.payload ->> 'messageId')::uuid and status = 'sending';
end
$$;
comment on function public.requeue_sms(uuid, uuid) is 'Twilio has certainly not accepted the message: the next attempt need not look for it.';
grant execute on function public.requeue_sms(uuid, uuid) to service_role;

create function private.fail_sms_of_dead_job() returns trigger
language plpgsql set search_path = '' as $$
begin
  update public.sms_messages set status = 'failed', reason = 'gave_up', ended_at = now()
  where id = (new.payload ->> 'messageId')::uuid and status in ('queued', 'sending');
  return null;
end
$$;
comment on function private.fail_sms_of_dead_job() is 'Trigger: a message whose job gave up doesn''t look as if it were on its way. Reviving the job sends it.';
grant execute on function private.fail_sms_of_dead_job() to service_role;
create trigger fail_sms after update on public.jobs
  for each row when (new.status = 'dead' and old.status <> 'dead' and new.payload ->> 'kind' = 'sms')
  execute function private.fail_sms_of_dead_job();

-- What Twilio tells --------------------------------------------------------------------------------

create function private.opt_out(p_phone text, p_source text) returns void
language sql set search_path = '' as $$
  insert into public.sms_opt_outs (phone, source) values (p_phone, p_source)
  on conflict (phone, org_id) where opted_in_at is null do nothing
$$;
comment on function private.opt_out(text, text) is 'From now on nobody texts this number.';
grant execute on function private.opt_out(text, text) to service_role;

create function private.sms_keyword(p_body text) returns text
language sql immutable strict set search_path = '' as $$
  select case
    when word in ('STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'REVOKE', 'OPTOUT') then 'stop'
    when word in ('START', 'UNSTOP', 'YES') then 'start'
    when word in ('HELP', 'INFO') then 'help'
  end
  from (select upper(regexp_replace(p_body, '[^[:alpha:]]', '', 'g')) as word) as said
$$;
comment on function private.sms_keyword(text) is
  'stop, start, help, or null for any other text. The words are those that Twilio itself acts on, in any case, with any '
  'punctuation; a longer text is none of them.';
grant execute on function private.sms_keyword(text) to service_role;

create function private.sms_help(p_phone text) returns text
language sql stable set search_path = '' as $$
  select concat_ws(' ',
    coalesce(org.name, 'The clinic that you called') || ' texts you about your appointments.',
    'Call ' || org.phone || ' for help.',
    coalesce(policy.opt_out_line, 'Reply STOP to opt out.'))
  from (select 1) as always
  left join lateral (
    select org_id from public.sms_messages where recipient = p_phone order by created_at desc limit 1
  ) latest on true
  left join public.organizations org on org.id = latest.org_id
  left join public.sms_policies policy on policy.org_id = latest.org_id
$$;
comment on function private.sms_help(text) is 'Answer to HELP: who has been texting this number, and how to make it stop.';
grant execute on function private.sms_help(text) to service_role;

create function public.receive_sms(p_from text, p_body text, p_handled_as text default null) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_keyword text := coalesce(lower(p_handled_as), private.sms_keyword(p_body));
  v_reply   text;
begin
  if v_keyword = 'stop' then
    perform private.opt_out(p_from, 'keyword');
  elsif v_keyword = 'start' then
    update public.sms_opt_outs set opted_in_at = now() where phone = p_from and org_id is null and opted_in_at is null;
  elsif v_keyword = 'help' and p_handled_as is null and not private.is_opted_out(null, p_from) then
    v_reply := private.sms_help(p_from);
  end if;
  return jsonb_build_object('keyword', v_keyword, 'reply', v_reply);
end
$$;
comment on function public.receive_sms(text, text, text) is
  'Somebody texted the platform''s number. p_handled_as: what Twilio''s Advanced Opt-Out took it for (STOP, START, HELP) and '
  'has answered. Returns {keyword, reply}. Twilio itself confirms STOP and START, so there is a reply to HELP only, and none '
  'to somebody who has opted out.';
grant execute on function public.receive_sms(text, text, text) to service_role;

create function public.record_sms_status(
  p_message_id uuid, p_sid text, p_provider_status text, p_error_code integer default null
) returns text
language sql set search_path = '' as $$
  select private.apply_sms_status(message.id, p_sid, p_provider_status, p_error_code)
  from public.sms_messages message
  where message.provider_sid = p_sid or (message.id = p_message_id and message.provider_sid is null)
$$;
comment on function public.record_sms_status(uuid, text, text, integer) is
  'Twilio''s callback about a message, known by its id here or there. Returns the new status, null if nothing changed.';
grant execute on function public.record_sms_status(uuid, text, text, integer) to service_role;

-- Forgetting ---------------------------------------------------------------------------------------

create function private.empty_old_sms() returns void
language sql set search_path = '' as $$
  update public.sms_messages message set recipient = null, body = null
  from public.sms_policies policy
  where policy.org_id = message.org_id
    and message.created_at < now() - make_interval(days => policy.keep_days)
    and (message.recipient is not null or message.body is not null)
    and message.status not in ('queued', 'sending');
  delete from public.sms_messages where created_at < now() - interval '400 days';
$$;
comment on function private.empty_old_sms() is
  'Empties text and number of messages that are older than their organization keeps them; the rest of the row stays for statistics.';
grant execute on function private.empty_old_sms() to service_role;
select cron.schedule('empty-old-sms', '37 3 * * *', 'select private.empty_old_sms()');
