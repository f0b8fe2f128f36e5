create function private.tool_verify_booking_code(p_org_id uuid, p_call jsonb, p_args jsonb) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_timezone text := (select timezone from public.organizations where id = p_org_id);
  v_tried    record := private.try_code(
    private.find_code(p_org_id, p_call, private.uuid_or_null(p_args ->> 'holdId')), p_args ->> 'code', private.session_of(p_call));
  v_booked   public.appointments;
begin
  if v_tried.verdict = 'code_used' and (v_tried.code).said_in = private.session_of(p_call) then
    -- Said again in the same call: the answer was lost, or not heard.
    select * into v_booked from public.appointments
    where id = (v_tried.code).appointment_id and state = 'confirmed'
      and extensions.crypt(p_args ->> 'code', (v_tried.code).code_hash) = (v_tried.code).code_hash;
    if found then
      return private.appointment_answer(v_booked, v_timezone, 'That is booked already: ');
    end if;
  end if;

  if v_tried.verdict <> 'right' then
    return private.refusal_of_code(v_tried.verdict, v_tried.attempts_left);
  elsif (v_tried.code).appointment_id is null then
    return jsonb_build_object('success', true, 'verified', true, 'message', 'Thank you, that is right.');
  end if;

  -- From now on it counts as booked by the patient, whoever called.
  update public.appointments set state = 'confirmed', hold_expires_at = null, confirmed_at = now(), caller_key = 'proved'
  where id = (v_tried.code).appointment_id and state = 'held' and hold_expires_at > clock_timestamp()
  returning * into v_booked;
  if v_booked.id is null then
    return private.refusal('hold_expired', 'The reservation has run out. Shall I look whether the time is still free?');
  end if;
  update public.contacts set email = (v_tried.code).patient_email
  where id = v_booked.contact_id and (v_tried.code).patient_email is not null;
  return private.appointment_answer(private.announce(v_booked, p_call, 'confirmation'), v_timezone, 'You are booked for ');
end
$$;
comment on function private.tool_verify_booking_code(uuid, jsonb, jsonb) is
  'p_args: {code (six digits), holdId?}. The right code confirms its reservation: {success, message, appointmentId, '
  'scheduledAt, timezone, service, notifications}; said again in the same call, it gets the same answer. A refusal says how many '
  'attempts are left.';
grant execute on function private.tool_verify_booking_code(uuid, jsonb, jsonb) to service_role;
