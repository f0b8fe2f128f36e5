-- What happens to an agent besides being saved: synced again, paused, deleted. Its assistant follows.

create table public.deleted_assistants (
  assistant_id text primary key,
  agent_id     uuid not null,
  org_id       uuid references public.organizations on delete set null,
  is_kept      boolean not null default false,
  deleted_at   timestamptz not null default now()
);
comment on table public.deleted_assistants is
  'Assistants whose agent was deleted. From then on no tool call is served for one, whatever else the call names.';
comment on column public.deleted_assistants.is_kept is 'It stays at Vapi without our tools, as requested; otherwise it is deleted there.';
create index deleted_assistants_org_id on public.deleted_assistants (org_id);
create index deleted_assistants_deleted_at on public.deleted_assistants (deleted_at);
alter table public.deleted_assistants enable row level security;
grant select, insert, update, delete on public.deleted_assistants to service_role;

create function private.remove_assistant() returns trigger
language plpgsql set search_path = '' as $$
declare
  v_job uuid;
begin
  if old.assistant_id is not null then
    insert into public.deleted_assistants (assistant_id, agent_id, org_id)
    values (old.assistant_id, old.id, (select id from public.organizations where id = old.org_id))
    on conflict (assistant_id) do nothing;
  elsif not exists (select from public.jobs where queue = 'tool-sync' and key = 'agent:' || old.id and claims > 0) then
    return null;
  end if;

  -- Under the key of the agent's syncs: a running one ends first, and may still create what this one then removes.
  v_job := private.enqueue('tool-sync', 'agent:' || old.id, null, jsonb_build_object(
    'kind', 'remove_assistant', 'agentId', old.id, 'assistantId', old.assistant_id,
    -- Our inline tools are recognised by these.
    'applied', (select jsonb_object_agg(key, value) from jsonb_each(old.last_applied) where key like 'model.tools.%'),
    'keep', exists (select from public.deleted_assistants where assistant_id = old.assistant_id and is_kept)));
  -- A pending sync belonged to the organization, and would be deleted with it.
  update public.jobs set org_id = null where id = v_job and org_id is not null;
  return null;
end
$$;
comment on function private.remove_assistant() is
  'Trigger: however an agent is deleted, even by SQL or with its organization, its assistant does not stay at Vapi with our tools.';
grant execute on function private.remove_assistant() to service_role;
create trigger remove_assistant after delete on public.agents
  for each row execute function private.remove_assistant();

create function private.require_served(p_call jsonb) returns void
language plpgsql stable set search_path = '' as $$
begin
  if exists (select from public.agents where assistant_id = p_call ->> 'assistantId' and paused_at is not null) then
    perform private.raise_error('VT006', 'This assistant is switched off at the moment');
  elsif exists (select from public.deleted_assistants where assistant_id = p_call ->> 'assistantId') then
    perform private.raise_error('VT006', 'This assistant is no longer in use');
  end if;
end
$$;
comment on function private.require_served(jsonb) is
  'Refuses with VT006 a call of an assistant whose agent is paused or deleted, even if its phone number or metadata name the organization.';
grant execute on function private.require_served(jsonb) to service_role;

-- For owners and admins --------------------------------------------------------------------------

create function private.agent_for_admin(p_agent_id uuid) returns public.agents
language plpgsql set search_path = '' as $$
declare
  v_agent public.agents := (
    select agent from public.agents agent
    where agent.id = p_agent_id and agent.org_id = any ((select private.member_org_ids())::uuid[]) for update);
begin
  if v_agent.id is null then
    perform private.raise_error('VT001', 'There is no such agent');
  end if;
  perform private.require_admin(v_agent.org_id);
  return v_agent;
end
$$;
comment on function private.agent_for_admin(uuid) is
  'The agent, locked, if the signed-in user is an owner or admin of its organization. Refuses other members with VT002 and everybody else '
  'with VT001.';
grant execute on function private.agent_for_admin(uuid) to service_role;

create function private.request_sync(p_agent public.agents) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_sync_id uuid;
begin
  perform private.require_room(p_agent.org_id, 'saves', 'Too many agents were saved within a minute. Try again in a minute.');
  v_sync_id := private.enqueue(
    'tool-sync', 'agent:' || p_agent.id, p_agent.org_id,
    jsonb_build_object('kind', 'agent', 'agentId', p_agent.id), p_requested_by => auth.uid());
  perform private.count_use(p_agent.org_id, 'saves');
  return jsonb_build_object(
    'agentId', p_agent.id, 'paused', p_agent.paused_at is not null, 'assistantId', p_agent.assistant_id,
    'version', p_agent.version, 'syncId', v_sync_id, 'syncState', 'pending');
end
$$;
comment on function private.request_sync(public.agents) is
  'A user requests an agent''s sync: {agentId, paused, assistantId, version, syncId, syncState}. Counts as a save; refuses with VT009.';
grant execute on function private.request_sync(public.agents) to service_role;

create function public.resync_agent(p_agent_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  return private.request_sync(private.agent_for_admin(p_agent_id));
end
$$;
comment on function public.resync_agent(uuid) is
  'An admin requests an agent''s sync again, as after a failure: as request_sync. Refuses with VT001, VT002, VT009. Definer: users may '
  'not queue jobs.';
grant execute on function public.resync_agent(uuid) to authenticated;

create function public.pause_agent(p_agent_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_agent public.agents := private.agent_for_admin(p_agent_id);
begin
  update public.agents set paused_at = coalesce(paused_at, now()) where id = v_agent.id returning * into v_agent;
  return private.request_sync(v_agent);
end
$$;
comment on function public.pause_agent(uuid) is
  'From now on no tool call is served for the agent, and its sync unlinks the tools. As resync_agent. Definer: as resync_agent.';
grant execute on function public.pause_agent(uuid) to authenticated;

create function public.resume_agent(p_agent_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_agent public.agents := private.agent_for_admin(p_agent_id);
begin
  update public.agents set paused_at = null where id = v_agent.id returning * into v_agent;
  return private.request_sync(v_agent);
end
$$;
comment on function public.resume_agent(uuid) is 'Ends the pause of an agent: its tools are linked again. As resync_agent. Definer: as resync_agent.';
grant execute on function public.resume_agent(uuid) to authenticated;

create function public.send_settings(p_agent_id uuid, p_paths text[]) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_agent public.agents := private.agent_for_admin(p_agent_id);
  v_drift jsonb;
begin
  select jsonb_object_agg(entry ->> 'path', entry -> 'observed') into v_drift
  from jsonb_array_elements(v_agent.drift) entry where entry ->> 'path' = any (p_paths);
  if v_drift is null or not v_drift ?& p_paths then
    perform private.raise_invalid('p_paths', 'Name settings that were edited at Vapi, as agent_drift has them');
  end if;
  -- As if Vapi's values had been applied last: to the merge, the console has then changed them since.
  update public.agents set last_applied = jsonb_strip_nulls(last_applied || v_drift) where id = v_agent.id;
  perform private.audit('send_settings', v_agent.id::text, jsonb_build_object('orgId', v_agent.org_id, 'paths', p_paths));
  return private.request_sync(v_agent);
end
$$;
comment on function public.send_settings(uuid, text[]) is
  'An admin overwrites what was edited at Vapi with the console''s settings, for these paths of agent_drift: as request_sync, with a row '
  'in operator_actions. Refuses with VT001, VT002, VT004, VT009. Definer: as resync_agent.';
grant execute on function public.send_settings(uuid, text[]) to authenticated;

create function public.delete_agent(p_agent_id uuid, p_keep_assistant boolean default false) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_agent public.agents := private.agent_for_admin(p_agent_id);
begin
  if p_keep_assistant and v_agent.assistant_id is not null then
    insert into public.deleted_assistants (assistant_id, agent_id, org_id, is_kept)
    values (v_agent.assistant_id, v_agent.id, v_agent.org_id, true)
    on conflict (assistant_id) do update set is_kept = true;
  end if;
  delete from public.agents where id = v_agent.id;
  return jsonb_build_object('agentId', v_agent.id, 'assistantId', v_agent.assistant_id, 'jobId', (
    select id from public.jobs
    where queue = 'tool-sync' and key = 'agent:' || v_agent.id and status = 'pending' and payload ->> 'kind' = 'remove_assistant'));
end
$$;
comment on function public.delete_agent(uuid, boolean) is
  'Deletes an agent: {agentId, assistantId, jobId}. From now on no tool call is served for it; the job deletes its assistant at Vapi or, '
  'with p_keep_assistant, only removes our tools from it. Refuses with VT001, VT002. Definer: as resync_agent.';
grant execute on function public.delete_agent(uuid, boolean) to authenticated;

create function public.set_tool_enabled(p_org_id uuid, p_tool text, p_enabled boolean) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  perform private.require_admin(p_org_id);
  if p_enabled is null then
    perform private.raise_invalid('p_enabled', 'A tool is switched on or off: give true or false');
  elsif not exists (select from public.vapi_tools where name = p_tool and state in ('current', 'creating'))
    and not exists (select from public.org_tools where org_id = p_org_id and tool_name = p_tool)
  then
    perform private.raise_error('VT001', format('There is no tool "%s"', p_tool));
  end if;
  -- The trigger on a change of enabled relinks the agents.
  insert into public.org_tools (org_id, tool_name) values (p_org_id, p_tool) on conflict (org_id, tool_name) do nothing;
  update public.org_tools set enabled = p_enabled where org_id = p_org_id and tool_name = p_tool and enabled <> p_enabled;
  return jsonb_build_object('tool', p_tool, 'enabled', p_enabled);
end
$$;
comment on function public.set_tool_enabled(uuid, text, boolean) is
  'An admin switches a tool on or off for the whole organization: {tool, enabled}. Refuses with VT001, VT002, VT004. Definer: as resync_agent.';
grant execute on function public.set_tool_enabled(uuid, text, boolean) to authenticated;

notify pgrst, 'reload schema';
