-- Text messages and the rules for them, next to the data that the rules are about.
--
--   queue_sms ──▶ queued ──begin_sms──▶ sending ──▶ sent ──▶ delivered | undelivered     (by Twilio's callbacks)
--      │            │ quiet hours: later   │
--      │            │                      └─ outcome unknown: looked up at Twilio before it is sent again
--      │            └─ opted out, out of date ──▶ blocked, obsolete
--      └─ opted out, no relation, too many, too costly ──▶ not queued, with the reason
--
-- All rules are checked when a message is queued, so that the caller hears the truth. What may change before it is sent is checked again
-- right before that: opt-outs (a STOP in between counts), quiet hours, and whether it is still of use. Relation and caps are not: a queued
-- message counts as sent.

create table public.sms_policies (
  org_id             uuid primary key references public.organizations on delete cascade,
  quiet_from         time not null default '21:00',
  quiet_until        time not null default '08:00',
  max_per_day        integer not null default 6 check (max_per_day between 1 and 50),
  max_codes_per_hour integer not null default 5 check (max_codes_per_hour between 1 and 50),
  max_recipients_per_call      integer not null default 3 check (max_recipients_per_call >= 0),
  max_recipients_per_caller    integer not null default 5 check (max_recipients_per_caller >= 0),
  max_anonymous_recipients     integer not null default 20 check (max_anonymous_recipients >= 0),
  max_texts_per_day            integer not null default 1000 check (max_texts_per_day >= 0),
  sms_countries                text[] not null default '{}' check (array_to_string(sms_countries, ' ', '?') ~ '^([A-Z]{2}( [A-Z]{2})*)?$'),
  sms_link_hosts               text[] not null default '{}',
  opt_out_line       text not null default 'Reply STOP to opt out.' check (length(opt_out_line) between 1 and 100),
  keep_days          integer not null default 30 check (keep_days between 1 and 365),
  updated_at         timestamptz not null default now()
);
comment on table public.sms_policies is
  'Each organization''s rules for text messages. The defaults observe the hours of the US TCPA, 8 am to 9 pm.';
comment on column public.sms_policies.quiet_from is
  'From here to quiet_until, in the organization''s time zone, only codes are sent; everything else waits. Equal times: no quiet hours.';
comment on column public.sms_policies.max_per_day is 'Messages to one number within 24 hours, codes not counted.';
comment on column public.sms_policies.max_codes_per_hour is 'Codes to one number within an hour.';
comment on column public.sms_policies.max_recipients_per_call is
  'Numbers, besides the caller''s own, that one call or chat may have texted.';
comment on column public.sms_policies.max_recipients_per_caller is 'The same for one caller''s number within an hour.';
comment on column public.sms_policies.max_anonymous_recipients is 'The same for all callers without a number together, within an hour.';
comment on column public.sms_policies.max_texts_per_day is 'Messages of the organization, of all kinds, in a day (UTC).';
comment on column public.sms_policies.sms_countries is
  'ISO 3166-1 alpha-2: countries that may be texted besides the organization''s own. Premium numbers are texted in none.';
comment on column public.sms_policies.sms_link_hosts is
  'Hosts, including their subdomains, to which links in a caller''s free text may lead; none by default.';
comment on column public.sms_policies.opt_out_line is 'Ends the first message to a number, and again once keep_days have passed.';
comment on column public.sms_policies.keep_days is 'After this many days a message''s text and number are erased.';

create function private.create_default_sms_policy() returns trigger
language plpgsql set search_path = '' as $$
begin
  insert into public.sms_policies (org_id) values (new.id);
  return null;
end
$$;
comment on function private.create_default_sms_policy() is 'Trigger: every organization has rules.';
grant execute on function private.create_default_sms_policy() to service_role;
create trigger create_default_sms_policy after insert on public.organizations
  for each row execute function private.create_default_sms_policy();
insert into public.sms_policies (org_id) select id from public.organizations;
create trigger set_updated_at before update on public.sms_policies
  for each row execute function private.set_updated_at();

create table public.sms_opt_outs (
  id           uuid primary key default gen_random_uuid(),
  phone        text not null check (phone ~ '^\+[1-9][0-9]{6,14}$'),
  org_id       uuid references public.organizations on delete cascade,
  source       text not null check (source in ('keyword', 'carrier', 'staff')),
  opted_out_at timestamptz not null default now(),
  opted_in_at  timestamptz check (opted_in_at >= opted_out_at)
);
comment on table public.sms_opt_outs is
  'Who wants no text messages, and from whom. Rows are never deleted: they prove when somebody opted out, and back in.';
comment on column public.sms_opt_outs.org_id is
  'Null: from nobody. All organizations send from the platform''s number, so a STOP, which goes to the number, applies to all of them, '
  'and Twilio blocks the number for all. An opt-out that the staff were told of names their organization.';
comment on column public.sms_opt_outs.source is
  'keyword: texted STOP; carrier: Twilio refused with 21610; staff: the organization was told.';
create unique index sms_opt_outs_one_live on public.sms_opt_outs (phone, org_id) nulls not distinct
  where opted_in_at is null;
create index sms_opt_outs_org_id on public.sms_opt_outs (org_id);

create table public.sms_messages (
  id               uuid primary key default gen_random_uuid(),
  org_id           uuid not null references public.organizations on delete cascade,
  contact_id       uuid,
  appointment_id   uuid,
  session_id       text,
  caller_key       text,
  kind             text not null check (kind ~ '^[a-z_]{1,40}$'),
  dedupe_key       text not null,
  recipient        text check (recipient ~ '^\+[1-9][0-9]{6,14}$'),
  body             text check (length(body) between 1 and 1600),
  has_opt_out_line boolean not null,
  status           text not null default 'queued' check (status in (
                     'queued', 'sending', 'sent', 'delivered', 'undelivered', 'failed', 'blocked', 'obsolete', 'not_configured')),
  reason           text,
  expires_at       timestamptz,
  sending_since    timestamptz,
  provider_sid     text unique,
  provider_status  text,
  created_at       timestamptz not null default now(),
  sent_at          timestamptz,
  ended_at         timestamptz,
  unique (org_id, dedupe_key),
  foreign key (contact_id, org_id) references public.contacts (id, org_id) on delete set null (contact_id),
  foreign key (appointment_id, org_id) references public.appointments (id, org_id) on delete set null (appointment_id)
);
comment on table public.sms_messages is 'Text messages, from the request to the carrier''s report.';
comment on column public.sms_messages.kind is
  '`code`: somebody is waiting for it, so quiet hours do not delay it; other kinds are for people and statistics.';
comment on column public.sms_messages.session_id is 'The call or chat that requested it.';
comment on column public.sms_messages.caller_key is
  'The caller whose caps it counts against, as in private.caller_key; null if no caller requested it.';
comment on column public.sms_messages.dedupe_key is 'One message per key, however often it is requested.';
comment on column public.sms_messages.body is
  'Null once it was erased: a code as soon as it is sent, anything else after sms_policies.keep_days.';
comment on column public.sms_messages.reason is 'Why it was not sent or not delivered: opted_out, expired, twilio_30003, …';
comment on column public.sms_messages.sending_since is 'When an attempt began whose outcome may be unknown.';
comment on column public.sms_messages.provider_sid is 'Twilio''s id of it.';
create index sms_messages_recipient on public.sms_messages (recipient, created_at desc) where recipient is not null;
create index sms_messages_contact_id on public.sms_messages (contact_id, org_id);
create index sms_messages_appointment_id on public.sms_messages (appointment_id, org_id);
create index sms_messages_org_id on public.sms_messages (org_id, created_at desc);
create index sms_messages_session_id on public.sms_messages (session_id) where session_id is not null;
create index sms_messages_caller_key on public.sms_messages (caller_key, created_at) where caller_key is not null;
create index sms_messages_created_at on public.sms_messages (created_at);

create table private.text_counts (
  org_id uuid not null references public.organizations on delete cascade,
  lane   smallint not null,
  day    date not null,
  texts  integer not null,
  primary key (org_id, lane)
) with (fillfactor = 50);
comment on table private.text_counts is
  'How many messages each organization requested on the latest day (UTC) on which it requested any, in lanes that are added up.';
comment on column private.text_counts.lane is
  'The connection''s lane: a row is locked until its transaction ends, and connections should not wait for each other.';
create table private.platform_text_counts (
  lane  smallint primary key,
  day   date not null,
  texts integer not null
) with (fillfactor = 50);
comment on table private.platform_text_counts is 'As text_counts, of all organizations together.';
grant select, insert, update on private.text_counts, private.platform_text_counts to service_role;

alter table public.sms_policies enable row level security;
alter table public.sms_opt_outs enable row level security;
alter table public.sms_messages enable row level security;
create policy "members read the text message rules of their organization" on public.sms_policies
  for select to authenticated using (org_id = any ((select private.member_org_ids())::uuid[]));
create policy "admins change the text message rules of their organization" on public.sms_policies
  for update to authenticated
  using (org_id = any ((select private.admin_org_ids())::uuid[])) with check (org_id = any ((select private.admin_org_ids())::uuid[]));
grant update (quiet_from, quiet_until, max_per_day, max_codes_per_hour, opt_out_line, keep_days)
  on public.sms_policies to authenticated;
create policy "members read the opt-outs that concern their organization" on public.sms_opt_outs
  for select to authenticated using (
    org_id = any ((select private.member_org_ids())::uuid[])
    or (org_id is null and exists (select from public.contacts where contacts.phone = sms_opt_outs.phone)));
create policy "members read the text messages of their organization" on public.sms_messages
  for select to authenticated using (org_id = any ((select private.member_org_ids())::uuid[]));
grant select on public.sms_policies, public.sms_opt_outs to authenticated;
-- Without the body, which may contain a code.
grant select (id, org_id, contact_id, appointment_id, kind, status, reason, created_at, sent_at, ended_at)
  on public.sms_messages to authenticated;
grant select, insert, update on public.sms_policies, public.sms_opt_outs to service_role;
grant select, insert, update, delete on public.sms_messages to service_role;
