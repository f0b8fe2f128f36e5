-- A booking repeated with another name: the first was misheard, or there is a second patient.

create function private.session_booking(p_request private.slot_request, p_call jsonb, p_phone text) returns public.appointments
language plpgsql stable set search_path = '' as $$
begin
  return (
    select booked from public.appointments booked
    join public.contacts contact on contact.id = booked.contact_id
    where booked.org_id = p_request.org_id and booked.session_id = private.session_of(p_call)
      and booked.state = 'confirmed' and booked.starts_at = p_request.starts_at and contact.phone = p_phone
    order by booked.created_at desc limit 1);
end
$$;
comment on function private.session_booking(private.slot_request, jsonb, text) is 'What this conversation has booked at that time under that number.';
grant execute on function private.session_booking(private.slot_request, jsonb, text) to service_role;

create function private.is_misheard(p_name text, p_other text) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  return (
    select cardinality(only_one) = 0 or cardinality(only_other) = 0 or private.likeness(only_one, only_other) > 0.52
    from (
      select array(select word from unnest(one) word where word <> all (other)) as only_one,
             array(select word from unnest(other) word where word <> all (one)) as only_other
      from (select private.words_of(p_name) as one, private.words_of(p_other) as other) as names
    ) as differing);
end
$$;
comment on function private.is_misheard(text, text) is
  'Whether two names may be one name, heard differently: a word is added, or the differing word is similar. Katherine and Catherine '
  'Jones, but not Anna and Ben Jones.';
grant execute on function private.is_misheard(text, text) to service_role;

create function private.correct_name(p_booked public.appointments, p_name text, p_call jsonb) returns public.appointments
language plpgsql set search_path = '' as $$
declare
  v_was uuid := p_booked.patient_id;
begin
  update public.contacts set name = p_name where id = p_booked.contact_id and name = p_booked.patient_name;
  update public.appointments set patient_name = p_name, patient_id = private.upsert_patient(contact_id, p_name)
  where id = p_booked.id
  returning * into p_booked;
  -- The patient with the wrong name existed for this visit only.
  delete from public.patients patient
  where patient.id = v_was and patient.id <> p_booked.patient_id and patient.date_of_birth is null
    and patient.created_at >= p_booked.created_at
    and not exists (select from public.appointments visit where visit.patient_id = patient.id);
  perform private.copy_to_calendar(p_booked, p_call);
  return p_booked;
end
$$;
comment on function private.correct_name is 'Puts the right name on the visit, here and in its copy at Google.';
grant execute on function private.correct_name to service_role;

create function private.refusal_of_other_number(p_request private.slot_request, p_call jsonb, p_name text) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select private.refusal('other_number',
      private.say(
        '{when} is booked for {name} already, under the number that ends in {digits}. If that number is wrong, I can cancel it and book it again.',
        jsonb_build_object('when', private.say_when(p_request.local), 'name', booked.patient_name, 'digits', right(contact.phone, 2))),
      jsonb_build_object('appointmentId', booked.id))
    from public.appointments booked
    join public.contacts contact on contact.id = booked.contact_id
    where booked.org_id = p_request.org_id and booked.session_id = private.session_of(p_call)
      and booked.state = 'confirmed' and booked.starts_at = p_request.starts_at
      and private.is_misheard(booked.patient_name, p_name)
    order by booked.created_at desc limit 1);
end
$$;
comment on function private.refusal_of_other_number(private.slot_request, jsonb, text) is
  'Asks about a misheard number: this conversation has booked that time for somebody of that name under another number. Null if it has '
  'not.';
grant execute on function private.refusal_of_other_number(private.slot_request, jsonb, text) to service_role;

create function private.answer_correction(p_request private.slot_request, p_call jsonb, p_args jsonb) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_booked  public.appointments := private.session_booking(p_request, p_call, p_args ->> 'patientPhone');
  v_name    text := p_args ->> 'patientName';
  v_another boolean := (p_args ->> 'anotherPatient')::boolean;
begin
  if v_another then
    return null;
  elsif v_booked.id is null then
    return private.refusal_of_other_number(p_request, p_call, v_name);
  elsif v_another is null and not private.is_misheard(v_booked.patient_name, v_name) then
    return private.refusal('another_patient',
      private.say('{when} is booked for {name} already. Is {other} another patient, or is that the right name?', jsonb_build_object(
        'when', private.say_when(p_request.local), 'name', v_booked.patient_name, 'other', v_name)),
      jsonb_build_object('appointmentId', v_booked.id));
  end if;
  return private.appointment_answer(
    private.correct_name(v_booked, v_name, p_call), p_request.timezone, private.say('I have corrected the name to {name}: ', jsonb_build_object('name', v_name)));
end
$$;
comment on function private.answer_correction(private.slot_request, jsonb, jsonb) is
  'The answer to a booking that this conversation has already made under another name: it is corrected if the names are alike or '
  'p_args.anotherPatient is false, otherwise asked about, as it is with another number. Null if it has made none, or this one is for '
  'another patient.';
grant execute on function private.answer_correction(private.slot_request, jsonb, jsonb) to service_role;
