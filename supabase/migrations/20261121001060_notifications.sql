-- What follows a booking: a text message and an event in Google Calendar, if the organization has them set up. If not, the booking stands,
-- and the answer says so.

create function private.announce(p_appointment public.appointments, p_call jsonb, p_event text) returns public.appointments
language plpgsql set search_path = '' as $$
declare
  v_told jsonb;
begin
  -- In a rehearsal, the member reads the text that a patient would get.
  if (select for_tests from public.calendars where id = p_appointment.calendar_id) and not private.in_rehearsal() then
    return p_appointment;
  end if;
  -- A text that waits for the morning would name a time that is no longer true.
  perform private.withdraw_sms(p_appointment.org_id, p_appointment.id);

  v_told := jsonb_build_object(
    'sms', private.text_patient(p_appointment, p_call, p_event) ->> 'status',
    'calendar', private.copy_to_calendar(p_appointment, p_call));
  update public.appointments set notifications = v_told where id = p_appointment.id returning * into p_appointment;
  return p_appointment;
end
$$;
comment on function private.announce(public.appointments, jsonb, text) is
  'Requests the messages that belong to a booking, in its transaction, and records what was requested. p_event: `confirmation`, `change` '
  'or `cancellation`.';
grant execute on function private.announce(public.appointments, jsonb, text) to service_role;

create function private.language_of_clinic(p_org_id uuid) returns text
language plpgsql stable set search_path = '' as $$
begin
  return (
    select language from public.agents where org_id = p_org_id order by created_at, id limit 1);
end
$$;
comment on function private.language_of_clinic(uuid) is 'The language (BCP 47) of an organization''s first agent; null if it has none.';
grant execute on function private.language_of_clinic(uuid) to service_role;

create function private.speak_for_clinic(p_org_id uuid) returns void
language sql set search_path = '' as $$
  select private.speak(private.language_of_clinic(p_org_id))
  where coalesce(current_setting('app.language', true), '') = ''
$$;
comment on function private.speak_for_clinic(uuid) is
  'When no agent is speaking, as when the staff move a visit, patients are addressed in the clinic''s language.';
grant execute on function private.speak_for_clinic(uuid) to service_role;

create function private.in_brackets(p_place text) returns text
language plpgsql immutable set search_path = '' as $$
begin
  return case when p_place <> '' then ' (' || p_place || ')' else '' end;
end
$$;
comment on function private.in_brackets(text) is 'What follows a time in a sentence of any language: " (Downtown, 12 Main St)".';
grant execute on function private.in_brackets(text) to service_role;

create function private.text_patient(
  p_appointment public.appointments, p_call jsonb, p_event text, p_again boolean default false
) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_org     public.organizations := (select o from public.organizations o where o.id = p_appointment.org_id);
  v_contact public.contacts := (select c from public.contacts c where c.id = p_appointment.contact_id);
  v_dedupe  text := format('%s:%s:%s', p_event, p_appointment.id, p_appointment.starts_at at time zone 'UTC');
begin
  if not (select sms_confirmations from public.booking_policies where org_id = v_org.id) then
    return '{"status": "switched_off"}';
  end if;
  perform private.speak_for_clinic(v_org.id);
  return private.queue_sms(
    v_org.id, v_contact.id, v_contact.phone, p_event,
    private.say(case p_event
      when 'confirmation' then '{clinic}: your appointment is confirmed for {when}.'
      when 'change'       then '{clinic}: your appointment has been moved to {when}.'
      when 'cancellation' then '{clinic}: your appointment on {when} has been cancelled.'
    end, jsonb_build_object('clinic', v_org.name, 'when', private.say_when(p_appointment.starts_at at time zone v_org.timezone)
      || case when p_event <> 'cancellation' then private.in_brackets(private.address_of(p_appointment.calendar_id)) else '' end)),
    -- A confirmation goes out once for each time; every other event is news, even if a visit is moved back and forth.
    p_dedupe      => case when p_event = 'confirmation' and not p_again then v_dedupe else v_dedupe || ':' || gen_random_uuid() end,
    p_call        => p_call,
    p_appointment => p_appointment.id,
    p_expires_at  => p_appointment.ends_at);
end
$$;
comment on function private.text_patient is
  'Requests the text message about an event: returns the answer of queue_sms, or {status: switched_off}.';
grant execute on function private.text_patient to service_role;

create function private.enqueue_calendar_event(
  p_appointment_id uuid, p_org_id uuid, p_priority integer default 0, p_request_id text default null
) returns uuid
language plpgsql set search_path = '' as $$
begin
  return private.enqueue('outbox', 'calendar:' || p_appointment_id, p_org_id,
    jsonb_build_object('kind', 'calendar_event', 'appointmentId', p_appointment_id), p_priority => p_priority::smallint,
    p_request_id => p_request_id);
end
$$;
comment on function private.enqueue_calendar_event(uuid, uuid, integer, text) is
  'Has the event in Google Calendar follow the appointment. The worker brings it in line with the appointment as it finds it, so one key serves every change.';
grant execute on function private.enqueue_calendar_event(uuid, uuid, integer, text) to service_role;

create function private.copy_to_calendar(p_appointment public.appointments, p_call jsonb) returns text
language plpgsql set search_path = '' as $$
declare
  v_connected boolean := exists (
    select from public.calendars where id = p_appointment.calendar_id and google_calendar_id is not null);
begin
  if not coalesce((p_call #>> '{channels,calendar}')::boolean, false) then
    return 'not_configured';
  end if;
  -- A copy in a calendar that the visit has left has to go, wherever the visit is now.
  if v_connected or exists (select from public.calendar_events where appointment_id = p_appointment.id) then
    perform private.enqueue_calendar_event(p_appointment.id, p_appointment.org_id, 1, p_call ->> 'requestId');
  end if;
  return case when v_connected then 'queued' else 'not_configured' end;
end
$$;
comment on function private.copy_to_calendar(public.appointments, jsonb) is
  'Requests that the event in Google Calendar follow the appointment: queued or not_configured.';
grant execute on function private.copy_to_calendar(public.appointments, jsonb) to service_role;

create function private.copy_upcoming_visits() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.enqueue_calendar_event(booked.id, new.org_id, 2)
  from public.appointments booked
  where booked.calendar_id = new.id and booked.state = 'confirmed' and booked.starts_at > now() and not new.for_tests
  order by booked.id;
  return null;
end
$$;
comment on function private.copy_upcoming_visits() is
  'Trigger: upcoming visits follow their calendar to another Google Calendar, and their events show the location. Definer: an admin may '
  'not queue jobs.';
create trigger copy_upcoming_visits after update of google_calendar_id, location_id on public.calendars
  for each row when (new.google_calendar_id is distinct from old.google_calendar_id or new.location_id is distinct from old.location_id)
  execute function private.copy_upcoming_visits();

create function private.copy_visits_of_address() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_org_id uuid := coalesce(to_jsonb(new) ->> 'org_id', to_jsonb(new) ->> 'id');
begin
  perform private.enqueue_calendar_event(booked.id, v_org_id, 2)
  from public.appointments booked
  join public.calendars calendar on calendar.id = booked.calendar_id and not calendar.for_tests and calendar.google_calendar_id is not null
  where booked.org_id = v_org_id and booked.state = 'confirmed' and booked.starts_at > now()
    and (calendar.location_id = new.id or tg_table_name = 'organizations')
  order by booked.id;
  return null;
end
$$;
comment on function private.copy_visits_of_address() is
  'Trigger: the events of upcoming visits show the current address of the clinic or location. Definer: as copy_upcoming_visits.';
create trigger copy_visits_of_address after update of name, address on public.locations
  for each row when (new.name <> old.name or new.address is distinct from old.address)
  execute function private.copy_visits_of_address();
create trigger copy_visits_of_address after update of address on public.organizations
  for each row when (new.address is distinct from old.address)
  execute function private.copy_visits_of_address();

create function private.say_notifications(p_told jsonb) returns text
language plpgsql stable set search_path = '' as $$
begin
  return private.say(case p_told ->> 'sms'
    when 'queued'       then 'A text message with the details is on its way.'
    when 'deferred'     then 'A text message with the details will follow when the quiet hours are over.'
    when 'blocked'      then 'No text message can be sent to this number, so please make a note of it.'
    when 'switched_off' then 'There will be no text message, so please make a note of it.'
    else 'No text message is set up, so please make a note of it.'
  end);
end
$$;
comment on function private.say_notifications(jsonb) is 'What the caller is told about messages: the truth.';
grant execute on function private.say_notifications(jsonb) to service_role;

create function private.location_of(p_appointment public.appointments) returns text
language sql stable set search_path = '' as $$
  select location.name
  from public.calendars calendar join public.locations location on location.id = calendar.location_id
  where calendar.id = p_appointment.calendar_id and location.name = any (private.location_choices(p_appointment.org_id))
$$;
comment on function private.location_of(public.appointments) is 'Which of several places a visit is at; null if there is only one.';
grant execute on function private.location_of(public.appointments) to service_role;

create function private.appointment_answer(p_appointment public.appointments, p_timezone text, p_lead text) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object(
    'success', true,
    'message', private.say(p_lead) || private.say_when(p_appointment.starts_at at time zone p_timezone)
      -- Which of several places; with only one, the text message has the address.
      || case when p_appointment.state = 'confirmed' and private.location_choices(p_appointment.org_id) <> '{}'
        then private.in_brackets(private.address_of(p_appointment.calendar_id)) else '' end || '. '
      || private.say_notifications(p_appointment.notifications),
    'appointmentId', p_appointment.id,
    'scheduledAt', private.iso_local(p_appointment.starts_at, p_timezone),
    'timezone', p_timezone,
    'service', (select name from public.services where id = p_appointment.service_id),
    'notifications', p_appointment.notifications);
end
$$;
comment on function private.appointment_answer(public.appointments, text, text) is
  'What the caller hears about an appointment that was booked, moved or cancelled.';
grant execute on function private.appointment_answer(public.appointments, text, text) to service_role;

create function private.refusal_of_sms(p_sms jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  return case
    when p_sms ->> 'status' = 'not_configured' then
      private.refusal('sms_not_configured', 'Text messages are not set up here.')
    when p_sms ->> 'status' = 'switched_off' then
      private.refusal('sms_switched_off', 'This clinic doesn''t confirm appointments by text message.')
    else private.refusal('sms_' || (p_sms ->> 'code'), case p_sms ->> 'code'
      when 'texts_off'      then 'I can''t send text messages at the moment.'
      when 'clinic_limit'   then 'I can''t send any more text messages today.'
      when 'platform_limit' then 'I can''t send any more text messages today.'
      when 'costly_number'  then 'I can''t send a text message to a number of that kind. Is there another one, a mobile number?'
      when 'country_not_allowed' then 'I can''t send text messages to numbers of that country. Is there another number?'
      when 'too_many_numbers' then 'I can''t send text messages to any more numbers for you at the moment.'
      when 'link_not_allowed' then 'I can''t send that link. I can send the text without it.'
      when 'empty'          then 'There is nothing to read in that text. What shall I send?'
      when 'opted_out'      then 'That number has opted out of text messages. It can opt in again by texting START.'
      when 'frequency_cap'  then 'That number has got several messages already. Please try again later.'
      when 'no_relation'    then 'I can only text the number that you call from, or one that you have proved with a code.'
      when 'too_long'       then 'That text is too long for a message. Please make it shorter.'
      else 'I can''t send a text message to that number.'
    end)
  end;
end
$$;
comment on function private.refusal_of_sms(jsonb) is 'Says why a required text message cannot be sent. p_sms: the answer of queue_sms.';
grant execute on function private.refusal_of_sms(jsonb) to service_role;
