-- What can be booked at an organization: calendars, services, opening hours, closures, and its rules.

create table public.calendars (
  id                 uuid primary key default gen_random_uuid(),
  org_id             uuid not null references public.organizations on delete cascade,
  name               text not null check (length(name) between 1 and 100),
  position           integer not null default 0,
  active             boolean not null default true,
  for_tests          boolean not null default false,
  google_calendar_id text check (length(google_calendar_id) between 1 and 254),
  max_per_day        integer check (max_per_day > 0),
  created_at         timestamptz not null default now(),
  updated_at         timestamptz not null default now(),
  unique (org_id, name),
  unique (id, org_id)
);
comment on table public.calendars is 'One per provider or room that can see one patient at a time.';
comment on column public.calendars.name is 'What callers ask for: the provider''s name.';
comment on column public.calendars.position is 'Calendars are filled in this order when the caller names none.';
comment on column public.calendars.for_tests is
  'Booked only by a caller who gives its full name: for test bookings, which send no messages.';
comment on column public.calendars.google_calendar_id is 'Google Calendar that appointments are copied to; null: not connected.';
comment on column public.calendars.max_per_day is 'The most visits in one day; null: as many as fit.';

create table public.services (
  id                    uuid primary key default gen_random_uuid(),
  org_id                uuid not null references public.organizations on delete cascade,
  name                  text not null check (length(name) between 1 and 100),
  duration_minutes      integer not null check (duration_minutes between 5 and 720),
  buffer_before_minutes integer not null default 0 check (buffer_before_minutes between 0 and 240),
  buffer_after_minutes  integer not null default 0 check (buffer_after_minutes between 0 and 240),
  position              integer not null default 0,
  active                boolean not null default true,
  for_patients          text not null default 'all' check (for_patients in ('all', 'new', 'returning')),
  max_per_day           integer check (max_per_day > 0),
  created_at            timestamptz not null default now(),
  updated_at            timestamptz not null default now(),
  unique (org_id, name),
  unique (id, org_id)
);
comment on table public.services is 'Kinds of visit. The first one is booked when the caller names none.';
comment on column public.services.buffer_before_minutes is
  'Kept free on the calendar before the visit; not part of the time that the patient hears.';
comment on column public.services.for_patients is 'Whom it is for: `all`, `new` patients, or `returning` ones, who have been seen before.';
comment on column public.services.max_per_day is
  'The most visits of this kind in one day, on all calendars together; null: as many as fit.';

create table public.business_hours (
  id          uuid primary key default gen_random_uuid(),
  org_id      uuid not null references public.organizations on delete cascade,
  calendar_id uuid,
  weekday     smallint not null check (weekday between 1 and 7),
  opens       time not null,
  closes      time not null check (closes > opens),
  foreign key (calendar_id, org_id) references public.calendars (id, org_id) on delete cascade,
  -- The final safeguard; private.check_business_hours gives the reason in plain words.
  constraint business_hours_never_overlap exclude using gist (
    org_id with =, coalesce(calendar_id, '00000000-0000-0000-0000-000000000000') with =, weekday with =,
    int4range(extract(epoch from opens)::integer, extract(epoch from closes)::integer) with &&)
);
comment on table public.business_hours is
  'Opening hours in local time; several rows a day leave breaks between them. A night shift is two rows: until 24:00, and from 00:00.';
comment on column public.business_hours.calendar_id is 'Null: every calendar that has no rows of its own.';
comment on column public.business_hours.weekday is 'ISO: 1 is Monday, 7 is Sunday.';
create index business_hours_calendar_id on public.business_hours (calendar_id, org_id);

create table public.closures (
  id          uuid primary key default gen_random_uuid(),
  org_id      uuid not null references public.organizations on delete cascade,
  calendar_id uuid,
  first_day   date not null check (first_day >= '2000-01-01'),
  last_day    date not null check (last_day >= first_day and last_day < '2200-01-01'),
  starts      time,
  ends        time check (ends > starts),
  reason      text check (length(reason) <= 200),
  foreign key (calendar_id, org_id) references public.calendars (id, org_id) on delete cascade,
  check ((starts is null) = (ends is null))
);
comment on table public.closures is 'Holidays and absences, in local dates: whole days, or the same hours of each day.';
comment on column public.closures.calendar_id is 'Null: the whole organization.';
create index closures_org_id on public.closures (org_id, last_day);
create index closures_calendar_id on public.closures (calendar_id, org_id);

create table public.booking_policies (
  org_id            uuid primary key references public.organizations on delete cascade,
  slot_minutes      integer not null default 15 check (slot_minutes between 5 and 240),
  lead_minutes      integer not null default 60 check (lead_minutes between 0 and 525600),
  horizon_days      integer not null default 180 check (horizon_days between 1 and 730),
  sms_confirmations boolean not null default true,
  booking_path      text not null default 'either' check (booking_path in ('at_once', 'code_first', 'either')),
  reminder_hours    integer default 24 check (reminder_hours between 1 and 168),
  complete_after_hours integer default 24 check (complete_after_hours between 0 and 720),
  caller_number_suffices       boolean not null default true,
  max_holds_per_call           integer not null default 3 check (max_holds_per_call >= 0),
  max_holds_per_caller         integer not null default 3 check (max_holds_per_caller >= 0),
  max_anonymous_holds          integer not null default 10 check (max_anonymous_holds >= 0),
  max_holds                    integer not null default 50 check (max_holds >= 0),
  max_bookings_per_call        integer not null default 5 check (max_bookings_per_call >= 0),
  max_bookings_per_caller      integer not null default 10 check (max_bookings_per_caller >= 0),
  max_anonymous_bookings       integer not null default 12 check (max_anonymous_bookings >= 0),
  max_appointments_per_patient integer not null default 10 check (max_appointments_per_patient >= 0),
  max_looks_per_call           integer not null default 30 check (max_looks_per_call >= 0),
  max_per_day                  integer check (max_per_day > 0),
  updated_at        timestamptz not null default now()
);
comment on table public.booking_policies is 'The organization''s rules for bookings.';
comment on column public.booking_policies.slot_minutes is 'Minutes between the starts of visits, counted from the opening.';
comment on column public.booking_policies.lead_minutes is 'Nothing is booked at shorter notice.';
comment on column public.booking_policies.horizon_days is 'Nothing is booked further ahead.';
comment on column public.booking_policies.sms_confirmations is 'Whether a booking is confirmed by text message, if that is set up.';
comment on column public.booking_policies.reminder_hours is
  'How long before a visit its patient is reminded by text message, if sms_confirmations are on. Null: never.';
comment on column public.booking_policies.complete_after_hours is
  'How long after its end a visit counts as completed, unless somebody has recorded its outcome. Null: never automatically.';
comment on column public.booking_policies.booking_path is
  'Which booking tools the agents have: `at_once`, `code_first` (a code by text message proves the number first), or `either`, which '
  'offers a model two tools for one purpose.';
comment on column public.booking_policies.caller_number_suffices is
  'Whether a phone call from a patient''s number may change their visits. False: a code by text message is required, since caller numbers '
  'can be forged.';
comment on column public.booking_policies.max_holds_per_call is 'Slots that one call or chat may hold at once.';
comment on column public.booking_policies.max_holds_per_caller is 'Slots that one caller''s number may hold at once, over all its calls.';
comment on column public.booking_policies.max_anonymous_holds is 'Slots that callers without a number may hold at once, all together.';
comment on column public.booking_policies.max_holds is 'Slots that all callers of the organization may hold at once.';
comment on column public.booking_policies.max_bookings_per_call is 'Upcoming appointments that one call or chat may make: a family''s.';
comment on column public.booking_policies.max_bookings_per_caller is 'Upcoming appointments that one caller''s number may make within 24 hours.';
comment on column public.booking_policies.max_anonymous_bookings is
  'Upcoming appointments that callers without a number may make within an hour, all together. Those confirmed by a code do not count.';
comment on column public.booking_policies.max_appointments_per_patient is 'Upcoming appointments and holds under one patient''s number.';
comment on column public.booking_policies.max_per_day is 'The most visits of the whole organization in one day; null: as many as fit.';
comment on column public.booking_policies.max_looks_per_call is
  'After this many tool calls in one call, Google is not asked any more: cached busy times are used.';

create function private.create_default_booking_settings() returns trigger
language plpgsql set search_path = '' as $$
begin
  insert into public.calendars (org_id, name) values (new.id, 'Clinic');
  insert into public.services (org_id, name, duration_minutes) values (new.id, 'Appointment', 30);
  insert into public.business_hours (org_id, weekday, opens, closes)
  select new.id, weekday, '09:00', '17:00' from generate_series(1, 5) weekday;
  insert into public.booking_policies (org_id) values (new.id);
  return null;
end
$$;
comment on function private.create_default_booking_settings() is
  'Trigger: a new organization can be booked at once: one calendar, one service of 30 minutes, Monday to Friday from 9 to 5.';
grant execute on function private.create_default_booking_settings() to service_role;

create trigger create_default_booking_settings after insert on public.organizations
  for each row execute function private.create_default_booking_settings();
create trigger set_updated_at before update on public.calendars
  for each row execute function private.set_updated_at();
create trigger set_updated_at before update on public.services
  for each row execute function private.set_updated_at();
create trigger set_updated_at before update on public.booking_policies
  for each row execute function private.set_updated_at();

