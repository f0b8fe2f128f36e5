create function private.tool_reserve_appointment(p_org_id uuid, p_call jsonb, p_args jsonb) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_read     record := private.read_request_of_holder(p_org_id, p_args, p_call);
  v_request  private.slot_request := v_read.request;
  v_hold     public.appointments := v_read.hold;
  v_known    public.appointments;
  v_checked  record;
  v_calendar uuid;
  v_code     private.secret_code;
  v_booked   public.appointments;
  v_correction jsonb;
  v_contact  uuid;
  v_sent     jsonb;
  v_refused  jsonb;
  v_until    timestamptz;
begin
  if v_read.refused is not null then
    return v_read.refused;
  end if;

  v_checked := private.check_slot(v_request, v_hold.id);
  v_refused := private.refusal_of_terms(v_request, v_checked.calendars, p_call, p_args);
  if v_refused is not null then
    return v_refused;
  end if;
  if v_checked.verdict = 'free' then
    v_code := private.make_code();
    v_calendar := private.claim_slot(v_request, v_checked.calendars, v_hold.id);
  end if;

  v_booked := private.same_booking(v_request, p_args ->> 'patientPhone', p_args ->> 'patientName');
  if v_booked.id is not null then
    return private.appointment_answer(v_booked, v_request.timezone, 'That is booked already: ');
  end if;
  v_correction := private.answer_correction(v_request, p_call, p_args);
  if v_correction is not null then
    return v_correction;
  end if;

  -- Of two simultaneous requests, the second waits for the first, at the calendar or for a connection, and finds its reservation: one
  -- code is enough.
  if v_calendar is not null then
    v_known := private.own_hold(p_org_id, p_call, v_hold.id, v_request.starts_at);
    if v_known.contact_id is not null and (v_hold.id is null or private.code_is_on_its_way(v_known, v_request, p_args)) then
      return private.hold_answer(v_known, v_request.timezone,
        private.say('{when} is reserved for ten minutes. A six-digit code is on its way by text message: please read it to me, then it is booked.',
          jsonb_build_object('when', private.say_when(v_request.local))));
    end if;
    v_hold := case when v_hold.id is null then v_known else v_hold end;
  end if;

  if v_calendar is not null then
    v_refused := coalesce(
      private.refusal_to_hold(p_org_id, p_call, v_hold.id),
      private.refusal_to_book(p_org_id, p_call, p_args ->> 'patientPhone', v_hold.id, p_is_by_code => true));
    if v_refused is not null then
      return v_refused;
    end if;
    begin
      v_contact := private.upsert_contact(p_org_id, p_args ->> 'patientPhone', p_args ->> 'patientName', p_args ->> 'patientEmail',
        private.is_own_number(p_org_id, p_call, p_args ->> 'patientPhone'));
      if v_hold.contact_id = v_contact and v_hold.starts_at <> v_request.starts_at then
        v_until := private.code_valid_until(v_hold.id);
      end if;
      -- Moved to another time, it waits for the code that was already sent, as long as that is valid: not every move sends one.
      v_hold := private.write_appointment(v_request, v_calendar, p_call, p_args, 'held', v_contact,
        coalesce(v_until - clock_timestamp(), interval '10 minutes'), v_hold.id);
      if v_hold.id is not null and v_until is not null then
        return private.hold_answer(v_hold, v_request.timezone,
          private.say('{when} is reserved instead. Please read me the six-digit code that you got by text message, then it is booked.',
            jsonb_build_object('when', private.say_when(v_request.local))));
      elsif v_hold.id is not null then
        v_sent := private.send_code(v_contact, v_hold, p_call, p_args ->> 'patientEmail', v_code);
        if v_sent ->> 'status' <> 'queued' then
          raise exception 'Without its code the reservation is of no use';
        end if;
      end if;
    exception when raise_exception then
      -- The whole block is undone, and an earlier hold is as it was. Other errors are passed on.
      if v_sent is null then
        raise;
      end if;
      return private.refusal_of_sms(v_sent);
    end;
  end if;
  if v_calendar is null or v_hold.id is null then
    return private.refusal_of_slot(v_request, v_checked.verdict, p_free => v_checked.free);
  end if;
  return private.hold_answer(v_hold, v_request.timezone,
      private.say('{when} is reserved for ten minutes. A six-digit code is on its way by text message: please read it to me, then it is booked.',
        jsonb_build_object('when', private.say_when(v_request.local))))
    || jsonb_build_object('notifications', jsonb_build_object('sms', v_sent -> 'status'));
end
$$;
comment on function private.tool_reserve_appointment(uuid, jsonb, jsonb) is
  'p_args: {date, time, patientName, patientPhone (E.164), patientEmail?, anotherPatient?, service?, provider?, holdId?}. Holds the slot for '
  'ten minutes and sends a code, both or neither: {success, message, holdId, expiresAt, scheduledAt, timezone, notifications}.';
grant execute on function private.tool_reserve_appointment(uuid, jsonb, jsonb) to service_role;
