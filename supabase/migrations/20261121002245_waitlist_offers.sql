-- A slot becomes free, and is offered to the people who wait for it:
--
--   appointments ──trigger, at the commit──▶ job waitlist:<calendar>:<time> ──offer_slot──▶ an offer, and its text message
--                                              ▲                                   │
--                                              └── after the time to answer ───────┘ the next is asked, until nobody is left
--
-- The single job of a slot asks one person after the other. Nothing is kept for them: a slot that somebody books in the meantime is theirs,
-- and a yes that comes too late is told so. Order of locks: slots, caps, appointments, contacts, offers and entries, texts, jobs.

create function private.is_offered_by_text(p_org_id uuid) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return (
    select waitlist_offer_minutes is not null and sms_confirmations from public.booking_policies where org_id = p_org_id);
end
$$;
comment on function private.is_offered_by_text(uuid) is
  'Whether an organization has a waiting list: offers are texts, which it may not want.';
grant execute on function private.is_offered_by_text(uuid) to service_role;

-- As for other settings, but for columns that only this topic has.
create constraint trigger relink_agents_for_waitlist after update on public.booking_policies
  deferrable initially deferred for each row
  when ((old.waitlist_offer_minutes is null) <> (new.waitlist_offer_minutes is null) or old.sms_confirmations <> new.sms_confirmations)
  execute function private.relink_agents_of_org();

create function private.ask_waitlist(p_org_id uuid, p_calendar_id uuid, p_starts_at timestamptz) returns void
language plpgsql set search_path = '' as $$
declare
  -- In this order, which has an index: looking for just any entry would read all of them if nobody waits.
  v_first uuid := (select id from public.waitlist_entries where org_id = p_org_id and state = 'waiting' order by created_at limit 1);
begin
  if v_first is not null and p_starts_at > now() then
    perform private.enqueue('outbox', format('waitlist:%s:%s', p_calendar_id, extract(epoch from p_starts_at)::bigint), p_org_id,
      jsonb_build_object('kind', 'waitlist_offer', 'calendarId', p_calendar_id, 'startsAt', p_starts_at), p_priority => 1::smallint);
  end if;
end
$$;
comment on function private.ask_waitlist(uuid, uuid, timestamptz) is
  'Requests that a slot be offered to the people who wait for it, if there are any.';
grant execute on function private.ask_waitlist(uuid, uuid, timestamptz) to service_role;

create function private.offer_freed_slot() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.ask_waitlist(old.org_id, old.calendar_id, old.starts_at)
  from public.calendars where id = old.calendar_id and active and not for_tests;
  return null;
end
$$;
comment on function private.offer_freed_slot() is
  'Trigger: a slot that is no longer booked or held is offered, whoever gave it up. Definer: staff, who cancel visits, have no access to '
  'jobs.';

-- At the commit: jobs come last in the order of locks.
create constraint trigger offer_freed_slot after update of state, starts_at, calendar_id on public.appointments
  deferrable initially deferred for each row when (
    old.state in ('held', 'confirmed')
      and (new.state not in ('held', 'confirmed') or new.starts_at <> old.starts_at or new.calendar_id <> old.calendar_id))
  execute function private.offer_freed_slot();

create function private.request_of_entry(p_entry public.waitlist_entries, p_calendar_id uuid, p_starts_at timestamptz)
returns private.slot_request
language plpgsql stable set search_path = '' as $$
declare
  v_local timestamp := (select p_starts_at at time zone timezone from public.organizations where id = p_entry.org_id);
  v_read  record;
begin
  v_read := private.read_slot_request(p_entry.org_id, jsonb_build_object(
    'date', v_local::date, 'time', to_char(v_local, 'HH24:MI'),
    'service', (select name from public.services where id = p_entry.service_id and active),
    'provider', (select name from public.calendars where id = p_calendar_id and active)));
  -- In an hour that the clock shows twice, the other occurrence is a different slot.
  if v_read.refused is null and (v_read.request).service_id = p_entry.service_id and (v_read.request).calendar_id = p_calendar_id
    and (v_read.request).starts_at = p_starts_at
  then
    return v_read.request;
  end if;
  return null;
end
$$;
comment on function private.request_of_entry is
  'The slot as the waiting person would book it; null if their service cannot be booked there.';
grant execute on function private.request_of_entry to service_role;

create function private.waiting_for(p_org_id uuid, p_calendar_id uuid, p_starts_at timestamptz) returns setof public.waitlist_entries
language sql stable set search_path = '' as $$
  select entry.*
  from public.waitlist_entries entry
  join public.organizations org on org.id = entry.org_id,
  lateral (select p_starts_at at time zone org.timezone as starts) as local
  where entry.org_id = p_org_id and entry.state = 'waiting'
    and local.starts::date between entry.from_day and entry.until_day
    and coalesce(entry.calendar_id = p_calendar_id, true)
    and coalesce(entry.location_id = (select location_id from public.calendars where id = p_calendar_id), entry.location_id is null)
    and private.is_in_part(local.starts::time, entry.part_of_day)
    and not exists (
      select from public.waitlist_offers offer
      where offer.entry_id = entry.id and offer.calendar_id = p_calendar_id and offer.starts_at = p_starts_at)
    -- Somebody who is considering another offer could not say which of the two a yes is for.
    and not exists (
      select from public.waitlist_offers offer where offer.contact_id = entry.contact_id and offer.state = 'offered')
    -- The person who has just given it up does not want it back.
    and not exists (
      select from (
        -- By the contact, whatever the planner expects of the calendar.
        select * from public.appointments where contact_id = entry.contact_id and org_id = entry.org_id and state = 'cancelled' offset 0
      ) given_up
      where given_up.calendar_id = p_calendar_id and given_up.starts_at = p_starts_at)
    -- Anybody who has since found something waits no longer.
    and not exists (
      select from (
        select * from public.appointments where contact_id = entry.contact_id and org_id = entry.org_id and state = 'confirmed' offset 0
      ) visit
      where visit.service_id = entry.service_id and visit.confirmed_at > entry.created_at
        and private.person_key(visit.patient_name) = private.person_key(entry.patient_name)
        and (visit.starts_at at time zone org.timezone)::date between entry.from_day and entry.until_day)
  order by entry.created_at, entry.id
$$;
comment on function private.waiting_for(uuid, uuid, timestamptz) is
  'The people who may be offered this slot, if their service fits into it, in the order in which they came.';
grant execute on function private.waiting_for(uuid, uuid, timestamptz) to service_role;

create function private.text_offer(p_offer public.waitlist_offers) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_org public.organizations := (select o from public.organizations o where o.id = p_offer.org_id);
begin
  perform private.speak(private.language_of_clinic(v_org.id));
  return private.queue_sms(
    v_org.id, p_offer.contact_id, (select phone from public.contacts where id = p_offer.contact_id), 'waitlist_offer',
    private.say('{clinic}: a time has become free: {when}. Reply Y by {until} to take it, or N if it doesn''t suit you.', jsonb_build_object(
      'clinic', v_org.name, 'when', private.say_when(p_offer.starts_at at time zone v_org.timezone) || private.in_brackets(private.address_of(p_offer.calendar_id)),
      'until', private.say_time(p_offer.expires_at at time zone v_org.timezone))),
    p_dedupe => 'waitlist_offer:' || p_offer.id, p_expires_at => p_offer.expires_at);
end
$$;
comment on function private.text_offer(public.waitlist_offers) is 'Requests the text message of an offer: returns the answer of queue_sms.';
grant execute on function private.text_offer(public.waitlist_offers) to service_role;

create function private.end_old_offers(p_org_id uuid) returns void
language sql set search_path = '' as $$
  with over as (
    select id from public.waitlist_offers
    where org_id = p_org_id and state = 'offered' and expires_at <= clock_timestamp()
    order by id
    for update skip locked
  )
  update public.waitlist_offers offer set state = 'expired' from over where offer.id = over.id
$$;
comment on function private.end_old_offers(uuid) is
  'Ends offers that nobody answered in time. One that is being answered right now is left alone.';
grant execute on function private.end_old_offers(uuid) to service_role;

create function private.offer_to_next(p_org_id uuid, p_calendar_id uuid, p_starts_at timestamptz, out offer public.waitlist_offers, out outcome text)
language plpgsql set search_path = '' as $$
declare
  v_minutes integer := (select waitlist_offer_minutes from public.booking_policies where org_id = p_org_id);
  v_entry   public.waitlist_entries;
  v_request private.slot_request;
  v_fits    jsonb := '{}';
  v_sent    jsonb;
begin
  outcome := 'nobody_waits';
  for v_entry in select * from private.waiting_for(p_org_id, p_calendar_id, p_starts_at) limit 100 loop
    if not v_fits ? v_entry.service_id::text then
      v_request := private.request_of_entry(v_entry, p_calendar_id, p_starts_at);
      v_fits := v_fits || jsonb_build_object(v_entry.service_id,
        v_request.service_id is not null and (private.check_slot(v_request)).verdict = 'free');
    end if;
    continue when not (v_fits -> v_entry.service_id::text)::boolean;

    -- Two slots that become free at the same moment are not both offered to one person.
    insert into public.waitlist_offers as made (org_id, entry_id, contact_id, calendar_id, starts_at, expires_at)
    values (p_org_id, v_entry.id, v_entry.contact_id, p_calendar_id, p_starts_at,
      least(clock_timestamp() + make_interval(mins => v_minutes), p_starts_at))
    on conflict do nothing
    returning * into offer;
    continue when offer.id is null;

    v_sent := private.text_offer(offer);
    outcome := coalesce(v_sent ->> 'code', 'offered');
    exit when v_sent ->> 'status' <> 'blocked';
    -- Nobody can be texted at the moment, so nobody has missed anything.
    if outcome in ('texts_off', 'clinic_limit', 'platform_limit') then
      delete from public.waitlist_offers where id = offer.id;
      offer := null;
      return;
    end if;
    update public.waitlist_offers set state = 'unsent' where id = offer.id;
    offer := null;
  end loop;
end
$$;
comment on function private.offer_to_next is
  'Offers the slot to the first person who may be texted and whose service fits: the offer and `offered`, or null and why nobody was '
  'asked.';
grant execute on function private.offer_to_next to service_role;

create function private.postpone_job(p_job public.jobs, p_until timestamptz) returns void
language plpgsql set search_path = '' as $$
begin
  -- Waiting is no attempt.
  p_job.attempts := p_job.attempts - 1;
  update public.jobs set attempts = p_job.attempts where id = p_job.id;
  perform private.end_attempt(p_job, null, p_permanent => false, p_retry_after => greatest(p_until - now(), interval '0'));
end
$$;
comment on function private.postpone_job(public.jobs, timestamptz) is
  'Gives a job back until something is due; the attempt does not count.';
grant execute on function private.postpone_job(public.jobs, timestamptz) to service_role;

create function private.offer_waits_until(p_org_id uuid, p_calendar_id uuid, p_starts_at timestamptz) returns timestamptz
language sql stable set search_path = '' as $$
  select max(moment) from (
    select expires_at as moment from public.waitlist_offers
    where calendar_id = p_calendar_id and starts_at = p_starts_at and state = 'offered'
    union all
    select quiet_until from private.after_quiet_hours(p_org_id, clock_timestamp()) quiet_until where quiet_until > clock_timestamp()
  ) as reasons
$$;
comment on function private.offer_waits_until is
  'Until when nobody else is asked: somebody may still answer, or these are quiet hours; null if the next can be asked now.';
grant execute on function private.offer_waits_until to service_role;

create function private.held_until(p_calendar_id uuid, p_starts_at timestamptz) returns timestamptz
language sql stable set search_path = '' as $$
  select max(hold_expires_at) from public.appointments
  where calendar_id = p_calendar_id and busy @> p_starts_at and state = 'held' and hold_expires_at > clock_timestamp()
$$;
comment on function private.held_until(uuid, timestamptz) is 'Until when a caller has this time on hold; null if nobody has.';
grant execute on function private.held_until(uuid, timestamptz) to service_role;

create function public.offer_slot(p_job_id uuid, p_lease_token uuid) returns text
language plpgsql set search_path = '' as $$
declare
  v_calendar uuid;
  v_starts   timestamptz;
  v_job      public.jobs;
  v_made     record;
  v_outcome  text;
  v_next     timestamptz;
begin
  select (payload ->> 'calendarId')::uuid, (payload ->> 'startsAt')::timestamptz into v_calendar, v_starts
  from public.jobs where id = p_job_id;
  -- Before the job: nobody books here, or says yes, until this is done.
  perform private.lock_slot(v_calendar, tstzrange(v_starts, v_starts + interval '1 minute'));
  v_job := private.require_lease(p_job_id, p_lease_token);

  if not private.is_offered_by_text(v_job.org_id) then
    v_outcome := 'switched_off';
  elsif v_starts <= now() then
    v_outcome := 'over';
  else
    perform private.end_old_offers(v_job.org_id);
    v_next := private.offer_waits_until(v_job.org_id, v_calendar, v_starts);
    if v_next is not null then
      v_outcome := 'postponed';
    else
      v_made := private.offer_to_next(v_job.org_id, v_calendar, v_starts);
      v_outcome := v_made.outcome;
      -- A caller who holds the slot may still let it go.
      v_next := coalesce((v_made.offer).expires_at, private.held_until(v_calendar, v_starts));
    end if;
  end if;

  if v_next is null then
    perform public.complete_job(p_job_id, p_lease_token, jsonb_build_object('status', v_outcome));
  else
    perform private.postpone_job(v_job, v_next);
  end if;
  return v_outcome;
end
$$;
comment on function public.offer_slot(uuid, uuid) is
  'Offers a freed slot to the next person on the waiting list, and continues when their time to answer is over; ends when nobody is left. '
  'offered; postponed: somebody may still answer, or these are quiet hours; nobody_waits; over; switched_off; or why no text may be sent.';
grant execute on function public.offer_slot(uuid, uuid) to service_role;
