-- Patients are reminded of their visits by text message, and answer C if they will come, or X if they will not.

create index appointments_to_remind on public.appointments (starts_at) where state = 'confirmed' and reminded_of is distinct from starts_at;

create function private.remind(p_visit public.appointments) returns void
language plpgsql set search_path = '' as $$
declare
  v_org   public.organizations := (select o from public.organizations o where o.id = p_visit.org_id);
  v_phone text := (select phone from public.contacts where id = p_visit.contact_id);
begin
  perform private.speak(private.language_of_clinic(v_org.id));
  -- This requests so many that nobody else may count on the same remainder of the day's messages.
  perform private.lock_org(v_org.id, 'sms', p_alone => true);
  perform private.queue_sms(
    v_org.id, p_visit.contact_id, v_phone, 'reminder',
    private.say('{clinic}: reminder: your appointment is on {when}. Reply C to confirm or X to cancel it.',
      jsonb_build_object('clinic', v_org.name, 'when', private.say_when(p_visit.starts_at at time zone v_org.timezone)
        || private.in_brackets(private.address_of(p_visit.calendar_id)))),
    p_dedupe => format('reminder:%s:%s', p_visit.id, p_visit.starts_at at time zone 'UTC'),
    p_appointment => p_visit.id, p_expires_at => p_visit.starts_at);
  update public.appointments set reminded_of = starts_at where id = p_visit.id;
end
$$;
comment on function private.remind(public.appointments) is
  'Requests the text message, under all rules for texts: opt-outs, quiet hours, caps. Whether or not it is sent, it is not tried again.';
grant execute on function private.remind(public.appointments) to service_role;

create function private.send_reminders() returns integer
language plpgsql set search_path = '' as $$
declare
  v_visit public.appointments;
  v_count integer := 0;
begin
  for v_visit in
    select visit.*
    from public.appointments visit
    join public.booking_policies policy on policy.org_id = visit.org_id and policy.sms_confirmations
    join public.calendars calendar on calendar.id = visit.calendar_id and not calendar.for_tests
    where visit.state = 'confirmed' and visit.reminded_of is distinct from visit.starts_at
      and visit.starts_at > now() and visit.starts_at <= now() + interval '168 hours'
      and visit.starts_at <= now() + make_interval(hours => policy.reminder_hours)
      -- A patient who has only just booked or moved the visit needs no reminder.
      and visit.confirmed_at <= visit.starts_at - make_interval(hours => policy.reminder_hours)
      and not exists (
        select from public.sms_messages told
        where told.appointment_id = visit.id and told.org_id = visit.org_id
          and told.created_at > visit.starts_at - make_interval(hours => policy.reminder_hours))
    order by visit.org_id, visit.starts_at, visit.id
    limit 500
    for update of visit skip locked
  loop
    perform private.remind(v_visit);
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;
comment on function private.send_reminders() is
  'Sends the reminders that are due, 500 at a time, one organization after the other because each one''s lock on texts is taken. Returns '
  'how many.';
grant execute on function private.send_reminders() to service_role;
select cron.schedule('send-reminders', '*/5 * * * *', 'select private.send_reminders()');

create function private.answer_reminder(p_phone text, p_answer text) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_org    public.organizations;
  v_visits public.appointments[];
  v_first  public.appointments;
begin
  -- The answer is meant for the clinic that reminded last: all share the number that is answered.
  select organization.* into v_org
  from public.sms_messages message join public.organizations organization on organization.id = message.org_id
  where message.recipient = p_phone and message.kind = 'reminder'
  order by message.created_at desc limit 1;
  select array_agg(visit order by visit.starts_at) into v_visits
  from public.appointments visit
  where visit.org_id = v_org.id and visit.state = 'confirmed' and visit.starts_at > now() and visit.reminded_of = visit.starts_at
    and visit.contact_id in (select id from public.contacts where org_id = v_org.id and phone = p_phone);
  if v_visits is null then
    return null;
  end if;

  perform private.speak(private.language_of_clinic(v_org.id));
  v_first := v_visits[1];
  if p_answer = 'attend' then
    update public.appointments set attending_at = now() where id in (select (unnest(v_visits)).id);
    return jsonb_build_object('reply', private.say('{clinic}: thank you. We expect you on {when}.', jsonb_build_object(
      'clinic', v_org.name, 'when', private.say_when(v_first.starts_at at time zone v_org.timezone))));
  elsif cardinality(v_visits) > 1
    -- A number is forged in a text as easily as in a call.
    or not (select caller_number_suffices from public.booking_policies where org_id = v_org.id)
  then
    return jsonb_build_object('reply', private.say('{clinic}: please call us, so that we cancel the right appointment.',
      jsonb_build_object('clinic', v_org.name)));
  end if;
  -- The text about the cancellation confirms it.
  perform private.end_visit(v_first.id, 'cancelled', private.staff_call());
  return '{"reply": null}';
end
$$;
comment on function private.answer_reminder(text, text) is
  'p_answer: `attend`, for all visits that the number was reminded of, or `call_off`, for a single one, if the organization accepts a '
  'number as proof. {reply}; null if it was reminded of none.';
grant execute on function private.answer_reminder(text, text) to service_role;

notify pgrst, 'reload schema';
