-- Claims without a deed: an assistant says "you're booked" although no tool has booked anything. The function extracts the claims from the
-- report at the end of a call and stores none of its text; here they are compared with what the tools answered in that call.

create function private.unproven_claims(p_org_id uuid, p_call_id text, p_claims jsonb) returns text[]
language sql stable set search_path = '' as $$
  select coalesce(array_agg(claim order by claim), '{}')
  from jsonb_array_elements_text(p_claims) claim
  where not exists (
    select from public.tool_calls done
    where done.session_id = p_call_id and done.org_id = p_org_id and done.outcome = 'ok'
      and done.tool = any (case claim
        when 'cancelled' then array['cancelAppointment', 'rescheduleAppointment']
        when 'moved'     then array['rescheduleAppointment', 'bookClinicAppointment', 'verifyBookingCode']
        else array['bookClinicAppointment', 'verifyBookingCode', 'rescheduleAppointment', 'sendBookingConfirmation']
      end))
$$;
comment on function private.unproven_claims(uuid, text, jsonb) is
  'Of the claims that were made in a call (booked, cancelled, moved), those that no successful tool in it confirms. A moved visit counts '
  'as booked, and a new booking with a cancellation counts as moved: people do not speak that precisely.';
grant execute on function private.unproven_claims(uuid, text, jsonb) to service_role;

create function private.note_claims(p_org_id uuid, p_call_id text, p_claims jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  v_unproven text[] := private.unproven_claims(p_org_id, p_call_id, p_claims);
begin
  if v_unproven = '{}' then
    return;
  end if;
  -- Reports come twice: only the first one is news.
  update public.calls set claimed_without_deed = true
  where vapi_call_id = p_call_id and org_id = p_org_id and not claimed_without_deed;
  if not found then
    return;
  end if;
  insert into private.measurements (metric, labels, amounts)
  select 'claims_without_deed', jsonb_build_object('claim', claim), '{1}' from unnest(v_unproven) claim;
  perform private.raise_alert('claim_without_deed', 'warning',
    format('In call %s the assistant said that a visit was %s, but no tool has done that. Call the patient back.',
      p_call_id, array_to_string(v_unproven, ' and ')),
    jsonb_build_object('callId', p_call_id, 'claims', v_unproven), p_org_id);
end
$$;
comment on function private.note_claims(uuid, text, jsonb) is
  'Marks a call whose assistant claimed what no tool did, counts it, and notifies the administrator with the call''s id. Nothing that was '
  'said is stored.';
grant execute on function private.note_claims(uuid, text, jsonb) to service_role;
