-- Six-digit codes by text message, which confirm a reservation or prove a phone number.

create table public.verification_codes (
  id             uuid primary key default gen_random_uuid(),
  org_id         uuid not null references public.organizations on delete cascade,
  contact_id     uuid not null,
  appointment_id uuid,
  session_id     text,
  said_in        text,
  patient_email  text,
  code_hash      text not null,
  attempts       smallint not null default 0 check (attempts >= 0),
  expires_at     timestamptz not null,
  used_at        timestamptz,
  created_at     timestamptz not null default now(),
  foreign key (contact_id, org_id) references public.contacts (id, org_id) on delete cascade,
  foreign key (appointment_id, org_id) references public.appointments (id, org_id) on delete cascade
);
comment on table public.verification_codes is
  'Codes sent to patients. Only a hash is stored; a code works once, for ten minutes, and allows five attempts in each call.';
comment on column public.verification_codes.appointment_id is
  'The reservation that the code confirms; null: it proves the number, for cancelling and rescheduling.';
comment on column public.verification_codes.session_id is 'The call or chat that requested it, which proves nothing to it yet.';
comment on column public.verification_codes.said_in is 'The call or chat in which it was said: its caller owns the number.';
comment on column public.verification_codes.patient_email is 'What the contact gets once the code has proved the number.';
comment on column public.verification_codes.attempts is 'In all calls together.';
comment on column public.verification_codes.code_hash is 'bcrypt.';
create index verification_codes_org_id on public.verification_codes (org_id);
create index verification_codes_contact_id on public.verification_codes (contact_id, org_id, created_at);
create index verification_codes_appointment_id on public.verification_codes (appointment_id, org_id);
create index verification_codes_said_in on public.verification_codes (said_in) where said_in is not null;
create index verification_codes_session_id on public.verification_codes (session_id);

-- Only the service role: nobody else needs to see a code's row.
alter table public.verification_codes enable row level security;
create policy "nobody reads codes" on public.verification_codes for select to authenticated using (false);
grant select, insert, update, delete on public.verification_codes to service_role;

create table private.code_attempts (
  code_id    uuid not null references public.verification_codes on delete cascade,
  session_id text not null,
  attempts   smallint not null check (attempts between 1 and 5),
  primary key (code_id, session_id)
);
comment on table private.code_attempts is
  'Attempts at a code by call or chat, so that guesses in one do not use up those of another. Empty: a request that names neither.';
grant select, insert, update, delete on private.code_attempts to service_role;

create function private.random_code() returns text
language sql volatile set search_path = '' as $$
  select (100000 + ('x' || encode(extensions.gen_random_bytes(6), 'hex'))::bit(48)::bigint % 900000)::text
$$;
comment on function private.random_code() is
  'Six digits from the cryptographic generator. The first is not 0, which is lost when models treat a code as a number.';
grant execute on function private.random_code() to service_role;

create type private.secret_code as (digits text, hash text);
comment on type private.secret_code is 'A code and what is stored of it.';

create function private.make_code() returns private.secret_code
language sql volatile set search_path = '' as $$
  select digits, extensions.crypt(digits, extensions.gen_salt('bf', 8)) from private.random_code() digits
$$;
comment on function private.make_code() is
  'A new code. Hashing it takes as long as the rest of a booking, so it is made before any lock is taken.';
grant execute on function private.make_code() to service_role;

create function private.send_code(
  p_contact_id uuid, p_appointment public.appointments, p_call jsonb, p_email text default null,
  p_code private.secret_code default private.make_code()
) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_contact public.contacts := (select c from public.contacts c where c.id = p_contact_id);
  v_org     public.organizations := (select o from public.organizations o where o.id = v_contact.org_id);
  v_expires timestamptz := coalesce(p_appointment.hold_expires_at, now() + interval '10 minutes');
  v_id      uuid := gen_random_uuid();
  v_sent    jsonb;
begin
  v_sent := private.queue_sms(v_org.id, p_contact_id, v_contact.phone, 'code',
    private.say('{clinic}: your code is {code}. It is valid for 10 minutes.', jsonb_build_object('clinic', v_org.name, 'code', (p_code).digits)),
    p_dedupe      => 'code:' || v_id,
    p_call        => p_call,
    p_appointment => p_appointment.id,
    p_expires_at  => v_expires);
  -- A code that nobody receives must neither replace the one they have nor allow new attempts.
  if v_sent ->> 'status' <> 'queued' then
    return v_sent;
  end if;

  -- Later than any other to this number: until the end of the transaction nobody else sends one (queue_sms).
  insert into public.verification_codes
    (id, org_id, contact_id, appointment_id, session_id, patient_email, created_at, code_hash, expires_at)
  values (v_id, v_org.id, p_contact_id, p_appointment.id, private.session_of(p_call), p_email, clock_timestamp(),
    (p_code).hash, v_expires);
  return v_sent;
end
$$;
comment on function private.send_code is
  'Requests a text message with a code, and stores the code if it goes out: returns the answer of queue_sms. p_appointment: the hold that '
  'it confirms; null for a code that proves the number. p_email: the patient''s, kept until the code is said. p_code: made before locks '
  'were taken.';
grant execute on function private.send_code to service_role;

create function private.find_code(p_org_id uuid, p_call jsonb, p_hold_id uuid, p_phone text default null) returns uuid
language sql stable set search_path = '' as $$
  -- Each way to a code by its own index: with "or", the contacts of the whole clinic are read.
  select code.id from public.verification_codes code
  where code.id = any (array(
      select id from public.verification_codes where appointment_id = p_hold_id
      union
      select id from public.verification_codes where session_id = private.session_of(p_call)
      union
      select sent.id from public.verification_codes sent join public.contacts contact on contact.id = sent.contact_id
      where contact.org_id = p_org_id and contact.phone in (private.caller_number(p_call), p_phone)
        and sent.created_at > now() - interval '1 hour'))
    and code.org_id = p_org_id and code.created_at > now() - interval '1 hour'
  order by (code.appointment_id = p_hold_id) desc nulls last, (code.session_id = private.session_of(p_call)) desc nulls last,
    code.created_at desc
  limit 1
$$;
comment on function private.find_code is
  'The newest code that this caller can mean: the one for the reservation named, else of this call, else sent to the number that they '
  'call from or name.';
grant execute on function private.find_code to service_role;

create function private.try_code(
  p_code_id uuid, p_said text, p_session text, out verdict text, out attempts_left integer, out code public.verification_codes
)
language plpgsql set search_path = '' as $$
declare
  v_attempts integer;
begin
  -- Counting locks the row, so simultaneous attempts are checked one after the other. Attempts from elsewhere use up what others may guess,
  -- not the attempts of the call that waits for the code. Only the newest code of a call counts; older ones are left alone, so that sending
  -- a code locks none.
  update public.verification_codes tried set attempts = attempts + 1
  where id = p_code_id and used_at is null and expires_at > clock_timestamp()
    and (session_id is not distinct from p_session or attempts < 25)
    and not exists (
      select from public.verification_codes newer
      where newer.contact_id = tried.contact_id and newer.appointment_id is not distinct from tried.appointment_id
        and newer.session_id is not distinct from tried.session_id and newer.created_at > tried.created_at)
  returning * into code;
  if code.id is not null then
    insert into private.code_attempts as tried (code_id, session_id, attempts) values (p_code_id, coalesce(p_session, ''), 1)
    on conflict (code_id, session_id) do update set attempts = tried.attempts + 1 where tried.attempts < 5
    returning attempts into v_attempts;
  end if;

  if v_attempts is null then
    select * into code from public.verification_codes where id = p_code_id;
    attempts_left := 0;
    verdict := case
      when code.id is null then 'no_code'
      when code.used_at is not null then 'code_used'
      when code.expires_at <= clock_timestamp() then 'code_expired'
      else 'too_many_attempts'
    end;
  elsif extensions.crypt(p_said, code.code_hash) = code.code_hash then
    update public.verification_codes set used_at = clock_timestamp(), said_in = p_session where id = code.id returning * into code;
    verdict := 'right';
  else
    attempts_left := 5 - v_attempts;
    verdict := 'wrong_code';
  end if;
end
$$;
comment on function private.try_code(uuid, text, text) is
  'One attempt at a code in a call or chat, which has five: right (and thereby used: it proves the number to this call or chat, whichever '
  'requested it), wrong_code with the attempts left, or no_code, code_used, code_expired, too_many_attempts.';
grant execute on function private.try_code(uuid, text, text) to service_role;

create function private.code_valid_until(p_hold_id uuid) returns timestamptz
language sql stable set search_path = '' as $$
  select max(expires_at) from public.verification_codes
  where appointment_id = p_hold_id and used_at is null and expires_at > clock_timestamp() + interval '1 minute'
$$;
comment on function private.code_valid_until(uuid) is
  'Until when the code that was sent for a hold can be said; null if that is too soon to rely on.';
grant execute on function private.code_valid_until(uuid) to service_role;

create function private.code_is_on_its_way(p_hold public.appointments, p_request private.slot_request, p_args jsonb) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return p_hold.starts_at = p_request.starts_at and p_hold.service_id = p_request.service_id
    and p_hold.patient_name = p_args ->> 'patientName' and p_hold.notes is not distinct from p_args ->> 'notes'
    and exists (
      select from public.verification_codes code join public.contacts contact on contact.id = code.contact_id
      where code.appointment_id = p_hold.id and code.used_at is null and code.created_at > clock_timestamp() - interval '10 seconds'
        and contact.phone = p_args ->> 'patientPhone' and code.patient_email is not distinct from p_args ->> 'patientEmail');
end
$$;
comment on function private.code_is_on_its_way is
  'Whether the same reservation was requested so recently that its code cannot have been missed: no caller asks for another one within ten '
  'seconds, but a model may repeat itself.';
grant execute on function private.code_is_on_its_way to service_role;

create function private.contacts_proved(p_org_id uuid, p_call jsonb) returns setof uuid
language plpgsql stable rows 1 set search_path = '' as $$
begin
  return query
    select contact_id from public.verification_codes
    where org_id = p_org_id and said_in = private.session_of(p_call) and used_at > now() - interval '30 minutes';
end
$$;
comment on function private.contacts_proved(uuid, jsonb) is
  'The contacts whose codes were said in this call or chat within half an hour: only that is proof.';
grant execute on function private.contacts_proved(uuid, jsonb) to service_role;

create function private.is_own_number(p_org_id uuid, p_call jsonb, p_phone text) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return coalesce(p_phone = private.caller_number(p_call), false)
    or exists (
      select from public.contacts contact
      where contact.org_id = p_org_id and contact.phone = p_phone
        and contact.id in (select private.contacts_proved(p_org_id, p_call)));
end
$$;
comment on function private.is_own_number(uuid, jsonb, text) is
  'Whether the number is the caller''s: they call from it, or have said a code that was sent to it.';
grant execute on function private.is_own_number(uuid, jsonb, text) to service_role;

create function private.refusal_of_code(p_verdict text, p_attempts_left integer) returns jsonb
language sql stable set search_path = '' as $$
  select private.refusal(
    p_verdict,
    case p_verdict
      when 'wrong_code' then case p_attempts_left
        when 0 then 'That is not the code, and there are no attempts left. I can send a new code.'
        when 1 then 'That is not the code. You have one more attempt.'
        else private.say('That is not the code. You have {count} more attempts.', jsonb_build_object('count', p_attempts_left))
      end
      when 'code_used'         then 'That code has been used already.'
      when 'code_expired'      then 'That code is no longer valid. I can send a new one.'
      when 'too_many_attempts' then 'There were too many attempts with that code. I can send a new one.'
      else 'No code is waiting for an answer.'
    end,
    jsonb_build_object('attemptsLeft', p_attempts_left))
$$;
comment on function private.refusal_of_code(text, integer) is 'Says what was wrong with a code.';
grant execute on function private.refusal_of_code(text, integer) to service_role;
