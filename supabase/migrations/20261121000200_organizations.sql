-- Organizations and the people who work for them.

create function private.is_timezone(p_name text) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  -- Postgres also reads abbreviations ("EST") and offsets ("UTC+3", "<x>5"), but no place keeps its clocks by those.
  if p_name <> 'UTC' and p_name !~ '^[A-Z][A-Za-z]+(/[A-Za-z0-9_+-]+)+$' then
    return false;
  end if;
  perform now() at time zone p_name;
  return true;
exception when invalid_parameter_value then
  return false;
end
$$;
comment on function private.is_timezone(text) is 'Whether the name is an IANA time zone that this Postgres knows.';

create table public.organizations (
  id          uuid primary key default gen_random_uuid(),
  name        text not null check (length(name) between 1 and 200),
  timezone    text not null,
  country     text not null check (country ~ '^[A-Z]{2}$'),
  phone       text check (phone ~ '^\+[1-9][0-9]{6,14}$'),
  alert_email text check (alert_email ~ '^[^@[:space:]]+@[^@[:space:]]+$'),
  transfer_phone  text check (transfer_phone ~ '^\+[1-9][0-9]{6,14}$'),
  transfer_hours  text not null default 'business_hours' check (transfer_hours in ('business_hours', 'between', 'always')),
  transfer_from   time,
  transfer_until  time,
  emergency_words text[] not null default '{}',
  created_at  timestamptz not null default now(),
  updated_at  timestamptz not null default now(),
  deleted_at  timestamptz
);
comment on table public.organizations is 'Clinics that use the platform.';
comment on column public.organizations.timezone is 'IANA name. Every local date and time of the organization is read in it.';
comment on column public.organizations.country is 'ISO 3166-1 alpha-2. Phone numbers without a country code are read in it.';
comment on column public.organizations.phone is 'E.164.';
comment on column public.organizations.deleted_at is
  'From then on nothing of it is served, and its rows are being deleted; null: it has not ended.';
create index organizations_ended on public.organizations (deleted_at) where deleted_at is not null;
comment on column public.organizations.transfer_phone is
  'Who takes a call that an agent cannot handle: E.164. Null: callers are asked to call back.';
comment on column public.organizations.transfer_hours is
  'When somebody is available: while the clinic is open, between transfer_from and transfer_until (past midnight if that is the earlier '
  'one), or always.';
comment on column public.organizations.emergency_words is 'What callers say in an emergency: they are connected at any hour.';

create function private.is_country(p_code text) returns boolean
language sql immutable set search_path = '' as $$
  select p_code = any (string_to_array(
    'AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG '
    'CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL '
    'GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA '
    'LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP '
    'NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV '
    'SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW', ' '))
$$;
comment on function private.is_country(text) is 'Whether ISO 3166-1 has this alpha-2 code.';

create function private.is_email(p_text text) returns boolean
language sql immutable set search_path = '' as $$
  select p_text ~ '^[^@[:space:]]+@[^@[:space:].]+(\.[^@[:space:].]+)+$' and length(p_text) <= 254
$$;
comment on function private.is_email(text) is 'Whether the text has the form of an e-mail address.';

-- Says what is wrong with a row, which a check constraint could not; and which time zones exist depends on the server. Definer, here and in
-- the other checks of settings: the role that writes the row need not be able to call the functions that check it.
create function private.check_organization() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if not private.is_timezone(new.timezone) then
    perform private.raise_invalid('timezone',
      format('Cannot use time zone "%s": it is not an IANA name such as Europe/London', new.timezone));
  elsif not private.is_country(new.country) then
    perform private.raise_invalid('country',
      format('Cannot use country "%s": it is not an ISO 3166-1 code such as %s', new.country,
        case when upper(new.country) = 'UK' then 'GB, which the United Kingdom has' else 'US or GB' end));
  elsif new.phone !~ '^\+[1-9][0-9]{6,14}$' then
    perform private.raise_invalid('phone',
      format('Cannot use phone number "%s": give it with + and country, without spaces', new.phone));
  elsif not private.is_email(new.alert_email) then
    perform private.raise_invalid('alert_email', format('Cannot use "%s": it is not an e-mail address', new.alert_email));
  elsif new.transfer_phone !~ '^\+[1-9][0-9]{6,14}$' then
    perform private.raise_invalid('transfer_phone',
      format('Cannot use phone number "%s": give it with + and country, without spaces', new.transfer_phone));
  elsif exists (select from public.phone_numbers where phone = new.transfer_phone) then
    perform private.raise_invalid('transfer_phone',
      format('Cannot transfer calls to %s: agents answer that number, so callers would never reach a person', new.transfer_phone));
  elsif new.transfer_hours = 'between' and (new.transfer_from is null or new.transfer_until is null) then
    perform private.raise_invalid('transfer_hours', 'Cannot say when somebody is there without both transfer_from and transfer_until');
  elsif cardinality(new.emergency_words) > 20
    or exists (select from unnest(new.emergency_words) word where word is null or length(trim(word)) not between 2 and 40)
  then
    perform private.raise_invalid('emergency_words', 'Cannot use these emergency words: give at most 20, of 2 to 40 characters each');
  end if;
  return new;
end
$$;
comment on function private.check_organization() is
  'Trigger: refuses an invalid time zone, country, phone number or e-mail address, and transfers to nobody. Definer: the role that writes '
  'the row need not be able to call the functions that check it.';

create trigger check_organization before insert or update of
  timezone, country, phone, alert_email, transfer_phone, transfer_hours, transfer_from, transfer_until, emergency_words on public.organizations
  for each row execute function private.check_organization();
create trigger set_updated_at before update on public.organizations
  for each row execute function private.set_updated_at();

create table public.members (
  org_id     uuid not null references public.organizations on delete cascade,
  user_id    uuid not null references auth.users on delete cascade,
  role       text not null check (role in ('owner', 'admin', 'member')),
  created_at timestamptz not null default now(),
  primary key (org_id, user_id)
);
comment on table public.members is 'Who belongs to which organization. Owners and admins change settings and save agents; owners change members.';
create index members_user_id on public.members (user_id);

-- In PL/pgSQL, which keeps its plan, and returning an array, which needs no tuple store: every policy of every table in a request calls it.
-- Policies say `(select …)`, so that it is called once and not for each row.
create function private.member_org_ids() returns uuid[]
language plpgsql stable security definer set search_path = '' as $$
begin
  return array(select org_id from public.members where user_id = (select auth.uid()));
end
$$;
comment on function private.member_org_ids() is
  'Organizations of the signed-in user. Definer: policies on members itself would otherwise recurse.';
grant execute on function private.member_org_ids() to authenticated, service_role;

create function private.admin_org_ids() returns uuid[]
language plpgsql stable security definer set search_path = '' as $$
begin
  return array(select org_id from public.members where user_id = (select auth.uid()) and role in ('owner', 'admin'));
end
$$;
comment on function private.admin_org_ids() is
  'Organizations whose settings the signed-in user may change, as owner or admin. Definer: as member_org_ids.';
grant execute on function private.admin_org_ids() to authenticated, service_role;

alter table public.organizations enable row level security;
create policy "members read their organization" on public.organizations
  for select to authenticated using (id = any ((select private.member_org_ids())::uuid[]));
create policy "admins change their organization" on public.organizations
  for update to authenticated
  using (id = any ((select private.admin_org_ids())::uuid[])) with check (id = any ((select private.admin_org_ids())::uuid[]));
grant select, update (
  name, timezone, country, phone, alert_email, transfer_phone, transfer_hours, transfer_from, transfer_until, emergency_words) on public.organizations to authenticated;
grant select, insert, update, delete on public.organizations to service_role;
grant execute on function private.set_updated_at(), private.is_timezone(text), private.is_country(text), private.is_email(text) to service_role;

alter table public.members enable row level security;
create policy "members read their colleagues" on public.members
  for select to authenticated using (org_id = any ((select private.member_org_ids())::uuid[]));
grant select on public.members to authenticated;
grant select, insert, update, delete on public.members to service_role;

create table public.phone_numbers (
  id                   uuid primary key default gen_random_uuid(),
  org_id               uuid not null references public.organizations on delete cascade,
  vapi_phone_number_id text not null unique,
  phone                text unique check (phone ~ '^\+[1-9][0-9]{6,14}$'),
  created_at           timestamptz not null default now()
);
comment on table public.phone_numbers is
  'Numbers at Vapi that belong to an organization: they identify it in a call without a known assistant.';
create index phone_numbers_org_id on public.phone_numbers (org_id);
alter table public.phone_numbers enable row level security;
create policy "members read the numbers of their organization" on public.phone_numbers
  for select to authenticated using (org_id = any ((select private.member_org_ids())::uuid[]));
grant select on public.phone_numbers to authenticated;
grant select, insert, update, delete on public.phone_numbers to service_role;
