-- Saving an agent: checked, stored and queued for its sync, in one transaction.

create function private.editable_org(p_user_id uuid, p_org_id uuid) returns uuid
language plpgsql stable set search_path = '' as $$
declare
  v_orgs uuid[];
  v_role text;
begin
  if p_org_id is null then
    select array_agg(org_id) into v_orgs from public.members where user_id = p_user_id;
    if cardinality(v_orgs) > 1 then
      perform private.raise_error('VT004', 'Say which organization: you belong to several',
        '[{"path":"orgId","message":"required for a member of several organizations"}]');
    end if;
    p_org_id := v_orgs[1];
  end if;

  select role into v_role from public.members where user_id = p_user_id and org_id = p_org_id;
  if v_role is null then
    perform private.raise_error('VT002', 'You are not a member of this organization');
  elsif v_role not in ('owner', 'admin') then
    perform private.raise_error('VT002', 'Only owners and admins of the organization may save agents');
  end if;
  return p_org_id;
end
$$;
comment on function private.editable_org(uuid, uuid) is
  'The organization in which the user may save agents: the one named, or the only one that they belong to. Refuses otherwise.';
grant execute on function private.editable_org(uuid, uuid) to service_role;

create function private.require_agent_quota(p_org_id uuid) returns void
language plpgsql set search_path = '' as $$
declare
  v_allowed integer;
begin
  -- Locked, so that two agents saved at once do not both take the last place.
  select max_agents into v_allowed from public.rate_limits where org_id = p_org_id for update;
  if (select count(*) from public.agents where org_id = p_org_id) >= v_allowed then
    perform private.raise_error('VT010',
      format('This organization has %s agents and may have no more. Ask the platform''s operator for a larger quota.', v_allowed));
  end if;
end
$$;
comment on function private.require_agent_quota(uuid) is 'Refuses with VT010 if the organization has as many agents as it may have.';
grant execute on function private.require_agent_quota(uuid) to service_role;

create function private.is_other_variant(p_key text, p_old jsonb, p_new jsonb) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  -- Another transcriber is sent nothing that it does not have, and what both have stays.
  return p_key <> 'transcriber'
    and (coalesce(p_old ->> 'provider' <> p_new ->> 'provider', false) or coalesce(p_old ->> 'type' <> p_new ->> 'type', false));
end
$$;
comment on function private.is_other_variant(text, jsonb, jsonb) is
  'Whether a setting changes to another variant, which has none of the old one''s keys.';
grant execute on function private.is_other_variant(text, jsonb, jsonb) to service_role;

create function private.merge_patch(p_target jsonb, p_patch jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
declare
  v_merged jsonb := case when jsonb_typeof(p_target) = 'object' then p_target else '{}' end;
  v_key    text;
  v_value  jsonb;
begin
  if jsonb_typeof(p_patch) <> 'object' then
    return p_patch;
  end if;
  for v_key, v_value in select key, value from jsonb_each(p_patch) loop
    if v_value = 'null' then
      v_merged := v_merged - v_key;
    else
      v_merged := v_merged || jsonb_build_object(v_key, private.merge_patch(
        case when private.is_other_variant(v_key, v_merged -> v_key, v_value) then '{}' else v_merged -> v_key end, v_value));
    end if;
  end loop;
  return v_merged;
end
$$;
comment on function private.merge_patch(jsonb, jsonb) is
  'RFC 7396: a key in the patch takes its value, null removes it, and the rest stays, except for what another variant lacks.';
grant execute on function private.merge_patch(jsonb, jsonb) to service_role;

create function public.save_agent(p_user_id uuid, p_agent jsonb, p_request_id text default null) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_org_id  uuid := private.editable_org(p_user_id, (p_agent ->> 'orgId')::uuid);
  v_old     public.agents;
  v_new     public.agents;
  v_sync_id uuid;
begin
  perform private.require_room(v_org_id, 'saves', 'Too many agents were saved within a minute. Try again in a minute.');
  if p_agent ? 'agentId' then
    select * into v_old from public.agents
    where id = (p_agent ->> 'agentId')::uuid and org_id = v_org_id
    for update;
    if not found then
      perform private.raise_error('VT001', format('Agent %s does not exist in this organization', p_agent ->> 'agentId'));
    end if;
    if (p_agent ->> 'version')::integer <> v_old.version then
      perform private.raise_error('VT003',
        format('The agent was changed by someone else: you have version %s, it is now %s', p_agent ->> 'version', v_old.version),
        v_old.version::text);
    end if;
  end if;

  if v_old.id is null then
    perform private.require_agent_quota(v_org_id);
  end if;

  -- What the request leaves out stays; an explicit null clears it.
  v_new := v_old;
  v_new.org_id               := v_org_id;
  if p_agent ? 'name'               then v_new.name                 := p_agent ->> 'name'; end if;
  if p_agent ? 'role'               then v_new.role                 := p_agent ->> 'role'; end if;
  if p_agent ? 'systemPrompt'       then v_new.system_prompt        := p_agent ->> 'systemPrompt'; end if;
  if p_agent ? 'firstMessage'       then v_new.first_message        := p_agent ->> 'firstMessage'; end if;
  if p_agent ? 'voice'              then v_new.voice                := nullif(p_agent -> 'voice', 'null'); end if;
  if p_agent ? 'model'              then v_new.model                := nullif(p_agent -> 'model', 'null'); end if;
  if v_new.model is distinct from v_old.model then v_new.model_set := null; end if;
  if p_agent ? 'language'           then v_new.language             := p_agent ->> 'language'; end if;
  if p_agent ? 'maxDurationSeconds' then v_new.max_duration_seconds := (p_agent ->> 'maxDurationSeconds')::integer; end if;
  v_new.settings := case when p_agent -> 'settings' = 'null' then '{}'
    else private.merge_patch(coalesce(v_old.settings, '{}'), coalesce(p_agent -> 'settings', '{}')) end;
  if p_agent ? 'tools' then
    v_new.tools := case when jsonb_typeof(p_agent -> 'tools') = 'array'
      then array(select jsonb_array_elements_text(p_agent -> 'tools') order by 1) end;
  end if;

  begin
    if v_old.id is null then
      insert into public.agents
        (org_id, name, role, system_prompt, first_message, voice, model, language, max_duration_seconds, settings, tools)
      values
        (v_org_id, v_new.name, v_new.role, v_new.system_prompt, v_new.first_message, v_new.voice, v_new.model,
         v_new.language, v_new.max_duration_seconds, v_new.settings, v_new.tools)
      returning * into v_new;
    elsif v_new is distinct from v_old then
      update public.agents set
        name = v_new.name, role = v_new.role, system_prompt = v_new.system_prompt,
        first_message = v_new.first_message, voice = v_new.voice, model = v_new.model,
        language = v_new.language, max_duration_seconds = v_new.max_duration_seconds,
        settings = v_new.settings, tools = v_new.tools, model_set = v_new.model_set,
        version = v_old.version + 1
      where id = v_old.id
      returning * into v_new;
    end if;
  exception when unique_violation then
    perform private.raise_error('VT008', format('An agent named "%s" exists already in this organization', v_new.name));
  end;

  v_sync_id := private.enqueue(
    'tool-sync', 'agent:' || v_new.id, v_org_id,
    jsonb_build_object('kind', 'agent', 'agentId', v_new.id),
    p_requested_by => p_user_id, p_request_id => p_request_id);

  perform private.count_use(v_org_id, 'saves');
  return jsonb_build_object(
    'agentId', v_new.id, 'orgId', v_org_id, 'assistantId', v_new.assistant_id,
    'version', v_new.version, 'syncId', v_sync_id, 'syncState', 'pending',
    'rejectedSettings', v_new.rejected_settings);
end
$$;
comment on function public.save_agent(uuid, jsonb, text) is
  'Creates or changes an agent and asks for its sync, in one transaction. Refuses with VT001 (no such agent), VT002 (not '
  'allowed), VT003 (detail: current version), VT004 (which organization?), VT008 (name taken), VT009 (too many saves), VT010 (too many agents).';
grant execute on function public.save_agent(uuid, jsonb, text) to service_role;
