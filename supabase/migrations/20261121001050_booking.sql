-- Taking a slot: the few steps that every booking tool shares.
--
-- The slot is locked first, on one calendar after the other in their order, so that two callers who want the same one wait for each other
-- instead of running into the exclusion constraint (which would end some of them in a deadlock). Callers who want another hour or another
-- calendar wait for nobody.
--
-- Order of locks, everywhere, and by id within a table. A transaction that needs several takes them in this order:
--   0. calls               (advisory, lock_org) of the organization: each tool call with the others, an erasure alone
--   1. verification_codes  a code that is tried
--   2. slots               (advisory, lock_slot) that are given away, after the day's cap (advisory, lock_caps) where a day has one
--      caps                (advisory, lock_caps) of the caller, the call, the organization, the patient
--   3. appointments        to be changed, and holds that are over
--   4. contacts, patients  also by a foreign key that points at them; then waitlist_offers, waitlist_entries
--   5. texts               (advisory, lock_texts) to the same number, of the same caller; text_counts
--   6. sms_messages, jobs  which workers lock in this order: the job, then its message
--   7. rate_counts         last
-- Cleanup skips rows that others have locked. A deadlock that happens anyway is retried once (shared/db.ts).

create function private.busy_of(p_request private.slot_request) returns tstzrange
language plpgsql immutable set search_path = '' as $$
begin
  return tstzrange(p_request.starts_at - p_request.buffer_before, p_request.starts_at + p_request.duration + p_request.buffer_after);
end
$$;
comment on function private.busy_of(private.slot_request) is 'What the requested visit blocks on a calendar: itself with its buffers.';
grant execute on function private.busy_of(private.slot_request) to service_role;

create function private.lock_org(p_org_id uuid, p_what text, p_alone boolean) returns void
language plpgsql set search_path = '' as $$
declare
  v_key bigint := hashtextextended(format('%s:%s', p_what, p_org_id), 0);
begin
  if p_alone then
    perform pg_advisory_xact_lock(v_key);
  else
    perform pg_advisory_xact_lock_shared(v_key);
  end if;
end
$$;
comment on function private.lock_org(uuid, text, boolean) is
  'Takes one of an organization''s locks (calls, bookings, sms): those who share it wait only for one that needs it alone, until the '
  'transaction ends.';
grant execute on function private.lock_org(uuid, text, boolean) to service_role;

create function private.lock_slot(p_calendar_id uuid, p_busy tstzrange) returns void
language plpgsql set search_path = '' as $$
begin
  -- Hour by hour: two visits that overlap share an hour.
  for v_hour in floor(extract(epoch from lower(p_busy)) / 3600) .. ceil(extract(epoch from upper(p_busy)) / 3600) - 1 loop
    perform pg_advisory_xact_lock(hashtextextended(format('slot:%s:%s', p_calendar_id, v_hour), 0));
  end loop;
end
$$;
comment on function private.lock_slot(uuid, tstzrange) is
  'Until the transaction ends, nobody else takes a slot on this calendar in these hours.';
grant execute on function private.lock_slot(uuid, tstzrange) to service_role;

create function private.is_slot_left(p_request private.slot_request, p_busy tstzrange, p_ignore uuid) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return not exists (
      select from private.taken_times(array[p_request.calendar_id], p_busy, p_ignore) booked where booked.taken && p_busy)
    -- A slot that the caller holds was promised, whatever the limit is by now.
    and (p_request.calendar_id is not distinct from private.held_calendar(p_request, p_ignore)
      or not exists (
        select from private.full_days(p_request, p_request.day, p_request.day, p_ignore) full_day
        where full_day.calendar_id = p_request.calendar_id));
end
$$;
comment on function private.is_slot_left(private.slot_request, tstzrange, uuid) is
  'Whether the requested slot, on the calendar that the request names, is still free and within the day''s limit.';
grant execute on function private.is_slot_left(private.slot_request, tstzrange, uuid) to service_role;

create function private.claim_slot(p_request private.slot_request, p_calendars uuid[], p_ignore uuid default null) returns uuid
language plpgsql set search_path = '' as $$
declare
  v_busy tstzrange;
begin
  perform private.lock_org(p_request.org_id, 'bookings', p_alone => false);
  -- Such a limit also counts visits at other hours and on other calendars.
  if private.has_limit(p_request) then
    perform private.lock_caps(p_request.org_id, 'day:' || p_request.day);
  end if;
  foreach p_request.calendar_id in array p_calendars loop
    v_busy := private.busy_of(private.terms_on(p_request, p_request.calendar_id));
    perform private.lock_slot(p_request.calendar_id, v_busy);
    continue when not private.is_slot_left(p_request, v_busy, p_ignore);

    -- The exclusion constraint cannot look at the clock, so expired holds are removed here. The caller's own row is locked with them,
    -- before their contact is.
    with locked as (
      select id from public.appointments
      where id = p_ignore
        or calendar_id = p_request.calendar_id and busy && v_busy and state = 'held' and hold_expires_at <= clock_timestamp()
      order by id
      for no key update
    )
    update public.appointments over set state = 'expired', hold_expires_at = null
    from locked
    where over.id = locked.id and over.state = 'held' and over.hold_expires_at <= clock_timestamp();
    return p_request.calendar_id;
  end loop;
  return null;
end
$$;
comment on function private.claim_slot(private.slot_request, uuid[], uuid) is
  'The first of these calendars that still has the slot, which is locked until the transaction ends; null if other callers were faster.';
grant execute on function private.claim_slot(private.slot_request, uuid[], uuid) to service_role;

create function private.upsert_contact(p_org_id uuid, p_phone text, p_name text, p_email text, p_is_proved boolean) returns uuid
language plpgsql set search_path = '' as $$
declare
  v_id uuid;
begin
  insert into public.contacts as known (org_id, phone, name, email)
  values (p_org_id, p_phone, p_name, p_email)
  on conflict (org_id, phone) do update set
    -- Booking for somebody else does not change a contact's name (see patients), nor their address, which only the owner may change.
    name  = coalesce(known.name, excluded.name),
    email = case when p_is_proved then coalesce(excluded.email, known.email) else coalesce(known.email, excluded.email) end
  returning id into v_id;
  return v_id;
end
$$;
comment on function private.upsert_contact(uuid, text, text, text, boolean) is
  'The contact with that number, created or completed where something was missing. A new e-mail address replaces the old one if the '
  'caller has proved that the number is theirs.';
grant execute on function private.upsert_contact(uuid, text, text, text, boolean) to service_role;

create function private.own_hold(p_org_id uuid, p_call jsonb, p_hold_id uuid, p_starts_at timestamptz) returns public.appointments
language plpgsql stable set search_path = '' as $$
begin
  return (
    select hold from public.appointments hold
    where hold.org_id = p_org_id and hold.state = 'held' and hold.hold_expires_at > clock_timestamp()
      and (hold.session_id is null or hold.session_id = private.session_of(p_call))
      and (hold.id = p_hold_id or (hold.session_id is not null and hold.starts_at = p_starts_at))
    order by (hold.id = p_hold_id) desc nulls last, hold.created_at desc
    limit 1);
end
$$;
comment on function private.own_hold(uuid, jsonb, uuid, timestamptz) is
  'The caller''s own live hold: the one named, or the one of the same call at that time. Never another caller''s.';
grant execute on function private.own_hold(uuid, jsonb, uuid, timestamptz) to service_role;

create function private.keep_terms(p_request private.slot_request, p_args jsonb, p_hold public.appointments)
returns private.slot_request
language plpgsql stable set search_path = '' as $$
begin
  if p_hold.id is null then
    return p_request;
  end if;
  if p_request.calendar_id is null and (p_request.location_id is null
    or p_request.location_id = (select location_id from public.calendars where id = p_hold.calendar_id))
    and (p_args ->> 'service' is null or p_request.service_id = p_hold.service_id or private.offers(p_hold.calendar_id, p_request.service_id))
  then
    p_request.calendar_id := p_hold.calendar_id;
  end if;
  if p_args ->> 'service' is null or p_request.service_id = p_hold.service_id then
    p_request.service_id := p_hold.service_id;
    p_request.service := (select name from public.services where id = p_hold.service_id);
    p_request.is_kept := p_request.calendar_id is not distinct from p_hold.calendar_id;
    p_request.duration := case
      when p_request.is_kept then p_hold.ends_at - p_hold.starts_at
      else (select make_interval(mins => duration_minutes) from public.services where id = p_hold.service_id)
    end;
    p_request.buffer_before := p_hold.starts_at - lower(p_hold.busy);
    p_request.buffer_after := upper(p_hold.busy) - p_hold.ends_at;
  end if;
  return p_request;
end
$$;
comment on function private.keep_terms(private.slot_request, jsonb, public.appointments) is
  'The request, completed from the caller''s own hold where the arguments leave something open: who is seen, what for, and how long.';
grant execute on function private.keep_terms(private.slot_request, jsonb, public.appointments) to service_role;

create function private.names_hold(p_args jsonb, p_hold public.appointments) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return (p_args ->> 'service' is null or (select name from public.services where id = p_hold.service_id) = any (
      private.match_names(array(select name from public.services where org_id = p_hold.org_id order by position, name), p_args ->> 'service')))
    and (p_args ->> 'provider' is null or (select name from public.calendars where id = p_hold.calendar_id) = any (
      private.match_names(array(select name from public.calendars where org_id = p_hold.org_id order by position, name), p_args ->> 'provider')));
end
$$;
comment on function private.names_hold(jsonb, public.appointments) is
  'Whether arguments {service?, provider?} name what is held, whether or not it is still offered to others.';
grant execute on function private.names_hold(jsonb, public.appointments) to service_role;

create function private.read_request_of_holder(
  p_org_id uuid, p_args jsonb, p_call jsonb, out request private.slot_request, out hold public.appointments, out refused jsonb
)
language plpgsql stable set search_path = '' as $$
declare
  v_read  record := private.read_slot_request(p_org_id, p_args, p_call);
  v_day   date := p_args ->> 'date';
  v_local timestamp := v_day + (p_args ->> 'time')::time;
  v_was   public.calendars;
begin
  request := v_read.request;
  refused := v_read.refused;
  hold := private.own_hold(p_org_id, p_call, private.uuid_or_null(p_args ->> 'holdId'),
    private.instant_of(v_local, (select timezone from public.organizations where id = p_org_id)));
  if hold.id is null then
    return;
  end if;
  v_was := (select c from public.calendars c where c.id = hold.calendar_id);
  if not v_was.active then
    -- The provider has left, so the hold cannot be kept: the caller hears who has left, and chooses again.
    if refused is null and request.calendar_id is null and request.location_id is null then
      refused := (private.read_provider(p_org_id, v_was.name)).refused;
    end if;
    return;
  end if;
  if (refused is not null or request.service_id is distinct from hold.service_id)
    and hold.starts_at = private.instant_of(v_local, (select timezone from public.organizations where id = p_org_id))
    and private.names_hold(p_args, hold)
  then
    refused := null;
    request := private.request_of_service((select s from public.services s where s.id = hold.service_id));
    request.day := v_day;
    request.local := v_local;
    request.starts_at := hold.starts_at;
    request.calendar_id := hold.calendar_id;
  end if;
  request := private.keep_terms(request, p_args, hold);
end
$$;
comment on function private.read_request_of_holder is
  'As read_slot_request, for somebody who may hold the time: with that hold, on its terms. What was held is booked as it was held, even '
  'if its service, or its provider for it, is no longer offered; but not with a provider who has left.';
grant execute on function private.read_request_of_holder to service_role;

create function private.same_booking(p_request private.slot_request, p_phone text, p_name text) returns public.appointments
language plpgsql stable set search_path = '' as $$
begin
  return (
    select booked from public.appointments booked
    -- No join: at nine o'clock half of all clinics have a visit, and each visit's name would be compared before its contact.
    where booked.contact_id = (select id from public.contacts where org_id = p_request.org_id and phone = p_phone)
      and booked.state = 'confirmed' and booked.starts_at = p_request.starts_at
      and private.person_key(booked.patient_name) = private.person_key(p_name)
    limit 1);
end
$$;
comment on function private.same_booking(private.slot_request, text, text) is
  'The appointment that this patient already has at that time: asking again succeeds and is not a conflict.';
grant execute on function private.same_booking(private.slot_request, text, text) to service_role;

create function private.write_appointment(
  p_request private.slot_request, p_calendar_id uuid, p_call jsonb, p_args jsonb,
  p_state text, p_contact_id uuid, p_hold_for interval default null, p_hold_id uuid default null
) returns public.appointments
language plpgsql set search_path = '' as $$
declare
  v_row public.appointments;
begin
  p_request := private.terms_on(p_request, p_calendar_id);
  insert into public.appointments as known (
    id, org_id, calendar_id, service_id, contact_id, state, starts_at, ends_at, busy, hold_expires_at,
    patient_id, patient_name, notes, session_id, call_id, caller_key, confirmed_at)
  values (
    coalesce(p_hold_id, gen_random_uuid()), p_request.org_id, p_calendar_id, p_request.service_id, p_contact_id, p_state,
    p_request.starts_at, p_request.starts_at + p_request.duration,
    private.busy_of(p_request),
    case when p_state = 'held' then clock_timestamp() + p_hold_for end,
    private.upsert_patient(p_contact_id, p_args ->> 'patientName'),
    p_args ->> 'patientName', p_args ->> 'notes', private.session_of(p_call), p_call ->> 'callId',
    private.caller_key(p_call),
    case when p_state = 'confirmed' then now() end)
  on conflict (id) do update set
    calendar_id = excluded.calendar_id, service_id = excluded.service_id, contact_id = excluded.contact_id,
    state = excluded.state, starts_at = excluded.starts_at, ends_at = excluded.ends_at, busy = excluded.busy,
    hold_expires_at = excluded.hold_expires_at, patient_id = excluded.patient_id, patient_name = excluded.patient_name, notes = excluded.notes,
    confirmed_at = excluded.confirmed_at
  where known.state in ('held', 'expired')
  returning * into v_row;
  return v_row;
end
$$;
comment on function private.write_appointment is
  'Writes the hold or appointment on a claimed slot: a new row, or the caller''s own hold converted. Null if that hold has become an '
  'appointment in the meantime.';
grant execute on function private.write_appointment to service_role;
