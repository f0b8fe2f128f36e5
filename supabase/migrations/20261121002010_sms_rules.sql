-- Whether, and when, a text message may be sent.

create function private.is_opted_out(p_org_id uuid, p_phone text) returns boolean
language sql stable set search_path = '' as $$
  select exists (
    select from public.sms_opt_outs
    where phone = p_phone and opted_in_at is null and (org_id is null or org_id = p_org_id))
$$;
comment on function private.is_opted_out(uuid, text) is 'Whether this number wants no text messages from this organization.';
grant execute on function private.is_opted_out(uuid, text) to service_role;

create function private.after_quiet_hours(p_org_id uuid, p_at timestamptz) returns timestamptz
language sql stable set search_path = '' as $$
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
  ) as wall
$$;
comment on function private.after_quiet_hours(uuid, timestamptz) is
  'The moment itself, or the end of the quiet hours that it falls into.';
grant execute on function private.after_quiet_hours(uuid, timestamptz) to service_role;

create function private.is_related(p_org_id uuid, p_phone text, p_call jsonb) returns boolean
language sql stable set search_path = '' as $$
  select coalesce(p_phone = private.caller_number(p_call), false)
    or exists (select from public.contacts where org_id = p_org_id and phone = p_phone)
$$;
comment on function private.is_related(uuid, text, jsonb) is
  'Whether the number is the caller''s or one of the organization''s contacts; who has an appointment is a contact.';
grant execute on function private.is_related(uuid, text, jsonb) to service_role;

create function private.is_over_cap(p_org_id uuid, p_phone text, p_kind text) returns boolean
language sql stable set search_path = '' as $$
  select count(*) >= case when p_kind = 'code' then policy.max_codes_per_hour else policy.max_per_day end
  from public.sms_policies policy
  left join public.sms_messages message
    on message.recipient = p_phone and message.org_id = policy.org_id
    and (message.kind = 'code') = (p_kind = 'code')
    and message.created_at > now() - case when p_kind = 'code' then interval '1 hour' else interval '24 hours' end
    and message.status in ('queued', 'sending', 'sent', 'delivered', 'undelivered')
  where policy.org_id = p_org_id
  group by policy.org_id
$$;
comment on function private.is_over_cap(uuid, text, text) is 'Whether the number has got, or will get, as many messages as the policy allows.';
grant execute on function private.is_over_cap(uuid, text, text) to service_role;

create function private.sms_refusal(p_org_id uuid, p_phone text, p_kind text, p_call jsonb) returns text
language sql stable set search_path = '' as $$
  select case
    when coalesce(p_phone !~ '^\+[1-9][0-9]{6,14}$', true) then 'invalid_number'
    when not private.is_related(p_org_id, p_phone, p_call) then 'no_relation'
    when private.is_opted_out(p_org_id, p_phone) then 'opted_out'
    when private.is_over_cap(p_org_id, p_phone, p_kind) then 'frequency_cap'
  end
$$;
comment on function private.sms_refusal(uuid, text, text, jsonb) is
  'Why no message may be queued: invalid_number, no_relation, opted_out, frequency_cap; null if one may.';
grant execute on function private.sms_refusal(uuid, text, text, jsonb) to service_role;
