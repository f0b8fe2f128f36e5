-- How much of a calendar one caller may take. The limits are columns of booking_policies; docs/security.md gives the reasons.
--
-- Checked after a slot was claimed and before it is written, while every other booking under the same caps waits: so simultaneous calls see
-- each other, and those under other caps do not wait. Order of locks: slots, caps (caller, call, organization, patient), appointments,
-- contacts.

create function private.refusal_of_caps(p_code text) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  return private.refusal(p_code, case p_code
    when 'too_many_holds'        then 'I can''t hold any more times for you. Which of those that are held would you like to book?'
    when 'clinic_busy'           then 'Too many times are on hold at the moment. Please try again in a few minutes.'
    when 'too_many_bookings'     then 'I can''t book any more appointments for you at the moment. Please call the clinic''s staff for more.'
    when 'too_many_appointments' then 'There are as many appointments under that number as I can book. Please call the clinic''s staff for more.'
    when 'too_many_anonymous'    then 'I can''t take more bookings from withheld numbers at the moment. Please call with your number shown, or later.'
  end);
end
$$;
comment on function private.refusal_of_caps(text) is 'Says that a caller has reached the limit.';
grant execute on function private.refusal_of_caps(text) to service_role;

create index appointments_caller_key on public.appointments (org_id, caller_key, confirmed_at) where state = 'confirmed' and caller_key is not null;

create function private.lock_caps(p_org_id uuid, p_whose text) returns void
language plpgsql set search_path = '' as $$
begin
  perform pg_advisory_xact_lock(hashtextextended(format('caps:%s:%s', p_org_id, p_whose), 0)) where p_whose is not null;
end
$$;
comment on function private.lock_caps(uuid, text) is
  'Until the transaction ends, nobody else of the organization counts against the caps of this caller, call or patient; without a name, '
  'against those of all.';
grant execute on function private.lock_caps(uuid, text) to service_role;

create function private.lock_caps_of_call(p_org_id uuid, p_call jsonb) returns void
language plpgsql set search_path = '' as $$
begin
  perform private.lock_caps(p_org_id, 'caller:' || private.caller_key(p_call));
  perform private.lock_caps(p_org_id, 'call:' || private.session_of(p_call));
end
$$;
comment on function private.lock_caps_of_call(uuid, jsonb) is 'Locks the caps of a caller, then those of their call.';
grant execute on function private.lock_caps_of_call(uuid, jsonb) to service_role;

create function private.live_holds(p_org_id uuid, p_hold_id uuid) returns bigint
language plpgsql stable set search_path = '' as $$
begin
  return (
    select count(*) from public.appointments
    where org_id = p_org_id and state = 'held' and hold_expires_at > clock_timestamp() and id is distinct from p_hold_id);
end
$$;
comment on function private.live_holds(uuid, uuid) is 'How many slots all callers of an organization hold, not counting p_hold_id.';
grant execute on function private.live_holds(uuid, uuid) to service_role;

create function private.refusal_to_hold(p_org_id uuid, p_call jsonb, p_hold_id uuid) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_policy public.booking_policies := (select p from public.booking_policies p where p.org_id = p_org_id);
  v_caller text := private.caller_key(p_call);
  v_held   record;
begin
  perform private.lock_caps_of_call(p_org_id, p_call);
  select
    count(*) filter (where session_id = private.session_of(p_call)) as of_call,
    count(*) filter (where caller_key = v_caller) as of_caller
  into v_held
  from public.appointments
  where org_id = p_org_id and state = 'held' and hold_expires_at > clock_timestamp() and id is distinct from p_hold_id;

  -- All wait for each other only while the last ones are given away: no more than 20 connections hold slots at the same moment.
  if private.live_holds(p_org_id, p_hold_id) >= v_policy.max_holds - 20 then
    perform private.lock_caps(p_org_id, 'all');
  end if;

  return case
    when v_held.of_call >= v_policy.max_holds_per_call then private.refusal_of_caps('too_many_holds')
    when v_caller = 'anonymous' and v_held.of_caller >= v_policy.max_anonymous_holds then private.refusal_of_caps('too_many_anonymous')
    when v_caller <> 'anonymous' and v_held.of_caller >= v_policy.max_holds_per_caller then private.refusal_of_caps('too_many_holds')
    when private.live_holds(p_org_id, p_hold_id) >= v_policy.max_holds then private.refusal_of_caps('clinic_busy')
  end;
end
$$;
comment on function private.refusal_to_hold(uuid, jsonb, uuid) is
  'Why this caller may hold no further slot; null if they may. p_hold_id: their own hold, which moves or becomes an appointment.';
grant execute on function private.refusal_to_hold(uuid, jsonb, uuid) to service_role;

create function private.refusal_to_book(p_org_id uuid, p_call jsonb, p_phone text, p_hold_id uuid, p_is_by_code boolean) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_policy public.booking_policies := (select p from public.booking_policies p where p.org_id = p_org_id);
  v_caller text := private.caller_key(p_call);
  v_of_call record;
  v_made    record;
  v_waiting record;
  v_known   integer;
begin
  perform private.lock_caps_of_call(p_org_id, p_call);
  perform private.lock_caps(p_org_id, 'patient:' || p_phone);
  -- Each by its own index: the clinic's upcoming visits are many.
  select count(*) filter (where state = 'confirmed' and starts_at > now()) as ahead, count(confirmed_at) as ever into v_of_call
  from public.appointments where org_id = p_org_id and session_id = private.session_of(p_call);
  select count(*) as all_day, count(*) filter (where confirmed_at > now() - interval '1 hour') as lately into v_made
  from public.appointments
  where org_id = p_org_id and caller_key = v_caller and confirmed_at > now() - interval '24 hours'
    and state = 'confirmed' and starts_at > now();
  -- A hold that waits for its code counts as booked.
  select count(*) filter (where session_id = private.session_of(p_call)) as of_call, count(*) filter (where caller_key = v_caller) as of_caller
  into v_waiting
  from public.appointments
  where org_id = p_org_id and state = 'held' and contact_id is not null and hold_expires_at > clock_timestamp() and id is distinct from p_hold_id;

  select count(*) into v_known
  from public.appointments made join public.contacts contact on contact.id = made.contact_id
  where contact.org_id = p_org_id and contact.phone = p_phone and made.id is distinct from p_hold_id
    and made.starts_at > now() and (made.state = 'confirmed' or made.state = 'held' and made.hold_expires_at > clock_timestamp());

  return case
    -- Each costs messages and calendar entries, even if the caller cancels at once and books again.
    when v_of_call.ever >= 3 * v_policy.max_bookings_per_call then private.refusal_of_caps('too_many_bookings')
    when v_of_call.ahead + v_waiting.of_call >= v_policy.max_bookings_per_call then private.refusal_of_caps('too_many_bookings')
    when v_caller <> 'anonymous' and v_made.all_day + v_waiting.of_caller >= v_policy.max_bookings_per_caller then private.refusal_of_caps('too_many_bookings')
    when v_caller = 'anonymous' and not p_is_by_code and v_made.lately >= v_policy.max_anonymous_bookings
      then private.refusal_of_caps('too_many_anonymous')
    when v_known >= v_policy.max_appointments_per_patient then private.refusal_of_caps('too_many_appointments')
  end;
end
$$;
comment on function private.refusal_to_book(uuid, jsonb, text, uuid, boolean) is
  'Why this caller may book no further appointment for this patient; null if they may. p_is_by_code: a code will prove the patient''s number.';
grant execute on function private.refusal_to_book(uuid, jsonb, text, uuid, boolean) to service_role;
