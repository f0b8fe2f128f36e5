-- What the staff do with visits: the same as callers' tools, with the same consequences.

create function private.staff_call() returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'channels', '{"sms": true, "calendar": true}'::jsonb,
    'requestId', nullif(current_setting('request.headers', true), '')::jsonb ->> 'x-request-id')
$$;
comment on function private.staff_call() is
  'Takes the place of the call when the staff act. Only the outbox knows which integrations are set up: what cannot be sent ends there as '
  'not_configured.';
grant execute on function private.staff_call() to service_role;

create function private.visit_for_staff(p_appointment_id uuid) returns public.appointments
language plpgsql stable set search_path = '' as $$
declare
  v_visit public.appointments := (
    select visit from public.appointments visit
    where visit.id = p_appointment_id and visit.org_id = any ((select private.member_org_ids())::uuid[]));
begin
  if v_visit.id is null then
    perform private.raise_error('VT001', 'There is no such appointment');
  end if;
  return v_visit;
end
$$;
comment on function private.visit_for_staff(uuid) is
  'The appointment, if it belongs to an organization of the signed-in user; otherwise refuses with VT001, without revealing whether it '
  'exists.';
grant execute on function private.visit_for_staff(uuid) to service_role;

create function private.service_and_provider(p_org_id uuid, p_service_id uuid, p_calendar_id uuid) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_service  text := (select name from public.services where id = p_service_id and org_id = p_org_id and active);
  v_calendar text := (select name from public.calendars where id = p_calendar_id and org_id = p_org_id and active);
begin
  if p_service_id is not null and v_service is null then
    perform private.raise_invalid('p_service_id', 'There is no such service at the moment');
  elsif p_calendar_id is not null and v_calendar is null then
    perform private.raise_invalid('p_calendar_id', 'There is no such calendar at the moment');
  end if;
  return jsonb_strip_nulls(jsonb_build_object('service', v_service, 'provider', v_calendar));
end
$$;
comment on function private.service_and_provider(uuid, uuid, uuid) is
  'Service and calendar in the form of a tool''s arguments: {service?, provider?}. Refuses with VT004 what does not exist or is not '
  'active.';
grant execute on function private.service_and_provider(uuid, uuid, uuid) to service_role;

create function public.find_slots(
  p_org_id uuid, p_from date, p_until date, p_service_id uuid default null, p_calendar_id uuid default null
) returns table (calendar_id uuid, starts_at timestamptz, local_date date, local_time time)
language plpgsql stable security definer set search_path = '' as $$
declare
  v_read record;
begin
  perform private.require_role(p_org_id, '{owner, admin, member}');
  if coalesce(p_until not between p_from and p_from + 31, true) then
    perform private.raise_invalid('p_until', 'Ask for at most 31 days, from the first to the last');
  end if;
  v_read := private.read_slot_request(p_org_id,
    jsonb_build_object('date', p_from) || private.service_and_provider(p_org_id, p_service_id, p_calendar_id));
  if v_read.refused is not null then
    perform private.raise_invalid('p_service_id', v_read.refused ->> 'message');
  end if;
  return query
    select slot.calendar_id, slot.starts_at, slot.local::date, slot.local::time
    from private.free_slots(v_read.request, p_from, p_until) slot
    order by slot.starts_at, slot.calendar_position;
end
$$;
comment on function public.find_slots(uuid, date, date, uuid, uuid) is
  'Free slots of a service (default: the first one), on one calendar or on all. Refuses with VT002, VT004. Definer: what is free depends '
  'on tables and functions that members have no access to.';
grant execute on function public.find_slots(uuid, date, date, uuid, uuid) to authenticated;

create function public.book_appointment(
  p_org_id uuid, p_date date, p_time time, p_patient_name text, p_patient_phone text, p_patient_email text default null,
  p_service_id uuid default null, p_calendar_id uuid default null, p_notes text default null
) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  perform private.require_role(p_org_id, '{owner, admin, member}');
  if coalesce(btrim(p_patient_name), '') = '' then
    perform private.raise_invalid('p_patient_name', 'An appointment has the name of a patient');
  elsif greatest(length(p_patient_name), length(p_notes)) > 500 then
    perform private.raise_invalid(case when length(p_patient_name) > 500 then 'p_patient_name' else 'p_notes' end, 'Give at most 500 characters');
  elsif coalesce(p_patient_phone !~ '^\+[1-9][0-9]{6,14}$', true) then
    perform private.raise_invalid('p_patient_phone',
      format('Cannot use phone number "%s": give it with + and country, without spaces', p_patient_phone));
  elsif not private.is_email(p_patient_email) then
    perform private.raise_invalid('p_patient_email', format('Cannot use "%s": it is not an e-mail address', p_patient_email));
  elsif p_date is null or p_time is null then
    perform private.raise_invalid(case when p_date is null then 'p_date' else 'p_time' end, 'An appointment has a date and a time');
  end if;
  return private.tool_book_clinic_appointment(p_org_id, private.staff_call(),
    private.service_and_provider(p_org_id, p_service_id, p_calendar_id) || jsonb_strip_nulls(jsonb_build_object(
      'date', p_date, 'time', to_char(p_time, 'HH24:MI'), 'patientName', btrim(p_patient_name), 'patientPhone', p_patient_phone,
      'patientEmail', p_patient_email, 'notes', p_notes)));
end
$$;
comment on function public.book_appointment is
  'The staff book a visit, as bookClinicAppointment does: {success, message, appointmentId, scheduledAt, timezone, service, '
  'notifications}, or {success: false, code, message, alternatives}. Repeated, it finds the same appointment. Refuses with VT002, VT004. '
  'Definer: a visit is written with all its consequences, or not at all.';
grant execute on function public.book_appointment to authenticated;

create function public.move_appointment(p_appointment_id uuid, p_date date, p_time time, p_calendar_id uuid default null) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_visit public.appointments := private.visit_for_staff(p_appointment_id);
begin
  perform private.service_and_provider(v_visit.org_id, null, p_calendar_id);
  if p_date is null or p_time is null then
    perform private.raise_invalid(case when p_date is null then 'p_date' else 'p_time' end, 'An appointment has a date and a time');
  elsif v_visit.state <> 'confirmed' then
    return private.refusal('no_appointment', format('That appointment is %s.', replace(v_visit.state, '_', ' ')));
  end if;
  return private.move_visit(v_visit, p_date, p_time, private.staff_call(), p_calendar_id);
end
$$;
comment on function public.move_appointment(uuid, date, time, uuid) is
  'The staff move a visit, as rescheduleAppointment does; also to another calendar. Refuses with VT001, VT004. Definer: as book_appointment.';
grant execute on function public.move_appointment(uuid, date, time, uuid) to authenticated;

create function public.cancel_appointment(p_appointment_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_visit    public.appointments := private.visit_for_staff(p_appointment_id);
  v_timezone text := (select timezone from public.organizations where id = v_visit.org_id);
begin
  v_visit := private.end_visit(p_appointment_id, 'cancelled', private.staff_call());
  if v_visit.id is null then
    return private.refusal('no_appointment', 'That appointment is over or cancelled already.');
  end if;
  return private.appointment_answer(v_visit, v_timezone, 'Cancelled: ');
end
$$;
comment on function public.cancel_appointment(uuid) is
  'The staff cancel a visit, as cancelAppointment does: the calendar event goes, the patient is told. Refuses with VT001. Definer: as book_appointment.';
grant execute on function public.cancel_appointment(uuid) to authenticated;

create function private.close_visit(p_appointment_id uuid, p_state text) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_visit public.appointments := private.visit_for_staff(p_appointment_id);
begin
  if v_visit.state = 'confirmed' and v_visit.starts_at > now() then
    perform private.raise_invalid('p_appointment_id', 'That appointment has not begun yet: cancel or move it instead');
  end if;
  v_visit := private.end_visit(p_appointment_id, p_state);
  if v_visit.id is null then
    perform private.raise_invalid('p_appointment_id', 'That appointment was cancelled, or never confirmed');
  end if;
  return jsonb_build_object('appointmentId', v_visit.id, 'state', v_visit.state);
end
$$;
comment on function private.close_visit(uuid, text) is 'Records the outcome of a visit that has begun.';
grant execute on function private.close_visit(uuid, text) to service_role;

create function public.complete_appointment(p_appointment_id uuid) returns jsonb
language sql security definer set search_path = '' as $$
  select private.close_visit(p_appointment_id, 'completed')
$$;
comment on function public.complete_appointment(uuid) is
  'The patient came: {appointmentId, state}. Corrects a no-show. Refuses with VT001, VT004 (not begun, cancelled). Definer: as book_appointment.';
grant execute on function public.complete_appointment(uuid) to authenticated;

create function public.mark_no_show(p_appointment_id uuid) returns jsonb
language sql security definer set search_path = '' as $$
  select private.close_visit(p_appointment_id, 'no_show')
$$;
comment on function public.mark_no_show(uuid) is
  'The patient did not come: {appointmentId, state}. Corrects a completed visit. Refuses with VT001, VT004 (not begun, cancelled). Definer: as book_appointment.';
grant execute on function public.mark_no_show(uuid) to authenticated;

notify pgrst, 'reload schema';
