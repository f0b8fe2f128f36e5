-- What follows a booking: a text message and an event in Google Calendar, where the clinic has them set up.
-- Where it has not, the booking stands all the same, and the answer says so.

create function private.announce(p_appointment public.appointments, p_call jsonb, p_event text) returns public.appointments
language plpgsql set search_path = '' as $$
declare
  v_told jsonb := jsonb_build_object(
    'sms', private.text_patient(p_appointment, p_call, p_event, format('%s:%s', p_event, p_appointment.id)),
    'calendar', private.copy_to_calendar(p_appointment, p_call));
begin
  update public.appointments set notifications = v_told where id = p_appointment.id returning * into p_appointment;
  return p_appointment;
end
$$;
comment on function private.announce(public.appointments, jsonb, text) is
  'Asks for the messages that belong to a booking, in its transaction, and keeps what was asked for. p_event: '
  '`confirmation`, `change` or `cancellation`.';
grant execute on function private.announce(public.appointments, jsonb, text) to service_role;

create function private.text_patient(
  p_appointment public.appointments, p_call jsonb, p_event text, p_dedupe text
) returns text
language plpgsql set search_path = '' as $$
declare
  v_org     public.organizations := (select o from public.organizations o where o.id = p_appointment.org_id);
  v_contact public.contacts := (select c from public.contacts c where c.id = p_appointment.contact_id);
  v_when    text := private.say_when(p_appointment.starts_at at time zone v_org.timezone);
begin
  if not private.has_channel(p_call, 'sms') then
    return 'not_configured';
  elsif not (select sms_confirmations from public.booking_policies where org_id = v_org.id) then
    return 'switched_off';
  end if;
  return private.queue_sms(
    v_org.id, v_contact.id, v_contact.phone, p_event,
    format(case p_event
      when 'confirmation' then '%s: your appointment is confirmed for %s.'
      when 'change'       then '%s: your appointment has been moved to %s.'
      when 'cancellation' then '%s: your appointment on %s has been cancelled.'
    end, v_org.name, v_when),
    p_dedupe) ->> 'status';
end
$$;
comment on function private.text_patient(public.appointments, jsonb, text, text) is
  'Asks for the text message about an event: queued, deferred, blocked, not_configured or switched_off.';
grant execute on function private.text_patient(public.appointments, jsonb, text, text) to service_role;

create function private.has_channel(p_call jsonb, p_channel text) returns boolean
language sql immutable set search_path = '' as $$
  select coalesce((p_call -> 'channels' ->> p_channel)::boolean, false)
$$;
comment on function private.has_channel(jsonb, text) is 'Whether the function that asks has the provider''s credentials: its environment says so, the database can''t know.';
grant execute on function private.has_channel(jsonb, text) to service_role;

create function private.copy_to_calendar(p_appointment public.appointments, p_call jsonb) returns text
language plpgsql set search_path = '' as $$
begin
  if not private.has_channel(p_call, 'calendar')
    or not exists (select from public.calendars where id = p_appointment.calendar_id and google_calendar_id is not null)
  then
    return 'not_configured';
  end if;
  -- The worker brings the event in line with the appointment as it finds it, so one key serves every change.
  perform private.enqueue('outbox', 'calendar:' || p_appointment.id, p_appointment.org_id,
    jsonb_build_object('kind', 'calendar_event', 'appointmentId', p_appointment.id));
  return 'queued';
end
$$;
comment on function private.copy_to_calendar(public.appointments, jsonb) is 'Asks for the event in Google Calendar to follow the appointment: queued or not_configured.';
grant execute on function private.copy_to_calendar(public.appointments, jsonb) to service_role;

create function private.queue_sms(
  p_org uuid, p_contact uuid, p_to text, p_kind text, p_body text, p_dedupe text
) returns jsonb
language plpgsql set search_path = '' as $$
begin
  perform private.enqueue('outbox', 'sms:' || p_dedupe, p_org, jsonb_build_object(
    'kind', 'sms', 'contactId', p_contact, 'to', p_to, 'smsKind', p_kind, 'body', p_body));
  return jsonb_build_object('status', 'queued');
end
$$;
comment on function private.queue_sms(uuid, uuid, text, text, text, text) is
  'Asks for a text message: {status: queued, deferred, blocked or not_configured, code?}. p_dedupe: the same message is sent once.';
grant execute on function private.queue_sms(uuid, uuid, text, text, text, text) to service_role;

create function private.say_notifications(p_told jsonb) returns text
language sql immutable set search_path = '' as $$
  select case p_told ->> 'sms'
    when 'queued'       then 'A text message with the details is on its way.'
    when 'deferred'     then 'A text message with the details will follow in the morning.'
    when 'blocked'      then 'No text message can be sent to this number, so please make a note of it.'
    when 'switched_off' then 'There will be no text message, so please make a note of it.'
    else 'No text message is set up, so please make a note of it.'
  end
$$;
comment on function private.say_notifications(jsonb) is 'What the caller is told about messages: the truth.';
grant execute on function private.say_notifications(jsonb) to service_role;
