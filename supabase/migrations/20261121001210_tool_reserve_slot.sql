create function private.tool_reserve_slot(p_org_id uuid, p_call jsonb, p_args jsonb) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_read     record := private.read_slot_request(p_org_id, p_args, p_call);
  v_request  private.slot_request := v_read.request;
  v_hold     public.appointments;
  v_checked  record;
  v_calendar uuid;
  v_refused  jsonb;
begin
  if v_read.refused is not null then
    return v_read.refused;
  end if;

  v_hold := private.own_hold(p_org_id, p_call, null, v_request.starts_at);
  if v_hold.contact_id is not null then
    return private.refusal_of_unverified_hold(v_hold, v_request.timezone);
  elsif v_hold.id is not null then
    return private.hold_answer(v_hold, v_request.timezone, 'That time is held for you already.');
  end if;

  v_checked := private.check_slot(v_request);
  v_refused := private.refusal_of_terms(v_request, v_checked.calendars, p_call, p_args);
  if v_refused is not null then
    return v_refused;
  end if;
  if v_checked.verdict = 'free' then
    v_calendar := private.claim_slot(v_request, v_checked.calendars);
  end if;
  if v_calendar is null then
    return private.refusal_of_slot(v_request, v_checked.verdict, p_free => v_checked.free);
  end if;

  -- Of two simultaneous requests, the second waits at the calendar for the first, and finds its hold.
  v_hold := private.own_hold(p_org_id, p_call, null, v_request.starts_at);
  if v_hold.id is not null and v_hold.contact_id is null then
    return private.hold_answer(v_hold, v_request.timezone, 'That time is held for you already.');
  end if;

  v_refused := private.refusal_to_hold(p_org_id, p_call, null);
  if v_refused is not null then
    return v_refused;
  end if;
  v_hold := private.write_appointment(v_request, v_calendar, p_call, p_args, 'held', null, interval '5 minutes');
  return private.hold_answer(v_hold, v_request.timezone,
    private.say('{when} is held for you for five minutes. It is not booked yet.', jsonb_build_object('when', private.say_when(v_request.local))));
end
$$;
comment on function private.tool_reserve_slot(uuid, jsonb, jsonb) is
  'p_args: {date, time, service?, provider?}. Holds the slot for five minutes: {success, message, holdId, expiresAt, '
  'scheduledAt, timezone}, or a refusal with alternatives.';
grant execute on function private.tool_reserve_slot(uuid, jsonb, jsonb) to service_role;

create function private.hold_answer(p_hold public.appointments, p_timezone text, p_message text) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object(
    'success', true,
    'message', p_message,
    'holdId', p_hold.id,
    'expiresAt', private.iso_local(p_hold.hold_expires_at, p_timezone),
    'scheduledAt', private.iso_local(p_hold.starts_at, p_timezone),
    'timezone', p_timezone);
end
$$;
comment on function private.hold_answer(public.appointments, text, text) is 'What the caller hears about a hold.';
grant execute on function private.hold_answer(public.appointments, text, text) to service_role;
