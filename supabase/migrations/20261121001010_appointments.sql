-- Contacts, and their appointments: the one table that decides who has a slot.

create table public.contacts (
  id         uuid primary key default gen_random_uuid(),
  org_id     uuid not null references public.organizations on delete cascade,
  phone      text not null check (phone ~ '^\+[1-9][0-9]{6,14}$'),
  name       text check (length(name) <= 500),
  email      text,
  notes      text check (length(notes) <= 2000),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (org_id, phone),
  unique (id, org_id)
);
comment on table public.contacts is 'People whom an organization knows by phone number: patients, and those who book for them.';
comment on column public.contacts.phone is 'E.164.';
comment on column public.contacts.notes is 'The staff''s notes about the contact. Callers never hear them.';

create table public.appointments (
  id              uuid primary key default gen_random_uuid(),
  org_id          uuid not null references public.organizations on delete cascade,
  calendar_id     uuid not null,
  service_id      uuid not null,
  contact_id      uuid,
  state           text not null
                  check (state in ('held', 'confirmed', 'cancelled', 'completed', 'no_show', 'expired')),
  starts_at       timestamptz not null,
  ends_at         timestamptz not null check (ends_at > starts_at),
  busy            tstzrange not null check (busy @> tstzrange(starts_at, ends_at)),
  hold_expires_at timestamptz,
  patient_name    text,
  notes           text,
  session_id      text,
  call_id         text,
  caller_key      text,
  notifications   jsonb not null default '{}',
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  confirmed_at    timestamptz,
  cancelled_at    timestamptz,
  reminded_of     timestamptz,
  attending_at    timestamptz,
  unique (id, org_id),
  foreign key (calendar_id, org_id) references public.calendars (id, org_id),
  foreign key (service_id, org_id) references public.services (id, org_id),
  foreign key (contact_id, org_id) references public.contacts (id, org_id),
  check ((state = 'held') = (hold_expires_at is not null)),
  check (state <> 'confirmed' or contact_id is not null),
  -- The final safeguard against double bookings, whatever the functions above it do.
  constraint appointments_never_overlap exclude using gist (calendar_id with =, busy with &&)
    where (state in ('held', 'confirmed'))
);
comment on table public.appointments is
  'Holds and appointments. A live one (held or confirmed) has its calendar to itself. A hold whose time is up counts as free at once; '
  'whoever takes the slot next marks it expired.';
comment on column public.appointments.busy is 'What is blocked on the calendar: the visit with its buffers.';
comment on column public.appointments.contact_id is 'Null for a hold by a caller who has not said who they are.';
comment on column public.appointments.patient_name is 'As given for this visit: a family may share one number.';
comment on column public.appointments.session_id is 'Call or chat that made it. A hold belongs to its session.';
comment on column public.appointments.caller_key is
  'The caller it counts for: a digest of the number that called, `anonymous`, or `proved` once a code was said; null if no caller made it.';
comment on column public.appointments.reminded_of is
  'The start time that the patient was reminded of: if that changes, they are reminded again.';
comment on column public.appointments.attending_at is
  'When the patient answered a reminder that they will come; null again once the visit is moved.';
comment on column public.appointments.notifications is 'What the caller was told about messages: {sms, calendar}.';

create index appointments_org_id on public.appointments (org_id, starts_at);
create index appointments_calendar_id on public.appointments (calendar_id, org_id);
create index appointments_service_id on public.appointments (service_id, org_id);
create index appointments_contact_id on public.appointments (contact_id, org_id);
create index appointments_session_id on public.appointments (session_id) where session_id is not null;
create index appointments_holds on public.appointments (org_id, hold_expires_at) where state = 'held';

create trigger set_updated_at before update on public.contacts
  for each row execute function private.set_updated_at();
create trigger set_updated_at before update on public.appointments
  for each row execute function private.set_updated_at();

create function private.check_contact() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  -- What callers say has already been checked by the function.
  if auth.role() = 'authenticated' and not private.is_email(new.email) then
    perform private.raise_invalid('email', format('Cannot use "%s": it is not an e-mail address', new.email));
  end if;
  return new;
end
$$;
comment on function private.check_contact() is
  'Trigger: refuses an e-mail address that staff mistyped. Definer: as private.check_organization.';
create trigger check_contact before update of email on public.contacts
  for each row when (new.email is distinct from old.email)
  execute function private.check_contact();

create function private.expire_holds() returns void
language sql set search_path = '' as $$
  with over as (
    select id from public.appointments
    where state = 'held' and hold_expires_at <= now()
    order by id
    -- A transaction that is working on one of them finds out itself that it is over.
    for no key update skip locked
  )
  update public.appointments hold set state = 'expired', hold_expires_at = null
  from over where hold.id = over.id
$$;
comment on function private.expire_holds() is 'Cleans up; nothing depends on it, because a hold whose time is up counts as free anyway.';
grant execute on function private.expire_holds() to service_role;
select cron.schedule('expire-holds', '*/5 * * * *', 'select private.expire_holds()');

alter table public.contacts enable row level security;
alter table public.appointments enable row level security;
create policy "members read the contacts of their organization" on public.contacts
  for select to authenticated using (org_id = any ((select private.member_org_ids())::uuid[]));
create policy "members read the appointments of their organization" on public.appointments
  for select to authenticated using (org_id = any ((select private.member_org_ids())::uuid[]));
create policy "admins change the contacts of their organization" on public.contacts
  for update to authenticated
  using (org_id = any ((select private.admin_org_ids())::uuid[])) with check (org_id = any ((select private.admin_org_ids())::uuid[]));
grant select, update (name, email, notes) on public.contacts to authenticated;
grant select on public.appointments to authenticated;
grant select, insert, update, delete on public.contacts, public.appointments to service_role;
