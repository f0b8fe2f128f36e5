-- What operators of the platform do, each action with its row in operator_actions. All are definers: an operator has no rights on the
-- tables, so that nothing is done without a record.

create function private.require_operator() returns void
language plpgsql stable set search_path = '' as $$
begin
  if not private.is_operator() then
    perform private.raise_error('VT002', 'Only operators of the platform may do this');
  end if;
end
$$;
comment on function private.require_operator() is 'Refuses with VT002 a user who does not operate the platform.';
grant execute on function private.require_operator() to service_role;

create function private.require_organization(p_org_id uuid) returns void
language plpgsql stable set search_path = '' as $$
begin
  if not exists (select from public.organizations where id = p_org_id) then
    perform private.raise_error('VT001', format('There is no organization %s', p_org_id));
  end if;
end
$$;
comment on function private.require_organization(uuid) is 'Refuses with VT001 an organization that does not exist.';
grant execute on function private.require_organization(uuid) to service_role;

create function public.am_i_operator() returns boolean
language sql stable set search_path = '' as $$
  select private.is_operator()
$$;
comment on function public.am_i_operator() is 'Whether the signed-in user operates the platform.';
grant execute on function public.am_i_operator() to authenticated;

create function private.user_by_email(p_email text) returns uuid
language plpgsql stable set search_path = '' as $$
declare
  v_user uuid := (
    select id from auth.users
    where lower(email) = lower(btrim(p_email)) and email_confirmed_at is not null and deleted_at is null and not is_anonymous);
begin
  if v_user is null then
    perform private.raise_error('VT001', 'There is no user with this verified e-mail address');
  end if;
  return v_user;
end
$$;
comment on function private.user_by_email(text) is 'The user who has verified this address; refuses with VT001 if there is none.';
grant execute on function private.user_by_email(text) to service_role;

create function public.operator_add(p_email text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_user uuid;
begin
  perform private.require_operator();
  v_user := private.user_by_email(p_email);
  insert into public.platform_operators (user_id, added_by) values (v_user, auth.uid()) on conflict (user_id) do nothing;
  perform private.audit('operator_add', v_user::text);
  return jsonb_build_object('userId', v_user);
end
$$;
comment on function public.operator_add(text) is
  'Makes a user an operator: {userId}. Refuses with VT001, VT002. Definer: see the head of …_operators.sql.';
grant execute on function public.operator_add(text) to authenticated;

create function public.operator_remove(p_user_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  perform private.require_operator();
  -- If two operators remove each other, one goes first, and the second is no longer an operator.
  perform from public.platform_operators order by user_id for update;
  perform private.require_operator();
  if not exists (select from public.platform_operators where user_id <> p_user_id) then
    perform private.raise_error('VT002', 'The platform keeps at least one operator: add somebody else first');
  end if;
  delete from public.platform_operators where user_id = p_user_id;
  perform private.audit('operator_remove', p_user_id::text);
  return jsonb_build_object('userId', p_user_id);
end
$$;
comment on function public.operator_remove(uuid) is
  'A user is no longer an operator: {userId}. Refuses with VT002, also for the last one. Definer: see the head of …_operators.sql.';
grant execute on function public.operator_remove(uuid) to authenticated;

create function public.operator_organizations(p_search text default null)
returns table (
  org_id uuid, name text, timezone text, country text, created_at timestamptz, members bigint, agents bigint, numbers bigint,
  failed_syncs bigint, tool_calls_per_minute integer, saves_per_minute integer
)
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_operator();
  return query
    select org.id, org.name, org.timezone, org.country, org.created_at,
      (select count(*) from public.members member where member.org_id = org.id),
      (select count(*) from public.agents agent where agent.org_id = org.id),
      (select count(*) from public.phone_numbers number where number.org_id = org.id),
      (select count(*) from public.agent_sync_status sync where sync.org_id = org.id and sync.sync_state = 'failed'),
      allowed.tool_calls_per_minute, allowed.saves_per_minute
    from public.organizations org left join public.rate_limits allowed on allowed.org_id = org.id
    where p_search is null or strpos(lower(org.name), lower(p_search)) > 0 or org.id::text = p_search
    order by org.created_at desc, org.id;
end
$$;
comment on function public.operator_organizations(text) is
  'All organizations, newest first, or those with this in their name: figures, no data of their patients. Refuses with VT002. Definer: '
  'see the head of …_operators.sql.';
grant execute on function public.operator_organizations(text) to authenticated;

create function public.operator_set_rate_limits(
  p_org_id uuid, p_tool_calls_per_minute integer, p_saves_per_minute integer, p_max_agents integer default null
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_max_agents integer;
begin
  perform private.require_operator();
  perform private.require_organization(p_org_id);
  if p_tool_calls_per_minute is null or p_saves_per_minute is null or least(p_tool_calls_per_minute, p_saves_per_minute, p_max_agents) < 0 then
    perform private.raise_invalid(case
      when coalesce(p_tool_calls_per_minute, -1) < 0 then 'p_tool_calls_per_minute'
      when coalesce(p_saves_per_minute, -1) < 0 then 'p_saves_per_minute'
      else 'p_max_agents'
    end, 'A limit is a number from 0 on');
  end if;
  update public.rate_limits set
    tool_calls_per_minute = p_tool_calls_per_minute, saves_per_minute = p_saves_per_minute,
    max_agents = coalesce(p_max_agents, max_agents)
  where org_id = p_org_id
  returning max_agents into v_max_agents;
  perform private.audit('set_rate_limits', p_org_id::text, jsonb_build_object(
    'toolCallsPerMinute', p_tool_calls_per_minute, 'savesPerMinute', p_saves_per_minute, 'maxAgents', v_max_agents));
  return jsonb_build_object(
    'orgId', p_org_id, 'toolCallsPerMinute', p_tool_calls_per_minute, 'savesPerMinute', p_saves_per_minute,
    'maxAgents', v_max_agents);
end
$$;
comment on function public.operator_set_rate_limits(uuid, integer, integer, integer) is
  'How much an organization may ask for, and how many agents it may have (null: as before), from now on. Refuses with VT001, VT002, VT004. Definer: see the head of …_operators.sql.';
grant execute on function public.operator_set_rate_limits(uuid, integer, integer, integer) to authenticated;

create function private.assign_number(p_org_id uuid, p_vapi_phone_number_id text, p_phone text) returns void
language plpgsql set search_path = '' as $$
declare
  v_owner uuid := (select org_id from public.phone_numbers where vapi_phone_number_id = p_vapi_phone_number_id);
begin
  if coalesce(btrim(p_vapi_phone_number_id), '') = '' then
    perform private.raise_invalid('p_vapi_phone_number_id', 'Give the number''s id at Vapi');
  elsif p_phone !~ '^\+[1-9][0-9]{6,14}$' then
    perform private.raise_invalid('p_phone', format('Cannot use phone number "%s": give it with + and country, without spaces', p_phone));
  elsif v_owner <> p_org_id or exists (
    select from public.phone_numbers where phone = p_phone and vapi_phone_number_id <> p_vapi_phone_number_id)
  then
    perform private.raise_error('VT008', 'This number belongs to an organization already: release it first');
  end if;
  insert into public.phone_numbers as known (org_id, vapi_phone_number_id, phone)
  values (p_org_id, p_vapi_phone_number_id, p_phone)
  on conflict (vapi_phone_number_id) do update set phone = coalesce(excluded.phone, known.phone) where known.org_id = excluded.org_id;
end
$$;
comment on function private.assign_number(uuid, text, text) is
  'Assigns calls to this number at Vapi to the organization. Repeated, it changes nothing. Refuses with VT004, VT008.';
grant execute on function private.assign_number(uuid, text, text) to service_role;

create function public.operator_assign_number(
  p_org_id uuid, p_vapi_phone_number_id text, p_phone text default null, p_agent_id uuid default null
) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  perform private.require_operator();
  perform private.require_organization(p_org_id);
  if p_agent_id is not null and not exists (select from public.agents where id = p_agent_id and org_id = p_org_id) then
    perform private.raise_error('VT001', 'This organization has no such agent');
  end if;
  perform private.assign_number(p_org_id, p_vapi_phone_number_id, p_phone);
  update public.phone_numbers set agent_id = p_agent_id where vapi_phone_number_id = p_vapi_phone_number_id and p_agent_id is not null;
  perform private.audit('assign_number', p_vapi_phone_number_id, jsonb_build_object('orgId', p_org_id, 'agentId', p_agent_id));
  return jsonb_build_object(
    'orgId', p_org_id, 'vapiPhoneNumberId', p_vapi_phone_number_id, 'phone', p_phone, 'agentId', p_agent_id);
end
$$;
comment on function public.operator_assign_number(uuid, text, text, uuid) is
  'Assigns calls to this number at Vapi to the organization, answered by that agent. Repeated, it changes nothing. Refuses with VT001, '
  'VT002, VT004, VT008. Definer: see the head of …_operators.sql.';
grant execute on function public.operator_assign_number(uuid, text, text, uuid) to authenticated;

create function public.operator_release_number(p_vapi_phone_number_id text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_owner uuid;
begin
  perform private.require_operator();
  delete from public.phone_numbers where vapi_phone_number_id = p_vapi_phone_number_id returning org_id into v_owner;
  if v_owner is null then
    perform private.raise_error('VT001', 'There is no such number');
  end if;
  perform private.audit('release_number', p_vapi_phone_number_id, jsonb_build_object('orgId', v_owner));
  return jsonb_build_object('orgId', v_owner, 'vapiPhoneNumberId', p_vapi_phone_number_id);
end
$$;
comment on function public.operator_release_number(text) is
  'The number no longer belongs to any organization. Refuses with VT001, VT002. Definer: see the head of …_operators.sql.';
grant execute on function public.operator_release_number(text) to authenticated;

create function public.operator_set_organization_creation(p_mode text) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  perform private.require_operator();
  if coalesce(p_mode not in ('open', 'invite_only', 'operator_only'), true) then
    perform private.raise_invalid('p_mode', format('Cannot use "%s": it is open, invite_only or operator_only', p_mode));
  end if;
  update public.platform_settings set organization_creation = p_mode where is_only;
  perform private.audit('set_organization_creation', p_mode);
  return jsonb_build_object('organizationCreation', p_mode);
end
$$;
comment on function public.operator_set_organization_creation(text) is
  'Who may create organizations from now on. Refuses with VT002, VT004. Definer: see the head of …_operators.sql.';
grant execute on function public.operator_set_organization_creation(text) to authenticated;

create function public.operator_set_rollout(p_share integer, p_minutes integer default null, p_max_error_percent integer default null)
returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_set public.platform_settings;
begin
  perform private.require_operator();
  if coalesce(p_share not between 1 and 100, true) or p_minutes not between 1 and 10080 or p_max_error_percent not between 0 and 100 then
    perform private.raise_invalid('p_share', 'Give percents of 1 to 100 (errors: from 0), and minutes of 1 to 10,080');
  end if;
  update public.platform_settings set
    rollout_share = p_share, rollout_minutes = coalesce(p_minutes, rollout_minutes),
    rollout_max_error_percent = coalesce(p_max_error_percent, rollout_max_error_percent)
  where is_only returning * into v_set;
  perform private.audit('set_rollout', null, jsonb_build_object(
    'share', v_set.rollout_share, 'minutes', v_set.rollout_minutes, 'maxErrorPercent', v_set.rollout_max_error_percent));
  return jsonb_build_object(
    'share', v_set.rollout_share, 'minutes', v_set.rollout_minutes, 'maxErrorPercent', v_set.rollout_max_error_percent);
end
$$;
comment on function public.operator_set_rollout(integer, integer, integer) is
  'How changed definitions of tools are rolled out (null: as before): see …_trials.sql. Refuses with VT002, VT004. Definer: see the head of …_operators.sql.';
grant execute on function public.operator_set_rollout(integer, integer, integer) to authenticated;

create function public.operator_end_trial(p_tool text, p_is_sound boolean) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_tool public.vapi_tools;
begin
  perform private.require_operator();
  if p_is_sound is null then
    perform private.raise_invalid('p_is_sound', 'Give true to let all have the definition, or false to take it back');
  end if;
  select * into v_tool from public.vapi_tools where name = p_tool and state = 'trial' for update;
  if v_tool.id is not null then
    perform private.end_trial(v_tool, p_is_sound);
    perform private.give_up_trial(p_tool);
  elsif p_is_sound or not private.give_up_trial(p_tool) then
    perform private.raise_error('VT001', format('There is no definition of "%s" on trial', p_tool));
  else
    perform private.audit('rollout_given_up', p_tool);
  end if;
  return jsonb_build_object('tool', p_tool, 'isSound', p_is_sound);
end
$$;
comment on function public.operator_end_trial(text, boolean) is
  'Ends the trial of a definition before its time: all get it, or nobody; false also gives up one that has stopped by itself. Refuses with VT001, VT002, VT004. Definer: see the head of …_operators.sql.';
grant execute on function public.operator_end_trial(text, boolean) to authenticated;

create function public.operator_invite_owner(p_email text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_invitation jsonb;
begin
  perform private.require_operator();
  v_invitation := private.invite(null, p_email, 'owner');
  perform private.audit('invite_owner', v_invitation ->> 'invitationId');
  return v_invitation;
end
$$;
comment on function public.operator_invite_owner(text) is
  'Invites somebody to create an organization: {invitationId, email, role, expiresAt}. Refuses with VT002, VT004. Definer: see the head of '
  '…_operators.sql.';
grant execute on function public.operator_invite_owner(text) to authenticated;

notify pgrst, 'reload schema';
