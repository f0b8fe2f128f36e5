-- Waiting lists: people who want a visit for which nothing is free. A slot that becomes free is offered to them by text message, one after
-- the other, and the first who says yes in time gets it (…_waitlist_offers.sql).

alter table public.booking_policies
  add column waitlist_offer_minutes  integer default 30 check (waitlist_offer_minutes between 5 and 1440),
  add column max_waiting_per_patient integer not null default 3 check (max_waiting_per_patient >= 0),
  add column max_waiting_per_caller  integer not null default 5 check (max_waiting_per_caller >= 0),
  add column max_waiting             integer not null default 200 check (max_waiting >= 0);
comment on column public.booking_policies.waitlist_offer_minutes is
  'How long a freed slot is offered to one person on the waiting list before the next is asked, if sms_confirmations are on. Null: there '
  'is no waiting list.';
comment on column public.booking_policies.max_waiting_per_patient is 'Entries on the waiting list under one patient''s number.';
comment on column public.booking_policies.max_waiting_per_caller is 'Entries on the waiting list that one caller''s number may make within 24 hours.';
comment on column public.booking_policies.max_waiting is 'Entries on the organization''s waiting list.';
grant update (waitlist_offer_minutes) on public.booking_policies to authenticated;
create trigger check_waitlist_limits before update of waitlist_offer_minutes on public.booking_policies
  for each row execute function private.check_limits('waitlist_offer_minutes', '5', '1440');

create table public.waitlist_entries (
  id             uuid primary key default gen_random_uuid(),
  org_id         uuid not null references public.organizations on delete cascade,
  contact_id     uuid not null,
  service_id     uuid not null,
  calendar_id    uuid,
  location_id    uuid,
  patient_name   text not null check (length(patient_name) between 1 and 500),
  from_day       date not null,
  until_day      date not null check (until_day >= from_day),
  part_of_day    text check (part_of_day in ('morning', 'afternoon', 'evening')),
  state          text not null default 'waiting' check (state in ('waiting', 'booked', 'removed')),
  appointment_id uuid,
  caller_key     text,
  created_at     timestamptz not null default now(),
  updated_at     timestamptz not null default now(),
  unique (id, org_id),
  foreign key (contact_id, org_id) references public.contacts (id, org_id) on delete cascade,
  foreign key (service_id, org_id) references public.services (id, org_id) on delete cascade,
  foreign key (calendar_id, org_id) references public.calendars (id, org_id) on delete cascade,
  foreign key (location_id, org_id) references public.locations (id, org_id) on delete cascade,
  foreign key (appointment_id, org_id) references public.appointments (id, org_id) on delete set null (appointment_id)
);
comment on table public.waitlist_entries is 'People who wait for a slot to become free, in the order in which they came.';
comment on column public.waitlist_entries.calendar_id is 'Null: any provider will do.';
comment on column public.waitlist_entries.location_id is 'Null: any place will do.';
comment on column public.waitlist_entries.part_of_day is 'Null: any time of the day will do.';
comment on column public.waitlist_entries.state is 'waiting; booked: took an offer, as appointment_id; removed by the staff.';
comment on column public.waitlist_entries.caller_key is
  'The caller whose caps it counts against, as in private.caller_key; null if the staff added it.';
create unique index waitlist_entries_one_per_request on public.waitlist_entries
  (contact_id, private.person_key(patient_name), service_id, calendar_id, location_id) nulls not distinct where state = 'waiting';
create index waitlist_entries_waiting on public.waitlist_entries (org_id, created_at) where state = 'waiting';
create index waitlist_entries_caller_key on public.waitlist_entries (org_id, caller_key, created_at) where caller_key is not null;
create index waitlist_entries_org_id on public.waitlist_entries (org_id, created_at desc);
create index waitlist_entries_contact_id on public.waitlist_entries (contact_id, org_id);
create index waitlist_entries_service_id on public.waitlist_entries (service_id, org_id);
create index waitlist_entries_calendar_id on public.waitlist_entries (calendar_id, org_id);
create index waitlist_entries_location_id on public.waitlist_entries (location_id, org_id);
create index waitlist_entries_appointment_id on public.waitlist_entries (appointment_id, org_id);
create trigger set_updated_at before update on public.waitlist_entries
  for each row execute function private.set_updated_at();

create table public.waitlist_offers (
  id          uuid primary key default gen_random_uuid(),
  org_id      uuid not null references public.organizations on delete cascade,
  entry_id    uuid not null,
  contact_id  uuid not null,
  calendar_id uuid not null,
  starts_at   timestamptz not null,
  state       text not null default 'offered' check (state in ('offered', 'taken', 'declined', 'missed', 'expired', 'unsent')),
  expires_at  timestamptz not null,
  created_at  timestamptz not null default clock_timestamp(),
  answered_at timestamptz,
  -- However often the slot becomes free.
  unique (entry_id, calendar_id, starts_at),
  foreign key (entry_id, org_id) references public.waitlist_entries (id, org_id) on delete cascade,
  foreign key (contact_id, org_id) references public.contacts (id, org_id) on delete cascade,
  foreign key (calendar_id, org_id) references public.calendars (id, org_id) on delete cascade
);
comment on table public.waitlist_offers is
  'Freed slots that were offered to somebody on the waiting list. A slot is not kept for them: whoever books it first has it.';
comment on column public.waitlist_offers.state is
  'offered: until expires_at; taken, declined: as they answered; missed: they said yes, and the slot was gone; expired: no answer in time; '
  'unsent: no text may be sent to them.';
create unique index waitlist_offers_one_per_slot on public.waitlist_offers (calendar_id, starts_at) where state = 'offered';
create unique index waitlist_offers_one_per_contact on public.waitlist_offers (contact_id) where state = 'offered';
create index waitlist_offers_org_id on public.waitlist_offers (org_id, created_at desc);
create index waitlist_offers_entry_id on public.waitlist_offers (entry_id, org_id);
create index waitlist_offers_contact_id on public.waitlist_offers (contact_id, org_id, created_at desc);
create index waitlist_offers_calendar_id on public.waitlist_offers (calendar_id, org_id);

alter table public.waitlist_entries enable row level security;
alter table public.waitlist_offers enable row level security;
create policy "members read the waiting list of their organization" on public.waitlist_entries
  for select to authenticated using (org_id = any ((select private.member_org_ids())::uuid[]));
create policy "members read the offers of their organization" on public.waitlist_offers
  for select to authenticated using (org_id = any ((select private.member_org_ids())::uuid[]));
grant select on public.waitlist_entries, public.waitlist_offers to authenticated;
grant select, insert, update, delete on public.waitlist_entries, public.waitlist_offers to service_role;

create function private.waitlist_window(p_org_id uuid, p_from date, p_until date, out from_day date, out until_day date, out refused jsonb)
language plpgsql stable set search_path = '' as $$
declare
  v_org     public.organizations := (select o from public.organizations o where o.id = p_org_id);
  v_horizon integer := (select horizon_days from public.booking_policies where org_id = p_org_id);
  v_today   date := (now() at time zone v_org.timezone)::date;
begin
  from_day := coalesce(p_from, v_today);
  until_day := coalesce(p_until, p_from, v_today + least(30, v_horizon));
  if until_day < v_today or until_day < from_day then
    refused := private.refusal('in_the_past',
      private.say('{when} is already past.', jsonb_build_object('when', private.say_day(until_day::timestamp))));
  elsif from_day > v_today + v_horizon then
    refused := private.refusal('too_far_ahead',
      private.say('We only book up to {days} days ahead.', jsonb_build_object('days', v_horizon)));
  end if;
  from_day := greatest(from_day, v_today);
  until_day := least(until_day, v_today + v_horizon);
end
$$;
comment on function private.waitlist_window is
  'The days that will do: the named ones, or a month from today if none is named, as far ahead as the clinic books; or why not.';
grant execute on function private.waitlist_window to service_role;

create function private.put_on_waitlist(p_entry public.waitlist_entries) returns public.waitlist_entries
language plpgsql set search_path = '' as $$
declare
  v_entry public.waitlist_entries;
begin
  insert into public.waitlist_entries as known (
    org_id, contact_id, service_id, calendar_id, location_id, patient_name, from_day, until_day, part_of_day, caller_key)
  values (
    p_entry.org_id, p_entry.contact_id, p_entry.service_id, p_entry.calendar_id, p_entry.location_id, p_entry.patient_name, p_entry.from_day,
    p_entry.until_day, p_entry.part_of_day, p_entry.caller_key)
  on conflict (contact_id, private.person_key(patient_name), service_id, calendar_id, location_id) where state = 'waiting' do update set
    from_day = excluded.from_day, until_day = excluded.until_day, part_of_day = excluded.part_of_day
  returning * into v_entry;
  return v_entry;
end
$$;
comment on function private.put_on_waitlist(public.waitlist_entries) is
  'Adds an entry. A person who already waits for the same keeps their place, with the days that were named last.';
grant execute on function private.put_on_waitlist(public.waitlist_entries) to service_role;
