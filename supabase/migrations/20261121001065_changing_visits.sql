-- Ending and moving a visit: the steps that callers' tools, the staff and the clock share, each with all its consequences. Changing a visit
-- without them would leave its event at Google and notify nobody, so that is refused.

create function private.allow_change_of_visits(p_allow boolean) returns void
language sql set search_path = '' as $$
  select set_config('appointments.change', case when p_allow then 'allowed' else '' end, true)
$$;
comment on function private.allow_change_of_visits(boolean) is
  'Lets the statements of this transaction change visits, until it is called with false: for functions that take care of the consequences.';
grant execute on function private.allow_change_of_visits(boolean) to service_role;

create function private.refuse_change_of_visit() returns trigger
language plpgsql set search_path = '' as $$
begin
  -- A deeper trigger level than the statement's own is a cascade: the organization is deleted with everything in it.
  if current_setting('appointments.change', true) = 'allowed' or pg_trigger_depth() > 1 then
    return coalesce(new, old);
  elsif tg_op = 'DELETE' then
    perform private.raise_error('VT002',
      format('Cannot delete appointment %s: call cancel_appointment, so that its calendar event goes and the patient is told', old.id));
  elsif old.state = 'confirmed' and new.state <> 'confirmed' then
    perform private.raise_error('VT002', format('Cannot make appointment %s %s: call %s', old.id, new.state, case new.state
      when 'completed' then 'complete_appointment' when 'no_show' then 'mark_no_show' else 'cancel_appointment' end));
  elsif old.state = 'confirmed' then
    perform private.raise_error('VT002',
      format('Cannot move appointment %s: call move_appointment, so that its calendar event moves and the patient is told', old.id));
  end if;
  perform private.raise_error('VT002', format('Cannot make appointment %s %s: it is %s, so book another one', old.id, new.state, old.state));
  return null;
end
$$;
comment on function private.refuse_change_of_visit() is
  'Trigger: only functions may end, move and restore a booked visit, whoever is connected. Holds come and go freely.';
grant execute on function private.refuse_change_of_visit() to service_role;

create trigger refuse_change before update of state, starts_at, ends_at, busy, calendar_id on public.appointments
  for each row when (
    old.state = 'confirmed'
      and (new.state <> old.state or new.starts_at <> old.starts_at or new.ends_at <> old.ends_at
        or new.busy is distinct from old.busy or new.calendar_id <> old.calendar_id)
    or old.state in ('cancelled', 'completed', 'no_show') and new.state <> old.state)
  execute function private.refuse_change_of_visit();
create trigger refuse_delete before delete on public.appointments
  for each row when (old.state = 'confirmed')
  execute function private.refuse_change_of_visit();

create function private.end_visit(p_appointment_id uuid, p_state text, p_call jsonb default '{}') returns public.appointments
language plpgsql set search_path = '' as $$
declare
  v_ended public.appointments;
begin
  perform private.allow_change_of_visits(true);
  update public.appointments set
    state = p_state, cancelled_at = case when p_state = 'cancelled' then now() end
  where id = p_appointment_id
    and (state = 'confirmed' or (p_state in ('completed', 'no_show') and state in ('completed', 'no_show')))
  returning * into v_ended;
  perform private.allow_change_of_visits(false);
  if v_ended.id is not null and p_state = 'cancelled' then
    v_ended := private.announce(v_ended, p_call, 'cancellation');
  end if;
  return v_ended;
end
$$;
comment on function private.end_visit(uuid, text, jsonb) is
  'Ends a confirmed visit as cancelled, completed or no_show, with the consequences; the last two may be corrected to each other. Null if '
  'it has already ended.';
grant execute on function private.end_visit(uuid, text, jsonb) to service_role;

create function private.slot_request_to_move(p_appointment public.appointments, p_day date, p_time time, p_calendar_id uuid default null)
returns private.slot_request
language plpgsql stable set search_path = '' as $$
declare
  v_request private.slot_request;
  v_was     public.calendars := (select c from public.calendars c where c.id = p_appointment.calendar_id);
begin
  v_request := private.request_of_service((select s from public.services s where s.id = p_appointment.service_id));
  v_request.day := p_day;
  v_request.local := p_day + p_time;
  v_request.starts_at := private.instant_of(v_request.local, v_request.timezone);
  v_request.calendar_id := coalesce(p_calendar_id, case when v_was.active and private.offers(v_was.id, v_request.service_id) then v_was.id end);
  if v_request.calendar_id is null then
    -- With somebody else, at the same place if anybody works there.
    v_request.location_id := (
      select location_id from public.calendars other
      where other.location_id = v_was.location_id and other.org_id = v_was.org_id and other.active and not other.for_tests
        and private.offers(other.id, v_request.service_id) limit 1);
  elsif v_request.calendar_id = v_was.id then
    v_request.duration := p_appointment.ends_at - p_appointment.starts_at;
    v_request.is_kept := true;
  end if;
  return v_request;
end
$$;
comment on function private.slot_request_to_move(public.appointments, date, time, uuid) is
  'The same visit at another time, on that calendar, or else on its own or, if that no longer takes such visits, on any. It lasts as long '
  'as before, unless it changes its calendar.';
grant execute on function private.slot_request_to_move(public.appointments, date, time, uuid) to service_role;

create function private.say_left(p_visit public.appointments, p_sentence_left text, p_sentence_not_offered text, p_other uuid default null) returns text
language plpgsql stable set search_path = '' as $$
begin
  return (
    select private.say(case when was.active then p_sentence_not_offered else p_sentence_left end, jsonb_build_object(
      'name', was.name, 'service', service.name, 'other', (select name from public.calendars where id = p_other)))
    from public.calendars was, public.services service
    where was.id = p_visit.calendar_id and service.id = p_visit.service_id and not (was.active and private.offers(was.id, service.id)));
end
$$;
comment on function private.say_left(public.appointments, text, text, uuid) is
  'Says that the provider of a visit has left, or no longer offers its service; null if they still do.';
grant execute on function private.say_left(public.appointments, text, text, uuid) to service_role;

create function private.move_visit(
  p_old public.appointments, p_day date, p_time time, p_call jsonb, p_calendar_id uuid default null
) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_request  private.slot_request := private.slot_request_to_move(p_old, p_day, p_time, p_calendar_id);
  v_checked  record;
  v_calendar uuid;
  v_new      public.appointments;
  v_hold     public.appointments;
  v_refused  jsonb;
begin
  if not private.offers(p_calendar_id, v_request.service_id) then
    return private.refusal_of_offer(v_request);
  end if;
  if v_request.starts_at = p_old.starts_at and v_request.calendar_id = p_old.calendar_id then
    return private.appointment_answer(p_old, v_request.timezone, 'It is at that time already: ');
  end if;

  v_checked := private.check_slot(v_request, p_old.id);
  if v_checked.verdict <> 'free' then
    -- The caller's own hold may be in the way: it was taken in order to move the visit there.
    v_hold := private.own_hold(p_old.org_id, p_call, null, v_request.starts_at);
    if v_hold.id is not null and v_hold.contact_id is null then
      v_checked := private.check_slot(v_request, v_hold.id);
    end if;
  end if;
  if v_checked.verdict = 'free' then
    v_calendar := private.claim_slot(v_request, v_checked.calendars, coalesce(v_hold.id, p_old.id));
  end if;
  if v_calendar is null then
    v_refused := private.refusal_of_slot(v_request, v_checked.verdict, p_old.id, v_checked.free);
    return v_refused || jsonb_build_object('message', concat_ws(' ',
      private.say_left(p_old, '{name} no longer takes appointments here, so I looked with the others.',
        '{name} no longer offers {service}, so I looked with the others.'),
      v_refused ->> 'message'));
  end if;

  -- The same request, made twice at once, may have been met while this one waited for the calendar.
  select * into v_new from public.appointments
  where id = p_old.id and state = 'confirmed' and starts_at = v_request.starts_at and calendar_id = v_calendar;
  if found then
    return private.appointment_answer(v_new, v_request.timezone, 'It is at that time already: ');
  end if;

  v_request := private.terms_on(v_request, v_calendar);
  update public.appointments set state = 'expired', hold_expires_at = null where id = v_hold.id and state = 'held';
  perform private.allow_change_of_visits(true);
  update public.appointments set
    calendar_id = v_calendar, attending_at = null,
    starts_at = v_request.starts_at, ends_at = v_request.starts_at + v_request.duration, busy = private.busy_of(v_request)
  where id = p_old.id and state = 'confirmed'
  returning * into v_new;
  perform private.allow_change_of_visits(false);
  if v_new.id is null then
    return private.refusal('no_appointment', 'That appointment has just been cancelled.');
  end if;
  return private.appointment_answer(private.announce(v_new, p_call, 'change'), v_request.timezone, coalesce(
    private.say_left(p_old, '{name} no longer takes appointments here. Moved to {other}, ',
      '{name} no longer offers {service}. Moved to {other}, ', v_calendar),
    'Moved to '));
end
$$;
comment on function private.move_visit is
  'Moves a confirmed visit, with the same service, to another time and perhaps another calendar, with the consequences: returns the '
  'answer, or a refusal with alternatives.';
grant execute on function private.move_visit to service_role;
