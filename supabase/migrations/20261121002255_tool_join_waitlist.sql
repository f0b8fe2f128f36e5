-- Putting somebody on the waiting list: done by callers themselves, or by the staff.

create function private.waitlist_text_refusal(p_org_id uuid, p_phone text, p_call jsonb) returns jsonb
language sql stable set search_path = '' as $$
  select case
    when (select waitlist_offer_minutes is null from public.booking_policies where org_id = p_org_id)
      then private.refusal('no_waitlist', 'There is no waiting list here. Please call the clinic''s staff.')
    when not coalesce((p_call #>> '{channels,sms}')::boolean, false) then private.refusal_of_sms('{"status": "not_configured"}')
    when not private.is_offered_by_text(p_org_id) then private.refusal_of_sms('{"status": "switched_off"}')
    when private.is_opted_out(p_org_id, p_phone) then private.refusal_of_sms('{"status": "blocked", "code": "opted_out"}')
    else (
      select private.refusal_of_sms(jsonb_build_object('status', 'blocked', 'code', code))
      from private.country_refusal(p_org_id, p_phone) code where code is not null)
  end
$$;
comment on function private.waitlist_text_refusal(uuid, text, jsonb) is
  'Why waiting is of no use: slots are offered by text message, and this number cannot receive any. Null if it can.';
grant execute on function private.waitlist_text_refusal(uuid, text, jsonb) to service_role;

create function private.refusal_to_wait(p_entry public.waitlist_entries, p_phone text, p_call jsonb) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_policy public.booking_policies := (select p from public.booking_policies p where p.org_id = p_entry.org_id);
  v_of_caller integer;
  v_of_patient integer;
begin
  perform private.lock_caps_of_call(p_entry.org_id, p_call);
  perform private.lock_caps(p_entry.org_id, 'waitlist');
  perform private.lock_caps(p_entry.org_id, 'patient:' || p_phone);
  -- A repeated request, perhaps for other days, makes no second entry.
  if exists (
    select from public.waitlist_entries known join public.contacts contact on contact.id = known.contact_id
    where contact.org_id = p_entry.org_id and contact.phone = p_phone and known.state = 'waiting'
      and known.service_id = p_entry.service_id and known.calendar_id is not distinct from p_entry.calendar_id
      and known.location_id is not distinct from p_entry.location_id
      and private.person_key(known.patient_name) = private.person_key(p_entry.patient_name))
  then
    return null;
  end if;
  select count(*) into v_of_caller from public.waitlist_entries
  where org_id = p_entry.org_id and caller_key = p_entry.caller_key and created_at > now() - interval '24 hours';
  select count(*) into v_of_patient
  from public.waitlist_entries waiting join public.contacts contact on contact.id = waiting.contact_id
  where contact.org_id = p_entry.org_id and contact.phone = p_phone and waiting.state = 'waiting';
  return case
    when v_of_caller >= v_policy.max_waiting_per_caller or v_of_patient >= v_policy.max_waiting_per_patient
      then private.refusal('too_many_waiting', 'You are on the waiting list as often as I can put you there. Please call the clinic''s staff for more.')
    when (select count(*) from public.waitlist_entries where org_id = p_entry.org_id and state = 'waiting') >= v_policy.max_waiting
      then private.refusal('waitlist_full', 'The waiting list is full. Please try again another day, or call the clinic''s staff.')
  end;
end
$$;
comment on function private.refusal_to_wait(public.waitlist_entries, text, jsonb) is
  'Why this caller may put nobody else on the waiting list; null if they may. Until the transaction ends, nobody else counts against the '
  'same caps.';
grant execute on function private.refusal_to_wait(public.waitlist_entries, text, jsonb) to service_role;

create function private.waitlist_answer(p_entry public.waitlist_entries) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_strip_nulls(jsonb_build_object(
    'success', true,
    'message', private.say(case when p_entry.from_day = p_entry.until_day
      then 'You are on the waiting list for {service} on {from}. If a time becomes free, a text message offers it, and you take it by replying.'
      else 'You are on the waiting list for {service} from {from} to {until}. If a time becomes free, a text message offers it, and you take it by replying.'
    end, jsonb_build_object(
      'service', service.name, 'from', private.say_day(p_entry.from_day::timestamp), 'until', private.say_day(p_entry.until_day::timestamp))),
    'entryId', p_entry.id, 'service', service.name, 'from', p_entry.from_day, 'until', p_entry.until_day,
    'partOfDay', p_entry.part_of_day, 'provider', coalesce(
      (select name from public.calendars where id = p_entry.calendar_id), (select name from public.locations where id = p_entry.location_id))))
  from public.services service where service.id = p_entry.service_id
$$;
comment on function private.waitlist_answer(public.waitlist_entries) is 'What a person who is now on the waiting list is told.';
grant execute on function private.waitlist_answer(public.waitlist_entries) to service_role;

create function private.tool_join_waitlist(p_org_id uuid, p_call jsonb, p_args jsonb) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_proved  record := private.prove_by_code(p_org_id, p_call, p_args);
  v_phone   text := coalesce(
    (select phone from public.contacts where id = v_proved.contact_id), p_args ->> 'phone', private.caller_number(p_call),
    (select phone from public.contacts where id in (select private.contacts_proved(p_org_id, p_call)) limit 1));
  v_window  record := private.waitlist_window(p_org_id, (p_args ->> 'date')::date, (p_args ->> 'until')::date);
  v_read    record := private.read_slot_request(p_org_id, p_args || jsonb_build_object('date', v_window.from_day), p_call);
  v_entry   public.waitlist_entries;
  v_refused jsonb := coalesce(
    v_proved.refused, v_read.refused, v_window.refused, private.refusal_of_patient(v_read.request, p_call, p_args));
begin
  if v_refused is null and v_phone is null then
    v_refused := private.refusal('phone_needed', 'Under which phone number shall I put you on the waiting list?');
  end if;
  v_refused := coalesce(v_refused, private.waitlist_text_refusal(p_org_id, v_phone, p_call));
  if v_refused is not null then
    return v_refused;
  elsif v_phone is distinct from private.trusted_number(p_org_id, p_call)
    and not exists (
      select from public.contacts where org_id = p_org_id and phone = v_phone
        and (id = v_proved.contact_id or id in (select private.contacts_proved(p_org_id, p_call))))
  then
    return private.ask_for_code_to_wait(p_org_id, p_call, v_phone, p_args ->> 'patientName');
  end if;

  v_entry.org_id := p_org_id;
  v_entry.service_id := (v_read.request).service_id;
  v_entry.calendar_id := (v_read.request).calendar_id;
  v_entry.location_id := (v_read.request).location_id;
  v_entry.patient_name := p_args ->> 'patientName';
  v_entry.from_day := v_window.from_day;
  v_entry.until_day := v_window.until_day;
  v_entry.part_of_day := p_args ->> 'partOfDay';
  v_entry.caller_key := private.caller_key(p_call);
  v_refused := private.refusal_to_wait(v_entry, v_phone, p_call);
  if v_refused is not null then
    return v_refused;
  end if;
  v_entry.contact_id := private.upsert_contact(p_org_id, v_phone, v_entry.patient_name, null, true);
  return private.waitlist_answer(private.put_on_waitlist(v_entry));
end
$$;
comment on function private.tool_join_waitlist(uuid, jsonb, jsonb) is
  'p_args: {patientName, date?, until?, partOfDay?, service?, provider?, phone? (E.164), code?}. Puts the caller on the waiting list, if '
  'the number is theirs or they have proved it: {success, message, entryId, service, from, until, partOfDay?, provider?}.';
grant execute on function private.tool_join_waitlist(uuid, jsonb, jsonb) to service_role;

create function private.ask_for_code_to_wait(p_org_id uuid, p_call jsonb, p_phone text, p_name text) returns jsonb
language plpgsql set search_path = '' as $$
begin
  -- A code goes to another number only if it has an appointment: strangers are not texted on anybody's behalf.
  if p_phone is distinct from private.caller_number(p_call) then
    return private.ask_for_code(p_org_id, p_call, p_phone);
  end if;
  perform private.send_code(private.upsert_contact(p_org_id, p_phone, p_name, null, false), null, p_call);
  return private.refusal('code_sent', 'A six-digit code is on its way to your number by text message. Please read it to me.');
end
$$;
comment on function private.ask_for_code_to_wait is
  'Asks for the code that proves a number: the caller''s own if the clinic requires that, or another one that has an appointment.';
grant execute on function private.ask_for_code_to_wait to service_role;

create function public.add_to_waitlist(
  p_org_id uuid, p_patient_name text, p_patient_phone text, p_service_id uuid default null, p_calendar_id uuid default null,
  p_from date default null, p_until date default null, p_part_of_day text default null
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_window record;
  v_read   record;
  v_entry  public.waitlist_entries;
  v_refused jsonb;
begin
  perform private.require_role(p_org_id, '{owner, admin, member}');
  if coalesce(btrim(p_patient_name), '') = '' then
    perform private.raise_invalid('p_patient_name', 'An entry has the name of a patient');
  elsif coalesce(p_patient_phone !~ '^\+[1-9][0-9]{6,14}$', true) then
    perform private.raise_invalid('p_patient_phone',
      format('Cannot use phone number "%s": give it with + and country, without spaces', p_patient_phone));
  elsif coalesce(p_part_of_day, 'morning') not in ('morning', 'afternoon', 'evening') then
    perform private.raise_invalid('p_part_of_day', 'A part of the day is morning, afternoon or evening');
  end if;
  v_window := private.waitlist_window(p_org_id, p_from, p_until);
  v_read := private.read_slot_request(p_org_id,
    private.service_and_provider(p_org_id, p_service_id, p_calendar_id) || jsonb_build_object('date', v_window.from_day));
  v_refused := coalesce(v_window.refused, v_read.refused, private.waitlist_text_refusal(p_org_id, p_patient_phone, private.staff_call()));
  if v_refused is null then
    v_entry.org_id := p_org_id;
    v_entry.service_id := (v_read.request).service_id;
    v_entry.calendar_id := (v_read.request).calendar_id;
    v_entry.patient_name := btrim(p_patient_name);
    v_entry.from_day := v_window.from_day;
    v_entry.until_day := v_window.until_day;
    v_entry.part_of_day := p_part_of_day;
    v_refused := private.refusal_to_wait(v_entry, p_patient_phone, private.staff_call());
  end if;
  if v_refused is not null then
    return v_refused;
  end if;
  v_entry.contact_id := private.upsert_contact(p_org_id, p_patient_phone, v_entry.patient_name, null, false);
  return private.waitlist_answer(private.put_on_waitlist(v_entry));
end
$$;
comment on function public.add_to_waitlist is
  'The staff put somebody on the waiting list, as joinWaitlist does: {success, message, entryId, service, from, until, partOfDay?, provider?}, or '
  '{success: false, code, message}. Refuses with VT002, VT004. Definer: as book_appointment.';
grant execute on function public.add_to_waitlist to authenticated;

create function public.remove_from_waitlist(p_entry_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_entry public.waitlist_entries := (
    select entry from public.waitlist_entries entry
    where entry.id = p_entry_id and entry.org_id = any ((select private.member_org_ids())::uuid[]));
  v_offer public.waitlist_offers;
begin
  if v_entry.id is null then
    perform private.raise_error('VT001', 'There is no such entry on a waiting list');
  end if;
  update public.waitlist_offers set state = 'expired' where entry_id = p_entry_id and state = 'offered' returning * into v_offer;
  update public.waitlist_entries set state = 'removed' where id = p_entry_id and state = 'waiting';
  perform private.ask_waitlist(v_offer.org_id, v_offer.calendar_id, v_offer.starts_at);
  select * into v_entry from public.waitlist_entries where id = p_entry_id;
  return jsonb_build_object('entryId', v_entry.id, 'state', v_entry.state);
end
$$;
comment on function public.remove_from_waitlist(uuid) is
  'The staff take somebody off the waiting list: {entryId, state}. A slot that they were being offered goes to the next. Refuses with '
  'VT001. Definer: as book_appointment.';
grant execute on function public.remove_from_waitlist(uuid) to authenticated;

notify pgrst, 'reload schema';
