-- A clinic in one command: scripts/clinic.ts calls this with the platform's secret key, and so does supabase/seed.sql.

create function private.set_hours(p_org_id uuid, p_hours jsonb) returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  delete from public.business_hours where org_id = p_org_id and calendar_id is null;
  insert into public.business_hours (org_id, weekday, opens, closes)
  select p_org_id, hours.weekday, hours.opens, hours.closes
  from jsonb_to_recordset(p_hours) hours (weekday smallint, opens time, closes time);
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.set_hours(uuid, jsonb) is
  'Opening hours of the whole organization, replacing the earlier ones. p_hours: [{weekday, opens, closes}]. Refuses with VT004.';
grant execute on function private.set_hours(uuid, jsonb) to service_role;

create function public.add_clinic(
  p_name text, p_timezone text, p_country text, p_owner_email text, p_phone text default null, p_hours jsonb default null,
  p_vapi_phone_number_id text default null
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_email  text := lower(btrim(p_owner_email));
  v_owner  uuid;
  v_org_id uuid;
  v_is_new boolean;
begin
  if coalesce(not private.is_email(v_email), true) then
    perform private.raise_invalid('p_owner_email', format('"%s" is not an e-mail address', p_owner_email));
  end if;
  -- One at a time for each owner, so that a repeated command finds the first one's clinic.
  perform pg_advisory_xact_lock(hashtextextended('add_clinic:' || v_email, 0));
  select id into v_owner from auth.users
  where lower(email) = v_email and email_confirmed_at is not null and deleted_at is null;

  select organization.id into v_org_id
  from public.organizations organization
  join public.members owner on owner.org_id = organization.id and owner.user_id = v_owner and owner.role = 'owner'
  where lower(organization.name) = lower(btrim(p_name))
  order by organization.created_at limit 1;
  v_is_new := v_org_id is null;
  if v_is_new then
    v_org_id := private.found_organization(p_name, p_timezone, p_country, p_phone, v_email);
  end if;
  if p_hours is not null then
    perform private.set_hours(v_org_id, p_hours);
  end if;
  if p_vapi_phone_number_id is not null then
    perform private.assign_number(v_org_id, p_vapi_phone_number_id, null);
  end if;
  -- Last, so that a missing user is then known to be the only problem.
  if v_owner is null then
    perform private.raise_error('VT001', format('There is no user with the confirmed address %s', v_email));
  end if;
  insert into public.members (org_id, user_id, role) values (v_org_id, v_owner, 'owner') on conflict (org_id, user_id) do nothing;
  return jsonb_build_object('orgId', v_org_id, 'isNew', v_is_new, 'ownerId', v_owner);
end
$$;
comment on function public.add_clinic(text, text, text, text, text, jsonb, text) is
  'Founds an organization for an existing user, or finds the one with this name that the user owns: {orgId, isNew, ownerId}. Hours and '
  'number are set as given, also when repeated; everything else stays. Refuses with VT001, VT004, VT008. Definer: only auth.users knows '
  'which users exist.';
grant execute on function public.add_clinic(text, text, text, text, text, jsonb, text) to service_role;

notify pgrst, 'reload schema';
