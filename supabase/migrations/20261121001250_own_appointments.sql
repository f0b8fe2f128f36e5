-- Whose appointments a caller may change: those under the number they call from (unless their organization requires a code), those made in
-- the same call, and those under a number that they have proved with a code in this call.

create function private.trusted_number(p_org_id uuid, p_call jsonb) returns text
language plpgsql stable set search_path = '' as $$
begin
  return (
    select private.caller_number(p_call) from public.booking_policies where org_id = p_org_id and caller_number_suffices);
end
$$;
comment on function private.trusted_number(uuid, jsonb) is
  'The number that the caller calls from, if the organization accepts that as proof.';
grant execute on function private.trusted_number(uuid, jsonb) to service_role;

create function private.own_contacts(p_org_id uuid, p_call jsonb, p_proved_contact uuid) returns setof uuid
language plpgsql stable rows 2 set search_path = '' as $$
begin
  return query
    select id from public.contacts where org_id = p_org_id and phone = private.trusted_number(p_org_id, p_call)
    union
    select private.contacts_proved(p_org_id, p_call)
    union
    select p_proved_contact where p_proved_contact is not null;
end
$$;
comment on function private.own_contacts(uuid, jsonb, uuid) is
  'The contacts that this caller has proved to be: only they hear whose visits these are. p_proved_contact: the one whose code they have '
  'just given.';
grant execute on function private.own_contacts(uuid, jsonb, uuid) to service_role;

-- Each way to an appointment by its own index: with "or", the contacts of the whole clinic are read.
create function private.own_appointments(p_org_id uuid, p_call jsonb, p_proved_contact uuid) returns setof public.appointments
-- Few rows: with the thousand that Postgres assumes, its plan would read every contact.
language plpgsql stable rows 5 set search_path = '' as $$
begin
  return query
    select booked.* from public.appointments booked
    where booked.id = any (array(
        select id from public.appointments
        where org_id = p_org_id and contact_id = any (array(select private.own_contacts(p_org_id, p_call, p_proved_contact)))
        union
        select id from public.appointments where org_id = p_org_id and session_id = private.session_of(p_call)))
      and booked.state = 'confirmed' and booked.starts_at > now();
end
$$;
comment on function private.own_appointments(uuid, jsonb, uuid) is
  'Upcoming appointments that this caller may change. p_proved_contact: the contact whose code they have just given.';
grant execute on function private.own_appointments(uuid, jsonb, uuid) to service_role;

create function private.ask_which_appointment(
  p_found public.appointments[], p_call jsonb, p_proved_contact uuid, p_timezone text
) returns jsonb
language sql stable set search_path = '' as $$
  with found as (
    select own.id, own.starts_at, own.patient_id, private.location_of(own) as location,
      case when own.contact_id in (select private.own_contacts(own.org_id, p_call, p_proved_contact)) then own.patient_name end as patient_name
    from unnest(p_found) own
  ), family as (
    select count(distinct patient_id) > 1 as is_one from found where patient_name is not null
  )
  select private.refusal('which_appointment',
    private.say('There are several appointments: {visits}. Which one?', jsonb_build_object('visits', private.say_list(array(
      select private.say(case when is_one and patient_name is not null then 'for {name} on {when}' else '{when}' end,
        jsonb_build_object('name', patient_name,
          'when', private.say_when(starts_at at time zone p_timezone) || private.in_brackets(location)))
      from found, family order by starts_at, patient_name limit 5)))),
    jsonb_build_object('appointments', (
      select jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
        'appointmentId', id, 'scheduledAt', private.iso_local(starts_at, p_timezone),
        'patientName', case when is_one then patient_name end, 'location', location)) order by starts_at, patient_name)
      from found, family)))
$$;
comment on function private.ask_which_appointment is
  'Asks which of several is meant; those of a family are distinguished by name, if the caller has proved who they are.';
grant execute on function private.ask_which_appointment to service_role;

create function private.prove_by_code(p_org_id uuid, p_call jsonb, p_args jsonb, out contact_id uuid, out refused jsonb)
language plpgsql set search_path = '' as $$
declare
  v_tried record;
begin
  if p_args ? 'code' then
    v_tried := private.try_code(private.find_code(p_org_id, p_call, null, p_args ->> 'phone'), p_args ->> 'code', private.session_of(p_call));
    if v_tried.verdict = 'right' then
      contact_id := (v_tried.code).contact_id;
    else
      refused := private.refusal_of_code(v_tried.verdict, v_tried.attempts_left);
    end if;
  end if;
end
$$;
comment on function private.prove_by_code(uuid, jsonb, jsonb) is
  'From p_args {phone?, code?}: the contact whose code was said, or what was wrong with it; neither, if none was said.';
grant execute on function private.prove_by_code(uuid, jsonb, jsonb) to service_role;

create function private.find_own_appointment(
  p_org_id uuid, p_call jsonb, p_args jsonb, out found_one public.appointments, out refused jsonb
)
language plpgsql set search_path = '' as $$
declare
  v_timezone text := (select timezone from public.organizations where id = p_org_id);
  v_id       uuid := private.uuid_or_null(p_args ->> 'appointmentId');
  v_phone    text := p_args ->> 'phone';
  v_asked    text := coalesce(p_args ->> 'phone', private.caller_number(p_call));
  v_tried    record := private.prove_by_code(p_org_id, p_call, p_args);
  v_proved   uuid := v_tried.contact_id;
  v_found    public.appointments[];
begin
  if v_tried.refused is not null then
    refused := v_tried.refused;
    return;
  end if;

  select array_agg(own order by own.starts_at) into v_found
  from private.own_appointments(p_org_id, p_call, v_proved) own
  join public.contacts contact on contact.id = own.contact_id
  where (v_phone is null or contact.phone = v_phone)
    and (v_id is null or own.id = v_id)
    and (not p_args ? 'date' or (own.starts_at at time zone v_timezone)::date = (p_args ->> 'date')::date)
    and (not p_args ? 'time' or (own.starts_at at time zone v_timezone)::time = (p_args ->> 'time')::time);

  if cardinality(v_found) = 1 then
    found_one := v_found[1];
  elsif v_found is not null then
    refused := private.ask_which_appointment(v_found, p_call, v_proved, v_timezone);
  elsif v_proved is null and v_asked is not null and v_asked is distinct from private.trusted_number(p_org_id, p_call) then
    refused := private.ask_for_code(p_org_id, p_call, v_asked);
  elsif v_phone is null and private.caller_number(p_call) is null then
    refused := private.refusal('phone_needed', 'Under which phone number is the appointment?');
  else
    refused := private.refusal('no_appointment', 'I find no such upcoming appointment. Is it under another phone number?');
  end if;
end
$$;
comment on function private.find_own_appointment(uuid, jsonb, jsonb) is
  'The one appointment that the caller means and may change, by p_args {appointmentId?, date?, time?, phone?, code?}, or the answer that '
  'asks on.';
grant execute on function private.find_own_appointment(uuid, jsonb, jsonb) to service_role;

create function private.ask_for_code(p_org_id uuid, p_call jsonb, p_phone text) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_contact uuid := (
    select contact.id from public.contacts contact
    where contact.org_id = p_org_id and contact.phone = p_phone and exists (
      select from public.appointments booked
      where booked.contact_id = contact.id and booked.state = 'confirmed' and booked.starts_at > now()));
begin
  if not coalesce((p_call #>> '{channels,sms}')::boolean, false) then
    return private.refusal('sms_not_configured',
      'I can only change appointments of the number you call from, because text messages are not set up here.');
  end if;
  if v_contact is not null then
    perform private.send_code(v_contact, null, p_call);
  end if;
  -- The same words whether or not the number is known and gets texts: nobody else may learn who is a patient here.
  return private.refusal('code_sent',
    'If there is an appointment under that number, a six-digit code is on its way to it by text message. Please read it to me.');
end
$$;
comment on function private.ask_for_code(uuid, jsonb, text) is 'Sends a code to a number that is not the caller''s, if it has an appointment, and asks for it.';
grant execute on function private.ask_for_code(uuid, jsonb, text) to service_role;

create function private.tool_cancel_appointment(p_org_id uuid, p_call jsonb, p_args jsonb) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_timezone text := (select timezone from public.organizations where id = p_org_id);
  v_found    record := private.find_own_appointment(p_org_id, p_call, p_args);
  v_off      public.appointments;
begin
  if v_found.refused is not null then
    return v_found.refused;
  end if;
  v_off := private.end_visit((v_found.found_one).id, 'cancelled', p_call);
  if v_off.id is null then
    return private.refusal('no_appointment', 'That appointment has just been cancelled.');
  end if;
  return private.appointment_answer(v_off, v_timezone, 'Cancelled: ');
end
$$;
comment on function private.tool_cancel_appointment(uuid, jsonb, jsonb) is
  'p_args: {appointmentId?, date?, time?, phone? (E.164), code?}. Cancels one of the caller''s own appointments: {success, '
  'message, appointmentId, scheduledAt, timezone, service, notifications}.';
grant execute on function private.tool_cancel_appointment(uuid, jsonb, jsonb) to service_role;

create function private.tool_reschedule_appointment(p_org_id uuid, p_call jsonb, p_args jsonb) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_found record := private.find_own_appointment(p_org_id, p_call, p_args);
begin
  if v_found.refused is not null then
    return v_found.refused;
  end if;
  return private.move_visit(v_found.found_one, (p_args ->> 'newDate')::date, (p_args ->> 'newTime')::time, p_call);
end
$$;
comment on function private.tool_reschedule_appointment(uuid, jsonb, jsonb) is
  'p_args: {newDate, newTime, appointmentId?, date?, time?, phone? (E.164), code?}. Moves one of the caller''s own '
  'appointments, with the same service and, while that is in use, calendar: {success, message, appointmentId, scheduledAt, timezone, service, '
  'notifications}, or a refusal with alternatives.';
grant execute on function private.tool_reschedule_appointment(uuid, jsonb, jsonb) to service_role;
