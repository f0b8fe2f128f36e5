-- Requesting a text message, and withdrawing it.

create function private.sms_text(p_org_id uuid, p_phone text, p_body text, out body text, out has_opt_out_line boolean)
language plpgsql stable set search_path = '' as $$
declare
  v_name text := private.plain_text((select name from public.organizations where id = p_org_id));
  -- A line that the organization wrote itself is not translated.
  v_line text := (select private.say(opt_out_line) from public.sms_policies where org_id = p_org_id);
begin
  -- Many organizations share the sender's number, so every message begins with the organization's name.
  body := private.plain_text(p_body);
  if not starts_with(body, v_name || ':') then
    body := v_name || ': ' || body;
  end if;

  has_opt_out_line := strpos(body, v_line) > 0;
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
comment on function private.sms_text is
  'The text as it is sent: plain, beginning with the organization''s name, and the first time with how to opt out.';
grant execute on function private.sms_text to service_role;

create function private.sms_answer(p_message public.sms_messages) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
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
      on job.queue = 'outbox' and job.key = 'sms:' || p_message.id and job.status = 'pending');
end
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

  -- Two simultaneous messages to one number, or for one caller, see each other: caps, opt-out line and repeats are right.
  perform private.lock_texts(p_org, p_to, p_call);

  select * into v_message from public.sms_messages where org_id = p_org and dedupe_key = p_dedupe;
  if found then
    return private.sms_answer(v_message) || '{"repeated": true}';
  end if;

  -- Who may be texted only matters if somebody is.
  v_refusal := case when not private.in_rehearsal() then private.sms_refusal(p_org, p_to, p_kind, p_call) end;
  v_text := private.sms_text(p_org, p_to, p_body);
  v_text.body := private.without_links(p_org, v_text.body);
  v_refusal := coalesce(v_refusal, private.text_refusal(p_org, p_kind, v_text.body, private.plain_text(p_body)));
  if v_refusal is not null then
    return jsonb_build_object('status', 'blocked', 'code', v_refusal);
  elsif private.in_rehearsal() then
    return private.keep_rehearsed_text(p_to, v_text.body);
  end if;

  insert into public.sms_messages
    (org_id, contact_id, appointment_id, kind, dedupe_key, recipient, body, has_opt_out_line, expires_at, session_id, caller_key)
  values
    (p_org, p_contact, p_appointment, p_kind, p_dedupe, p_to, v_text.body, v_text.has_opt_out_line, p_expires_at,
     private.session_of(p_call), private.caller_key(p_call))
  returning * into v_message;
  perform private.count_text(p_org);

  v_run_at := case when p_kind = 'code' then now() else private.after_quiet_hours(p_org, now()) end;
  perform private.enqueue('outbox', 'sms:' || v_message.id, p_org,
    jsonb_build_object('kind', 'sms', 'messageId', v_message.id),
    p_run_at => v_run_at, p_request_id => p_call ->> 'requestId',
    -- A caller is waiting for a code on the phone; the end of the quiet hours may make a thousand other texts due at once.
    p_priority => case p_kind when 'code' then 0 when 'message' then 2 else 1 end::smallint);
  return private.sms_answer(v_message);
end
$$;
comment on function private.queue_sms is
  'Requests a text message, in the caller''s transaction. Returns {status, code?, messageId?, sendAt?, repeated?}: status is queued, '
  'deferred (quiet hours; sendAt says until when), blocked (code: from sms_refusal or text_refusal) or not_configured. p_dedupe: sent '
  'once per key. p_call: of the tool call, for the caller''s number and channels. p_appointment: a confirmation or a reminder is not sent '
  'once that has been cancelled. p_expires_at: not sent later.';
grant execute on function private.queue_sms to service_role;

create function private.withdraw_sms(p_org uuid, p_appointment uuid) returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  update public.sms_messages set status = 'obsolete', reason = 'withdrawn', ended_at = now()
  where org_id = p_org and appointment_id = p_appointment and status = 'queued';
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.withdraw_sms(uuid, uuid) is
  'Withdraws unsent texts about an appointment that is being changed: a deferred one would have the old time. Returns how many.';
grant execute on function private.withdraw_sms(uuid, uuid) to service_role;
