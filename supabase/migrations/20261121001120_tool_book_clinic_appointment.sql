create function private.tool_book_clinic_appointment(p_org_id uuid, p_call jsonb, p_args jsonb) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_read     record := private.read_request_of_holder(p_org_id, p_args, p_call);
  v_request  private.slot_request := v_read.request;
  v_hold     public.appointments := v_read.hold;
  v_checked  record;
  v_calendar uuid;
  v_booked   public.appointments;
  v_correction jsonb;
  v_refused  jsonb;
begin
  if v_read.refused is not null then
    return v_read.refused;
  end if;

  if v_hold.contact_id is not null then
    return private.refusal_of_unverified_hold(v_hold, v_request.timezone);
  end if;

  v_checked := private.check_slot(v_request, v_hold.id);
  v_refused := private.refusal_of_terms(v_request, v_checked.calendars, p_call, p_args);
  if v_refused is not null then
    return v_refused;
  end if;
  if v_checked.verdict = 'free' then
    v_calendar := private.claim_slot(v_request, v_checked.calendars, v_hold.id);
  end if;

  -- Now that nobody else can take the slot: does the same patient have it already?
  v_booked := private.same_booking(v_request, p_args ->> 'patientPhone', p_args ->> 'patientName');
  if v_booked.id is not null then
    if v_booked.session_id = private.session_of(p_call) then
      -- An e-mail address that was given one sentence later.
      perform private.upsert_contact(p_org_id, p_args ->> 'patientPhone', v_booked.patient_name, p_args ->> 'patientEmail',
        private.is_own_number(p_org_id, p_call, p_args ->> 'patientPhone'));
    end if;
    return private.appointment_answer(v_booked, v_request.timezone, 'That is booked already: ');
  end if;
  v_correction := private.answer_correction(v_request, p_call, p_args);
  if v_correction is not null then
    return v_correction;
  end if;

  if v_calendar is not null then
    v_refused := private.refusal_to_book(p_org_id, p_call, p_args ->> 'patientPhone', v_hold.id, p_is_by_code => false);
    if v_refused is not null then
      return v_refused;
    end if;
    v_booked := private.write_appointment(
      v_request, v_calendar, p_call, p_args, 'confirmed',
      private.upsert_contact(p_org_id, p_args ->> 'patientPhone', p_args ->> 'patientName', p_args ->> 'patientEmail',
        private.is_own_number(p_org_id, p_call, p_args ->> 'patientPhone')),
      p_hold_id => v_hold.id);
  end if;
  if v_booked.id is null then
    return private.refusal_of_slot(v_request, v_checked.verdict, p_free => v_checked.free);
  end if;
  return private.appointment_answer(private.announce(v_booked, p_call, 'confirmation'), v_request.timezone, 'You are booked for ');
end
$$;
comment on function private.tool_book_clinic_appointment(uuid, jsonb, jsonb) is
  'p_args: {date, time, patientName, patientPhone (E.164), patientEmail?, anotherPatient?, service?, provider?, notes?, holdId?}. Result: '
  '{success, message, appointmentId, scheduledAt, timezone, service, notifications}, or a refusal with alternatives.';
grant execute on function private.tool_book_clinic_appointment(uuid, jsonb, jsonb) to service_role;

create function private.refusal_of_unverified_hold(p_hold public.appointments, p_timezone text) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return private.refusal('verification_pending',
    private.say('{when} is reserved, and a code is on its way by text message. Please read me its six digits.',
      jsonb_build_object('when', private.say_when(p_hold.starts_at at time zone p_timezone))),
    jsonb_build_object('holdId', p_hold.id));
end
$$;
comment on function private.refusal_of_unverified_hold(public.appointments, text) is
  'A reservation that waits for its code cannot be booked without that code.';
grant execute on function private.refusal_of_unverified_hold(public.appointments, text) to service_role;
