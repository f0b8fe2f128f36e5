-- Erasing a patient, for the operator: docs/runbook.md says what remains to be done outside the database.

create function public.erase_patient(p_org_id uuid, p_phone text) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_contact  uuid;
  v_visits   uuid[];
  v_copies   integer;
  v_messages integer;
  v_emails   integer;
begin
  if coalesce(p_phone !~ '^\+[1-9][0-9]{6,14}$', true) then
    perform private.raise_error('VT004', format('Cannot erase %s: give the number with + and country, without spaces', p_phone));
  elsif not exists (select from public.organizations where id = p_org_id) then
    perform private.raise_error('VT001', format('There is no organization %s', p_org_id));
  end if;

  -- Locked, in the order given in …_booking.sql: a simultaneous booking under this number comes either before, or finds nobody.
  perform private.lock_org(p_org_id, 'calls', p_alone => true);
  select id into v_contact from public.contacts where org_id = p_org_id and phone = p_phone;
  perform from public.verification_codes where contact_id = v_contact and org_id = p_org_id order by id for update;
  perform private.lock_org(p_org_id, 'bookings', p_alone => true);
  perform from public.appointments where contact_id = v_contact and org_id = p_org_id order by id for no key update;
  perform from public.contacts where id = v_contact for update;

  -- Erased and ended, but not deleted: the copies at Google are found through them. forget-expired-holds deletes them in 30 days, which is
  -- longer than the outbox tries.
  perform private.allow_change_of_visits(true);
  with emptied as (
    update public.appointments set
      state = 'expired', hold_expires_at = null,
      contact_id = null, patient_id = null, patient_name = null, notes = null, session_id = null, call_id = null, caller_key = null
    where contact_id = v_contact and org_id = p_org_id
    returning id
  )
  select coalesce(array_agg(id), '{}') into v_visits from emptied;
  perform private.allow_change_of_visits(false);

  -- A worker that is writing a copy at this moment finishes first; then the new job removes it.
  select count(private.enqueue_calendar_event(visit_id, p_org_id)) into v_copies
  from unnest(v_visits) visit_id
  where exists (select from public.calendar_events where appointment_id = visit_id)
    or exists (
      select from public.jobs
      where queue = 'outbox' and key = 'calendar:' || visit_id and status in ('pending', 'running'));
  update public.calendar_events set written = null where appointment_id = any (v_visits);

  -- The outbox skips what is gone. No message is sent about visits that are off.
  delete from public.sms_messages where org_id = p_org_id and recipient = p_phone;
  get diagnostics v_messages = row_count;
  delete from public.emails where org_id = p_org_id and strpos(body, p_phone) > 0;
  get diagnostics v_emails = row_count;
  -- The question which of a family's visits was meant contains names.
  delete from public.tool_calls asked
  where asked.org_id = p_org_id and asked.answer ->> 'code' = 'which_appointment' and exists (
    select from jsonb_array_elements(asked.answer -> 'appointments') visit where (visit ->> 'appointmentId')::uuid = any (v_visits));
  delete from public.contacts where id = v_contact;

  return jsonb_build_object(
    'contacts', (v_contact is not null)::integer, 'appointments', cardinality(v_visits), 'calendarEvents', v_copies,
    'messages', v_messages, 'emails', v_emails,
    'optOutsKept', (select count(*) from public.sms_opt_outs where phone = p_phone));
end
$$;
comment on function public.erase_patient(uuid, text) is
  'Erases what an organization knows about a number (E.164): its contact with its patients and the codes sent to it, the messages to it, '
  'the e-mails that name it, and name, notes and caller of its appointments, which end; the outbox removes their copies at Google. '
  'Opt-outs stay, as proof. Returns how many: {contacts, appointments, calendarEvents: removals requested, messages, emails, '
  'optOutsKept}. Refuses an invalid number with VT004, an unknown organization with VT001.';
grant execute on function public.erase_patient(uuid, text) to service_role;

notify pgrst, 'reload schema';
