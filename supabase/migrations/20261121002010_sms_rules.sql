-- Whether, and when, a text message may be sent.

create function private.is_opted_out(p_org_id uuid, p_phone text) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return exists (
    select from public.sms_opt_outs
    where phone = p_phone and opted_in_at is null and (org_id is null or org_id = p_org_id));
end
$$;
comment on function private.is_opted_out(uuid, text) is 'Whether this number wants no text messages from this organization.';
grant execute on function private.is_opted_out(uuid, text) to service_role;

create function private.after_quiet_hours(p_org_id uuid, p_at timestamptz) returns timestamptz
language plpgsql stable set search_path = '' as $$
begin
  return (
    select greatest(p_at, case
      when from_time > until_time and local::time >= from_time then private.edge_of(local::date + 1 + until_time, timezone)
      when from_time > until_time and local::time < until_time then private.edge_of(local::date + until_time, timezone)
      when local::time >= from_time and local::time < until_time then private.edge_of(local::date + until_time, timezone)
    end)
    from (
      select org.timezone, p_at at time zone org.timezone as local,
             policy.quiet_from as from_time, policy.quiet_until as until_time
      from public.organizations org join public.sms_policies policy on policy.org_id = org.id
      where org.id = p_org_id
    ) as wall);
end
$$;
comment on function private.after_quiet_hours(uuid, timestamptz) is 'The moment itself, or the end of the quiet hours that it falls into.';
grant execute on function private.after_quiet_hours(uuid, timestamptz) to service_role;

create function private.is_related(p_org_id uuid, p_phone text, p_call jsonb) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return coalesce(p_phone = private.caller_number(p_call), false)
    or exists (select from public.contacts where org_id = p_org_id and phone = p_phone);
end
$$;
comment on function private.is_related(uuid, text, jsonb) is
  'Whether the number is the caller''s or belongs to one of the organization''s contacts; everybody with an appointment is a contact.';
grant execute on function private.is_related(uuid, text, jsonb) to service_role;

create function private.is_over_cap(p_org_id uuid, p_phone text, p_kind text) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return (
    select count(*) >= case when p_kind = 'code' then policy.max_codes_per_hour else policy.max_per_day end
    from public.sms_policies policy
    left join public.sms_messages message
      on message.recipient = p_phone and message.org_id = policy.org_id
      and (message.kind = 'code') = (p_kind = 'code')
      and message.created_at > now() - case when p_kind = 'code' then interval '1 hour' else interval '24 hours' end
      and message.status in ('queued', 'sending', 'sent', 'delivered', 'undelivered')
    where policy.org_id = p_org_id
    group by policy.org_id);
end
$$;
comment on function private.is_over_cap(uuid, text, text) is
  'Whether the number has received, or will receive, as many messages as the policy allows.';
grant execute on function private.is_over_cap(uuid, text, text) to service_role;

create function private.country_refusal(p_org_id uuid, p_phone text) returns text
language plpgsql stable set search_path = '' as $$
begin
  return (
    select case
      when private.is_costly_number(p_phone) then 'costly_number'
      when coalesce(private.country_of_number(p_phone) <> all (policy.sms_countries || org.country::text), true) then 'country_not_allowed'
    end
    from public.sms_policies policy join public.organizations org on org.id = policy.org_id
    where policy.org_id = p_org_id);
end
$$;
comment on function private.country_refusal(uuid, text) is
  'costly_number or country_not_allowed for a number that somebody could earn money with by having it texted; null for any other.';
grant execute on function private.country_refusal(uuid, text) to service_role;

create function private.recipients_refusal(p_org_id uuid, p_phone text, p_call jsonb) returns text
language plpgsql stable set search_path = '' as $$
declare
  v_policy     public.sms_policies := (select p from public.sms_policies p where p.org_id = p_org_id);
  v_caller     text := private.caller_key(p_call);
  v_own        text := private.caller_number(p_call);
  v_by_call    text[];
  v_by_caller  text[];
  v_anywhere   text[] := '{}';
begin
  if v_caller is null or private.is_own_number(p_org_id, p_call, p_phone) then
    return null;
  end if;
  select coalesce(array_agg(distinct recipient), '{}') into v_by_call
  from public.sms_messages
  where org_id = p_org_id and session_id = private.session_of(p_call) and recipient is distinct from v_own;
  select coalesce(array_agg(distinct recipient), '{}') into v_by_caller
  from public.sms_messages
  where org_id = p_org_id and caller_key = v_caller and created_at > now() - interval '1 hour' and recipient is distinct from v_own;
  -- A caller with a number is the same caller wherever they call; one without may be anybody.
  if v_caller <> 'anonymous' then
    select coalesce(array_agg(distinct recipient), '{}') into v_anywhere
    from public.sms_messages
    where caller_key = v_caller and created_at > now() - interval '1 hour' and recipient is distinct from v_own;
  end if;

  return case
    when p_phone <> all (v_by_call) and cardinality(v_by_call) >= v_policy.max_recipients_per_call then 'too_many_numbers'
    when p_phone <> all (v_by_caller) and cardinality(v_by_caller) >= case v_caller
      when 'anonymous' then v_policy.max_anonymous_recipients else v_policy.max_recipients_per_caller end then 'too_many_numbers'
    when p_phone <> all (v_anywhere)
      and cardinality(v_anywhere) >= (select max_recipients_per_caller from public.platform_settings) then 'too_many_numbers'
  end;
end
$$;
comment on function private.recipients_refusal(uuid, text, jsonb) is
  'too_many_numbers if a caller has had as many other numbers texted as allowed; null otherwise. Their own number, which they call from '
  'or have proved, does not count.';
grant execute on function private.recipients_refusal(uuid, text, jsonb) to service_role;

create function private.texts_today(p_org_id uuid) returns bigint
language plpgsql stable set search_path = '' as $$
begin
  return coalesce((
    select sum(texts) from private.text_counts where org_id = p_org_id and day = (now() at time zone 'UTC')::date), 0);
end
$$;
comment on function private.texts_today(uuid) is 'How many messages an organization requested today (UTC).';
grant execute on function private.texts_today(uuid) to service_role;

create function private.platform_texts_today() returns bigint
language plpgsql stable set search_path = '' as $$
begin
  return coalesce((select sum(texts) from private.platform_text_counts where day = (now() at time zone 'UTC')::date), 0);
end
$$;
comment on function private.platform_texts_today() is 'How many messages all organizations requested today (UTC).';
grant execute on function private.platform_texts_today() to service_role;

create function private.volume_refusal(p_org_id uuid) returns text
language plpgsql stable set search_path = '' as $$
begin
  return (
    select case
      when not platform.texts_enabled then 'texts_off'
      when private.texts_today(p_org_id) >= policy.max_texts_per_day
        then 'clinic_limit'
      when private.platform_texts_today() >= platform.max_texts_per_day then 'platform_limit'
    end
    from public.platform_settings platform, public.sms_policies policy
    where policy.org_id = p_org_id);
end
$$;
comment on function private.volume_refusal(uuid) is
  'texts_off, or clinic_limit or platform_limit if the day''s messages are used up; null otherwise.';
grant execute on function private.volume_refusal(uuid) to service_role;

create function private.lock_texts(p_org_id uuid, p_phone text, p_call jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  v_caller text := private.caller_key(p_call);
begin
  -- All wait for each other only while the day's last hundred are given away: no more connections than that request messages at the same
  -- moment.
  perform private.lock_org(p_org_id, 'sms', p_alone =>
    private.texts_today(p_org_id) > (select max_texts_per_day - 100 from public.sms_policies where org_id = p_org_id));
  perform pg_advisory_xact_lock(hashtextextended(format('sms:%s:%s', p_org_id, p_phone), 0));
  -- One caller may be in several calls at once, with several organizations. Callers without a number count as one per organization.
  perform pg_advisory_xact_lock(hashtextextended(format('sms:caller:%s:%s', v_caller, case v_caller when 'anonymous' then p_org_id end), 0))
  where v_caller is not null;
  if private.platform_texts_today() > (select max_texts_per_day - 100 from public.platform_settings) then
    perform pg_advisory_xact_lock(hashtextextended('sms:platform', 0));
  end if;
end
$$;
comment on function private.lock_texts(uuid, text, jsonb) is
  'Until the transaction ends, nobody else requests a message that counts against the same caps: to this number, for this caller.';
grant execute on function private.lock_texts(uuid, text, jsonb) to service_role;

create function private.count_text(p_org_id uuid) returns void
language plpgsql set search_path = '' as $$
declare
  v_lane  smallint := pg_backend_pid() % 64;
  v_today date := (now() at time zone 'UTC')::date;
begin
  insert into private.platform_text_counts as counted (lane, day, texts) values (v_lane, v_today, 1)
  on conflict (lane) do update set
    day   = excluded.day,
    texts = case when counted.day = excluded.day then counted.texts + 1 else 1 end;
  insert into private.text_counts as counted (org_id, lane, day, texts) values (p_org_id, v_lane, v_today, 1)
  on conflict (org_id, lane) do update set
    day   = excluded.day,
    texts = case when counted.day = excluded.day then counted.texts + 1 else 1 end;
end
$$;
comment on function private.count_text(uuid) is 'Counts a message of the day: for the platform, then for the organization.';
grant execute on function private.count_text(uuid) to service_role;

create function private.sms_refusal(p_org_id uuid, p_phone text, p_kind text, p_call jsonb) returns text
language plpgsql stable set search_path = '' as $$
begin
  return case
    when coalesce(p_phone !~ '^\+[1-9][0-9]{6,14}$' or private.is_pseudo_number(p_phone), true) then 'invalid_number'
    when p_kind = 'message' and not private.is_own_number(p_org_id, p_call, p_phone) then 'no_relation'
    when not private.is_related(p_org_id, p_phone, p_call) then 'no_relation'
    when private.is_opted_out(p_org_id, p_phone) then
      -- That somebody has opted out concerns only them.
      case when private.caller_key(p_call) is null or private.is_own_number(p_org_id, p_call, p_phone) then 'opted_out' else 'blocked' end
    else coalesce(
      private.volume_refusal(p_org_id),
      private.country_refusal(p_org_id, p_phone),
      case when private.is_over_cap(p_org_id, p_phone, p_kind) then 'frequency_cap' end,
      private.recipients_refusal(p_org_id, p_phone, p_call))
  end;
end
$$;
comment on function private.sms_refusal(uuid, text, text, jsonb) is
  'Why no message may be queued: invalid_number, no_relation (free text, of kind `message`, goes only to the caller''s own number), '
  'opted_out (blocked, if that does not concern the caller), texts_off, clinic_limit, platform_limit, costly_number, country_not_allowed, '
  'frequency_cap, too_many_numbers; null if one may.';
grant execute on function private.sms_refusal(uuid, text, text, jsonb) to service_role;
