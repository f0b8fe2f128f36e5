-- Sending a text message: what the outbox asks before, and reports afterwards.

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
  if not (select texts_enabled from public.platform_settings) then
    status := 'blocked';
    reason := 'texts_off';
  elsif private.is_opted_out(p_message.org_id, p_message.recipient) then
    status := 'blocked';
    reason := 'opted_out';
  elsif p_message.expires_at <= clock_timestamp() then
    status := 'obsolete';
    reason := 'expired';
  elsif p_message.kind in ('confirmation', 'reminder') and exists (
    select from public.appointments where id = p_message.appointment_id and state <> 'confirmed'
  ) then
    status := 'obsolete';
    reason := 'appointment_off';
  elsif p_message.kind = 'waitlist_offer' and not private.is_still_offered(p_message) then
    status := 'obsolete';
    reason := 'offer_over';
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

  -- Deleted with its organization, withdrawn, or already sent: a callback may have reported it before the worker did. A message that was
  -- given up is sent when its job is revived.
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
  'The last check of the rules before a message is sent. {action: "done", outcome}: nothing is to be done, and the job is settled. '
  '{action: "send", messageId, to, body, secondsLeft, triedSince, othersSids}: marked as being sent; if triedSince is set, an earlier '
  'attempt may have succeeded, as one of Twilio''s messages that is not among othersSids.';
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
    -- Callbacks may overtake each other: one that says less than is known is ignored.
    and not (provider_sid is not null and p_provider_status in ('accepted', 'scheduled', 'queued'))
  returning * into v_message;

  if p_error_code = 21610 and v_message.id is not null then
    perform private.opt_out(v_message.recipient, 'carrier');
  end if;
  return v_message.status;
end
$$;
comment on function private.apply_sms_status(uuid, text, text, integer) is
  'Records what Twilio says about a message. May come twice and in any order. Returns the new status, null if nothing changed.';
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
comment on function public.complete_sms(uuid, uuid, text, text) is
  'Twilio has the message: records its id there and ends the job, in one transaction.';
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
  'Ends a message that cannot be sent (p_status: failed, blocked or not_configured), and ends its job as succeeded: there is nothing for '
  'the platform to fix. A refusal with 21610 is an opt-out that we had not heard of.';
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
comment on function public.requeue_sms(uuid, uuid) is
  'Twilio has certainly not accepted the message: the next attempt need not look for it.';
grant execute on function public.requeue_sms(uuid, uuid) to service_role;
