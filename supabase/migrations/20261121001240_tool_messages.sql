-- Text messages that a caller asks for. queue_sms decides whether one may be sent at all.

create function private.tool_send_booking_confirmation(p_org_id uuid, p_call jsonb, p_args jsonb) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_timezone text := (select timezone from public.organizations where id = p_org_id);
  v_booked   public.appointments;
  v_again    boolean := coalesce((p_args ->> 'again')::boolean, false);
  v_sent     jsonb;
begin
  -- Each way to an appointment by its own index: with "or", the contacts of the whole clinic are read.
  select booked.* into v_booked from public.appointments booked
  where booked.id = any (array(
      select private.uuid_or_null(p_args ->> 'appointmentId')
      union
      select id from public.appointments where org_id = p_org_id and session_id = private.session_of(p_call)
      union
      select made.id from public.appointments made join public.contacts contact on contact.id = made.contact_id
      where contact.org_id = p_org_id and contact.phone = private.caller_number(p_call)))
    and booked.org_id = p_org_id and booked.state = 'confirmed' and booked.ends_at > now()
  order by (booked.id = private.uuid_or_null(p_args ->> 'appointmentId')) desc nulls last,
    (booked.session_id = private.session_of(p_call)) desc nulls last, booked.confirmed_at desc
  limit 1
  for no key update of booked;
  if v_booked.id is null then
    return private.refusal('no_appointment', 'I find no booked appointment for this call.');
  end if;

  v_sent := private.text_patient(v_booked, p_call, 'confirmation', v_again);
  if v_sent ? 'repeated' and v_sent ->> 'status' not in ('queued', 'deferred') then
    -- The first one was never sent: the obstacle may be gone.
    v_sent := private.text_patient(v_booked, p_call, 'confirmation', true);
  end if;
  if v_sent ->> 'status' not in ('queued', 'deferred') then
    return private.refusal_of_sms(v_sent);
  end if;

  update public.appointments set notifications = notifications || jsonb_build_object('sms', v_sent -> 'status')
  where id = v_booked.id;
  return jsonb_build_object(
    'success', true,
    'message', case when v_sent ? 'repeated'
      then 'The confirmation has been sent already. I can send it again if you like.'
      else private.say_notifications(jsonb_build_object('sms', v_sent -> 'status')) end,
    'appointmentId', v_booked.id,
    'scheduledAt', private.iso_local(v_booked.starts_at, v_timezone),
    'notifications', jsonb_build_object('sms', case when v_sent ? 'repeated' then '"already_sent"' else v_sent -> 'status' end));
end
$$;
comment on function private.tool_send_booking_confirmation(uuid, jsonb, jsonb) is
  'p_args: {appointmentId?, again?}. Sends the confirmation to the number on record, once unless it is requested again: {success, '
  'message, appointmentId, scheduledAt, notifications}.';
grant execute on function private.tool_send_booking_confirmation(uuid, jsonb, jsonb) to service_role;

create function private.tool_send_sms(p_org_id uuid, p_call jsonb, p_args jsonb) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_to   text := coalesce(p_args ->> 'phone', private.caller_number(p_call));
  v_sent jsonb;
begin
  if v_to is null then
    return private.refusal('phone_needed', 'Which number should I send it to?');
  end if;
  v_sent := private.queue_sms(
    p_org_id, (select id from public.contacts where org_id = p_org_id and phone = v_to), v_to, 'message',
    p_args ->> 'message', p_dedupe => 'message:' || gen_random_uuid(), p_call => p_call);
  if v_sent ->> 'status' not in ('queued', 'deferred') then
    return private.refusal_of_sms(v_sent);
  end if;
  return jsonb_build_object(
    'success', true,
    'message', case v_sent ->> 'status' when 'queued' then 'The text message is on its way.'
      else 'The text message will follow when the quiet hours are over.' end,
    'notifications', jsonb_build_object('sms', v_sent -> 'status'));
end
$$;
comment on function private.tool_send_sms(uuid, jsonb, jsonb) is
  'p_args: {message, phone? (E.164)}. Only to the caller''s own number, which they call from or have proved in this call: {success, '
  'message, notifications}.';
grant execute on function private.tool_send_sms(uuid, jsonb, jsonb) to service_role;
