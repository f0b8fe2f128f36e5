-- How people on the waiting list answer an offer by text message.

create function private.is_still_offered(p_message public.sms_messages) returns boolean
language sql stable set search_path = '' as $$
  select exists (
    select from public.waitlist_offers offer
    where offer.id = private.uuid_or_null(substring(p_message.dedupe_key from '^waitlist_offer:(.*)$'))
      and offer.org_id = p_message.org_id and offer.state = 'offered'
      and not exists (
        select from public.appointments visit
        where visit.calendar_id = offer.calendar_id and visit.busy @> offer.starts_at and visit.state = 'confirmed'))
$$;
comment on function private.is_still_offered(public.sms_messages) is 'Whether the text of an offer would still be true.';
grant execute on function private.is_still_offered(public.sms_messages) to service_role;

create function private.latest_offer(p_phone text) returns public.waitlist_offers
language sql stable set search_path = '' as $$
  select offer.*
  from (
    select distinct org_id from public.sms_messages
    where recipient = p_phone and kind = 'waitlist_offer' and created_at > now() - interval '2 days'
  ) texted
  join public.contacts contact on contact.org_id = texted.org_id and contact.phone = p_phone
  join public.waitlist_offers offer on offer.contact_id = contact.id and offer.org_id = contact.org_id
  where offer.created_at > now() - interval '2 days' and offer.state <> 'unsent' and offer.starts_at > now()
  -- All clinics share the number that is answered: an offer that waits for an answer is meant, or else the latest one.
  order by offer.state = 'offered' desc, offer.created_at desc
  limit 1
$$;
comment on function private.latest_offer(text) is
  'The offer that an answer from this number belongs to; null if none was made to it recently.';
grant execute on function private.latest_offer(text) to service_role;

create function private.is_offered_to_another(p_offer public.waitlist_offers) returns boolean
language sql stable set search_path = '' as $$
  select exists (
    select from public.waitlist_offers other
    where other.calendar_id = p_offer.calendar_id and other.starts_at = p_offer.starts_at and other.state = 'offered'
      and other.id <> p_offer.id and other.expires_at > clock_timestamp())
$$;
comment on function private.is_offered_to_another(public.waitlist_offers) is
  'Whether the next person is being asked: a late yes does not take the slot from them.';
grant execute on function private.is_offered_to_another(public.waitlist_offers) to service_role;

create function private.book_offer(p_offer public.waitlist_offers, out booked public.appointments, out refused jsonb)
language plpgsql set search_path = '' as $$
declare
  v_entry    public.waitlist_entries := (select e from public.waitlist_entries e where e.id = p_offer.entry_id);
  v_phone    text := (select phone from public.contacts where id = p_offer.contact_id);
  v_request  private.slot_request := private.request_of_entry(v_entry, p_offer.calendar_id, p_offer.starts_at);
  v_checked  record;
  v_calendar uuid;
begin
  v_checked := private.check_slot(v_request);
  if v_checked.verdict = 'free' then
    v_calendar := private.claim_slot(v_request, v_checked.calendars);
  end if;
  if v_calendar is not null then
    refused := private.refusal_to_book(p_offer.org_id, private.staff_call(), v_phone, null, p_is_by_code => true);
  end if;

  -- With the calendar locked, look at what another answer, or the next offer, has decided in the meantime.
  perform from public.contacts where id = p_offer.contact_id for key share;
  select * into p_offer from public.waitlist_offers where id = p_offer.id for update;
  select * into v_entry from public.waitlist_entries where id = p_offer.entry_id for update;
  booked := private.same_booking(v_request, v_phone, v_entry.patient_name);
  if booked.id is not null then
    return;
  elsif v_entry.state is distinct from 'waiting' or v_calendar is null then
    refused := private.refusal('slot_taken', '{clinic}: sorry, {when} is no longer free. You are still on the waiting list.');
  elsif private.is_offered_to_another(p_offer) then
    refused := private.refusal('answered_late', '{clinic}: sorry, the time to answer is over, and {when} has been offered to somebody else. You are still on the waiting list.');
  elsif refused is null then
    booked := private.write_appointment(v_request, v_calendar, private.staff_call(),
      jsonb_build_object('patientName', v_entry.patient_name), 'confirmed', p_offer.contact_id);
    update public.waitlist_entries set state = 'booked', appointment_id = booked.id where id = v_entry.id;
  end if;
  update public.waitlist_offers set
    answered_at = clock_timestamp(),
    state = case when booked.id is not null then 'taken' when refused ->> 'code' = 'answered_late' then 'expired' else 'missed' end
  where id = p_offer.id;
end
$$;
comment on function private.book_offer is
  'Books the slot for the person who said yes, by the rules of every booking: returns the visit, or why not. A second yes finds the same '
  'visit.';
grant execute on function private.book_offer to service_role;

create function private.take_offer(p_offer public.waitlist_offers) returns text
language plpgsql set search_path = '' as $$
declare
  v_org  public.organizations := (select o from public.organizations o where o.id = p_offer.org_id);
  v_said jsonb := jsonb_build_object('clinic', v_org.name, 'when',
    private.say_when(p_offer.starts_at at time zone v_org.timezone) || private.in_brackets(private.address_of(p_offer.calendar_id)));
  v_made record := private.book_offer(p_offer);
begin
  if (v_made.booked).id is null then
    return case when starts_with(v_made.refused ->> 'message', '{clinic}') then private.say(v_made.refused ->> 'message', v_said)
      else v_org.name || ': ' || private.say(v_made.refused ->> 'message') end;
  elsif (v_made.booked).notifications = '{}' then
    v_made.booked := private.announce(v_made.booked, private.staff_call(), 'confirmation');
    -- The text about the booking confirms it.
    if (v_made.booked).notifications ->> 'sms' = 'queued' then
      return null;
    end if;
  end if;
  return private.say('{clinic}: you are booked for {when}.', v_said);
end
$$;
comment on function private.take_offer(public.waitlist_offers) is 'The reply to a yes; null if the confirmation says it.';
grant execute on function private.take_offer(public.waitlist_offers) to service_role;

create function private.answer_offer(p_phone text, p_answer text) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_offer public.waitlist_offers := private.latest_offer(p_phone);
begin
  if v_offer.id is null or p_answer = 'decline' and v_offer.state = 'taken' then
    return null;
  end if;
  perform private.speak(private.language_of_clinic(v_offer.org_id));
  if p_answer = 'take' then
    return jsonb_build_object('reply', private.take_offer(v_offer));
  end if;
  update public.waitlist_offers set state = 'declined', answered_at = clock_timestamp() where id = v_offer.id and state = 'offered';
  if found then
    perform private.ask_waitlist(v_offer.org_id, v_offer.calendar_id, v_offer.starts_at);
  end if;
  return jsonb_build_object('reply', private.say('{clinic}: thank you. You are still on the waiting list.', jsonb_build_object(
    'clinic', (select name from public.organizations where id = v_offer.org_id))));
end
$$;
comment on function private.answer_offer(text, text) is
  'p_answer: `take` or `decline`, for the offer that was last made to this number. {reply}; null if none was made to it recently.';
grant execute on function private.answer_offer(text, text) to service_role;
