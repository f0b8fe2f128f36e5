-- Organizations created by their owners, and their members.

create function private.found_organization(p_name text, p_timezone text, p_country text, p_phone text, p_alert_email text) returns uuid
language plpgsql set search_path = '' as $$
declare
  v_org_id uuid;
begin
  if coalesce(length(btrim(p_name)) not between 1 and 200, true) then
    perform private.raise_invalid('p_name', 'An organization has a name of at most 200 characters');
  end if;
  insert into public.organizations (name, timezone, country, phone, alert_email)
  values (btrim(p_name), p_timezone, p_country, p_phone, case when private.is_email(p_alert_email) then p_alert_email end)
  returning id into v_org_id;
  -- From the beginning there is one tool for each purpose.
  update public.booking_policies set booking_path = 'at_once' where org_id = v_org_id;
  -- So that the tools are registered by the time its first agent is saved.
  perform private.wake('tool-sync');
  return v_org_id;
end
$$;
comment on function private.found_organization(text, text, text, text, text) is
  'A new organization, with the default settings and nobody in it. Refuses with VT004.';
grant execute on function private.found_organization(text, text, text, text, text) to service_role;

create function public.create_organization(
  p_name text, p_timezone text, p_country text, p_phone text default null
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_settings   public.platform_settings := (select s from public.platform_settings s);
  v_email      text := private.verified_email();
  v_invitation uuid;
  v_org_id     uuid;
begin
  if v_email is null then
    perform private.raise_error('VT002', 'Only users with a verified e-mail address may create an organization');
  end if;
  -- One at a time for each user, so that the limit holds.
  perform pg_advisory_xact_lock(hashtextextended('create_organization:' || auth.uid(), 0));

  if not private.is_operator() then
    if v_settings.organization_creation = 'operator_only' then
      perform private.raise_error('VT002', 'Only operators of the platform may create an organization');
    elsif v_settings.organization_creation = 'invite_only' then
      update public.invitations set accepted_at = now(), accepted_by = auth.uid()
      where org_id is null and email = v_email and accepted_at is null and revoked_at is null and expires_at > now()
      returning id into v_invitation;
      if v_invitation is null then
        perform private.raise_error('VT002', 'Creating an organization needs an invitation of the platform''s operators');
      end if;
    end if;
    if (select count(*) >= v_settings.max_organizations_per_user from public.members
        where user_id = auth.uid() and role = 'owner') then
      perform private.raise_error('VT002', format('You own %s organizations, which is as many as one may create',
        v_settings.max_organizations_per_user));
    end if;
    -- Nor by deleting them and founding new ones: each has its own allowance of messages.
    perform private.count_for_day('organizations', auth.uid()::text, v_settings.max_organizations_per_user,
      'You created too many organizations today. Try again tomorrow.');
  end if;

  v_org_id := private.found_organization(p_name, p_timezone, p_country, p_phone, v_email);
  insert into public.members (org_id, user_id, role) values (v_org_id, auth.uid(), 'owner');
  return jsonb_build_object('orgId', v_org_id);
end
$$;
comment on function public.create_organization(text, text, text, text) is
  'The signed-in user founds an organization and becomes its owner: {orgId}. It can be booked at once, with the default settings. Refuses '
  'with VT002 (see platform_settings), VT004. Definer: nobody is a member of an organization that does not exist yet.';
grant execute on function public.create_organization(text, text, text, text) to authenticated;

create function public.organization_members(p_org_id uuid)
returns table (user_id uuid, role text, name text, email text, created_at timestamptz)
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_role(p_org_id, '{owner, admin, member}');
  return query
    select member.user_id, member.role,
           coalesce(users.raw_user_meta_data ->> 'full_name', users.raw_user_meta_data ->> 'name'), users.email::text, member.created_at
    from public.members member join auth.users on users.id = member.user_id
    where member.org_id = p_org_id
    order by member.created_at, member.user_id;
end
$$;
comment on function public.organization_members(uuid) is
  'The members of one''s organization with name and e-mail. Definer: these are in auth.users, which members cannot read.';
grant execute on function public.organization_members(uuid) to authenticated;

create function private.keep_an_owner(p_org_id uuid, p_leaving uuid) returns void
language plpgsql set search_path = '' as $$
begin
  -- Two owners who remove each other: the second one waits here, and turns out to be the last.
  perform from public.organizations where id = p_org_id for no key update;
  if exists (select from public.members where org_id = p_org_id and user_id = p_leaving and role = 'owner')
    and not exists (select from public.members where org_id = p_org_id and user_id <> p_leaving and role = 'owner')
  then
    perform private.raise_error('VT002', 'An organization keeps at least one owner: make somebody else an owner first');
  end if;
end
$$;
comment on function private.keep_an_owner(uuid, uuid) is 'Refuses with VT002 what would leave the organization without an owner.';
grant execute on function private.keep_an_owner(uuid, uuid) to service_role;

create function private.require_member(p_org_id uuid, p_user_id uuid) returns void
language plpgsql set search_path = '' as $$
begin
  if not exists (select from public.members where org_id = p_org_id and user_id = p_user_id) then
    perform private.raise_error('VT001', 'There is no such member of this organization');
  end if;
end
$$;
comment on function private.require_member(uuid, uuid) is 'Refuses with VT001 a user who is not a member.';
grant execute on function private.require_member(uuid, uuid) to service_role;

create function public.change_member_role(p_org_id uuid, p_user_id uuid, p_role text) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  perform private.require_role(p_org_id, '{owner}');
  perform private.require_member(p_org_id, p_user_id);
  if coalesce(p_role not in ('owner', 'admin', 'member'), true) then
    perform private.raise_invalid('p_role', format('Cannot use role "%s": it is owner, admin or member', p_role));
  elsif p_role <> 'owner' then
    perform private.keep_an_owner(p_org_id, p_user_id);
    -- While waiting for another owner's change, the caller may have lost the role.
    perform private.require_role(p_org_id, '{owner}');
  end if;
  update public.members set role = p_role where org_id = p_org_id and user_id = p_user_id;
  -- Their open invitations lapse with the right to give them: one could be their own way back.
  update public.invitations set revoked_at = now()
  where org_id = p_org_id and invited_by = p_user_id and accepted_at is null and revoked_at is null
    and (p_role = 'member' or p_role = 'admin' and role = 'owner');
  return jsonb_build_object('userId', p_user_id, 'role', p_role);
end
$$;
comment on function public.change_member_role(uuid, uuid, text) is
  'An owner gives a member another role: {userId, role}. Refuses with VT001, VT002 (also for the last owner), VT004. Definer: roles are '
  'written nowhere else.';
grant execute on function public.change_member_role(uuid, uuid, text) to authenticated;

create function public.remove_member(p_org_id uuid, p_user_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_allowed text[] := case when p_user_id = auth.uid() then '{owner, admin, member}' else '{owner}' end;
begin
  perform private.require_role(p_org_id, v_allowed);
  perform private.require_member(p_org_id, p_user_id);
  perform private.keep_an_owner(p_org_id, p_user_id);
  perform private.require_role(p_org_id, v_allowed);
  delete from public.members where org_id = p_org_id and user_id = p_user_id;
  update public.invitations set revoked_at = now()
  where org_id = p_org_id and invited_by = p_user_id and accepted_at is null and revoked_at is null;
  return jsonb_build_object('userId', p_user_id);
end
$$;
comment on function public.remove_member(uuid, uuid) is
  'An owner removes a member, or a member leaves: {userId}. What they had invited and nobody accepted is revoked. Refuses with VT001, '
  'VT002 (also for the last owner). Definer: as change_member_role.';
grant execute on function public.remove_member(uuid, uuid) to authenticated;

notify pgrst, 'reload schema';
