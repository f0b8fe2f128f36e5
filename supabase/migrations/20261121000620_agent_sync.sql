-- What tool-sync is given about agents, and what it reports about them.

create function private.agent_for_sync(p_agent public.agents) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object(
    'id', p_agent.id, 'orgId', p_agent.org_id, 'version', p_agent.version,
    'name', p_agent.name, 'role', p_agent.role, 'systemPrompt', p_agent.system_prompt,
    'firstMessage', p_agent.first_message, 'voice', p_agent.voice, 'model', p_agent.model,
    'language', p_agent.language, 'maxDurationSeconds', p_agent.max_duration_seconds,
    'settings', p_agent.settings,
    'tools', case when p_agent.paused_at is null then p_agent.tools else '{}' end,
    'disabledTools', (
      select coalesce(jsonb_agg(name), '[]') from (
        select tool_name as name from public.org_tools where org_id = p_agent.org_id and not enabled
        union
        select unnest(private.tools_left_out(p_agent.org_id))) off),
    'clinic', private.clinic_facts(p_agent.org_id),
    'isInTrial', exists (select from public.trial_organizations where org_id = p_agent.org_id),
    'assistantId', p_agent.assistant_id,
    -- An earlier attempt may have created an assistant whose id never reached us: look before creating one.
    'mayExistAtVapi', p_agent.assistant_id is null and exists (
      select from public.jobs
      where queue = 'tool-sync' and key = 'agent:' || p_agent.id
        and claims > case status when 'running' then 1 else 0 end),
    'lastApplied', p_agent.last_applied,
    'linkedToolIds', p_agent.linked_tool_ids,
    'rejectedSettings', p_agent.rejected_settings,
    'writtenAt', p_agent.written_at);
end
$$;
comment on function private.agent_for_sync(public.agents) is
  'Everything that determines an agent''s assistant: the console''s settings, what was applied last, the tools that its organization has '
  'switched off or its settings leave out, and what the model is told about the clinic.';
grant execute on function private.agent_for_sync(public.agents) to service_role;

create function public.agents_for_sync(p_agent_ids uuid[]) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(private.agent_for_sync(agent)), '[]') from public.agents agent where id = any (p_agent_ids)
$$;
comment on function public.agents_for_sync(uuid[]) is 'The agents in the form in which a worker gets them with a claimed job.';
grant execute on function public.agents_for_sync(uuid[]) to service_role;

create function private.sync_job(p_job public.jobs) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_agent public.agents;
begin
  if p_job.payload ->> 'kind' = 'agent' then
    select * into v_agent from public.agents where id = (p_job.payload ->> 'agentId')::uuid;
  end if;

  return jsonb_build_object(
    'id', p_job.id, 'leaseToken', p_job.lease_token, 'kind', p_job.payload ->> 'kind', 'attempts', p_job.attempts,
    'orgId', p_job.org_id, 'requestId', p_job.request_id, 'runId', p_job.run_id, 'requestedAt', p_job.requested_at,
    'force', coalesce((p_job.payload ->> 'force')::boolean, false),
    'payload', p_job.payload,
    'agent', case when v_agent.id is not null then private.agent_for_sync(v_agent) end);
end
$$;
comment on function private.sync_job(public.jobs) is 'A claimed job with everything that the worker needs.';
grant execute on function private.sync_job(public.jobs) to service_role;

create function private.bulk_due(p_queue text) returns integer
language plpgsql stable set search_path = '' as $$
begin
  return (
    select count(*)::integer from (
      select from public.jobs where queue = p_queue and status = 'pending' and priority = 1 and run_at <= now() limit 1000) due);
end
$$;
comment on function private.bulk_due(text) is 'How many bulk jobs of the queue are due; a thousand stands for more.';
grant execute on function private.bulk_due(text) to service_role;

create function public.claim_sync_jobs(
  p_limit integer, p_lease_seconds integer, p_bulk_worker uuid default null,
  p_with_urgent boolean default false, p_lease_token uuid default null
) returns jsonb
language plpgsql set search_path = '' set lock_timeout = '3s' as $$
declare
  v_priorities smallint[] := '{}';
  v_jobs       jsonb;
begin
  perform pg_advisory_xact_lock_shared(hashtext('private.relink_agents'));
  -- What remains to be done after the syncs of a backfill becomes due when the last of them has ended.
  perform private.close_backfills();
  if p_bulk_worker is null or p_with_urgent then
    v_priorities := '{0}';
  end if;
  if p_bulk_worker is not null then
    if private.acquire_bulk_lease('tool-sync', p_bulk_worker, interval '1 minute') then
      v_priorities := 1::smallint || v_priorities;
    end if;
  end if;
  select coalesce(jsonb_agg(private.sync_job(job)), '[]') into v_jobs
  from private.claim(
    'tool-sync', p_limit, make_interval(secs => p_lease_seconds), v_priorities, p_lease_token) job;
  if v_jobs = '[]' then
    perform private.release_bulk_lease('tool-sync', p_bulk_worker);
  end if;
  return jsonb_build_object(
    'now', clock_timestamp(),
    'registry', private.tool_registry(),
    'webhook', private.webhook_fingerprint(),
    'jobs', v_jobs,
    'bulkDue', private.bulk_due('tool-sync'),
    'assistants', case when p_bulk_worker is not null
      then (select count(*) from public.agents where assistant_id is not null) end);
end
$$;
comment on function public.claim_sync_jobs(integer, integer, uuid, boolean, uuid) is
  'Leases due sync jobs, each with its agent: those that somebody is waiting for, or for p_bulk_worker bulk work, if no other worker is '
  'doing it (p_with_urgent: followed by those that somebody is waiting for). Repeated with the same p_lease_token, it returns the same '
  'jobs. Answer: {now, registry, webhook: what assistants report with, jobs, bulkDue: bulk jobs still due, at most 1,000, assistants: how '
  'many agents have one (for a bulk worker)}.';
grant execute on function public.claim_sync_jobs(integer, integer, uuid, boolean, uuid) to service_role;

create function public.record_assistant(
  p_job_id uuid, p_lease_token uuid, p_agent_id uuid, p_assistant_id text, p_applied jsonb
) returns void
language plpgsql set search_path = '' as $$
begin
  perform private.require_lease(p_job_id, p_lease_token);
  update public.agents set
    assistant_id = p_assistant_id, last_applied = p_applied,
    linked_tool_ids = '{}', written_at = clock_timestamp()
  where id = p_agent_id;
end
$$;
comment on function public.record_assistant(uuid, uuid, uuid, text, jsonb) is
  'Records the id of an assistant that was just created or found again, before anything else is done with it.';
grant execute on function public.record_assistant(uuid, uuid, uuid, text, jsonb) to service_role;

create function public.forget_assistant(p_job_id uuid, p_lease_token uuid, p_agent_id uuid, p_assistant_id text) returns void
language plpgsql set search_path = '' as $$
begin
  perform private.require_lease(p_job_id, p_lease_token);
  update public.agents set assistant_id = null, last_applied = null, linked_tool_ids = '{}', rejected_settings = '[]', model_set = null
  where id = p_agent_id and assistant_id = p_assistant_id;
end
$$;
comment on function public.forget_assistant(uuid, uuid, uuid, text) is
  'Vapi answered 404: the assistant was deleted there. A new one is about to be created.';
grant execute on function public.forget_assistant(uuid, uuid, uuid, text) to service_role;

create function private.link_org_tools(p_org_ids uuid[], p_tools jsonb) returns uuid[]
language plpgsql set search_path = '' as $$
declare
  v_busy uuid[];
begin
  insert into public.org_tools (org_id, tool_name, vapi_tool_id, description, definition_hash)
  select org_id, tool.name, tool."vapiToolId", tool.description, tool."definitionHash"
  from unnest(p_org_ids) org_id
  cross join jsonb_to_recordset(p_tools) as tool (name text, "vapiToolId" text, description text, "definitionHash" text)
  where not exists (select from public.org_tools known where known.org_id = org_id.org_id and known.tool_name = tool.name)
  order by 1, 2
  on conflict (org_id, tool_name) do nothing;

  with changed as (
    select known.id, known.org_id, tool."vapiToolId" as vapi_tool_id, tool.description, tool."definitionHash" as definition_hash
    from public.org_tools known
    join jsonb_to_recordset(p_tools) as tool (name text, "vapiToolId" text, description text, "definitionHash" text)
      on tool.name = known.tool_name
    where known.org_id = any (p_org_ids)
      and (known.vapi_tool_id, known.description, known.definition_hash)
        is distinct from (tool."vapiToolId", tool.description, tool."definitionHash")
  ), locked as (
    select id from public.org_tools where id in (select id from changed) order by id for no key update skip locked
  ), linked as (
    update public.org_tools link set
      vapi_tool_id = changed.vapi_tool_id, description = changed.description, definition_hash = changed.definition_hash
    from changed join locked using (id)
    where link.id = changed.id
    returning link.id
  )
  select array_agg(distinct org_id) into v_busy from changed where id not in (select id from linked);
  return coalesce(v_busy, '{}');
end
$$;
comment on function private.link_org_tools(uuid[], jsonb) is
  'Fills org_tools of these organizations. Does not wait for locked rows, such as those of a tool that somebody is switching: returns the '
  'organizations in which a row is locked.';
grant execute on function private.link_org_tools(uuid[], jsonb) to service_role;

create function private.keep_drift_values(p_known jsonb, p_found jsonb) returns jsonb
language sql immutable set search_path = '' as $$
  select coalesce(jsonb_agg(case
    when found ? 'values' then found
    else coalesce((
      select known from jsonb_array_elements(p_known) known
      where known - 'values' = found
      limit 1), found)
  end order by position), '[]')
  from jsonb_array_elements(p_found) with ordinality as entry (found, position)
$$;
comment on function private.keep_drift_values(jsonb, jsonb) is
  'The drift that was found. A list of all assistants shows only digests of long values: if nothing has changed, the earlier values are '
  'kept.';
grant execute on function private.keep_drift_values(jsonb, jsonb) to service_role;

create function public.complete_agent_syncs(p_syncs jsonb, p_tools jsonb, p_current_ids text[]) returns uuid[]
language plpgsql set search_path = '' as $$
declare
  v_held        uuid[];
  v_org_ids     uuid[];
  v_unlinked    uuid[];
  v_is_changing boolean;
  v_current_ids text[];
begin
  perform private.note_awake('tool-sync');
  -- Locked in the same order, so that the batches of two workers cannot wait for each other.
  with held as (
    select job.id from public.jobs job
    join jsonb_to_recordset(p_syncs) as sync ("jobId" uuid, "leaseToken" uuid)
      on sync."jobId" = job.id and sync."leaseToken" = job.lease_token
    where job.status = 'running'
    order by job.id
    for update of job
  )
  select coalesce(array_agg(id), '{}') into v_held from held;
  perform private.keep_snapshots(p_syncs, v_held);

  update public.agents agent set
    last_applied    = sync.applied,
    linked_tool_ids = sync."linkedToolIds",
    drift           = private.keep_drift_values(agent.drift, sync.drift),
    rejected_settings = sync."rejectedSettings",
    model_set       = coalesce(sync.result ->> 'modelSet', agent.model_set),
    written_at      = case when sync.wrote then clock_timestamp() else agent.written_at end,
    synced_version  = coalesce(sync.version, agent.synced_version),
    synced_at       = clock_timestamp()
  from jsonb_to_recordset(p_syncs) as sync (
    "jobId" uuid, "agentId" uuid, version integer, applied jsonb, "linkedToolIds" text[], drift jsonb,
    "rejectedSettings" jsonb, wrote boolean, result jsonb)
  where sync."jobId" = any (v_held) and agent.id = sync."agentId";

  select array_agg(distinct agent.org_id) into v_org_ids
  from jsonb_to_recordset(p_syncs) as sync ("jobId" uuid, "agentId" uuid)
  join public.agents agent on agent.id = sync."agentId"
  where sync."jobId" = any (v_held);
  v_unlinked := private.link_org_tools(v_org_ids, p_tools);

  update public.jobs job set
    status = 'succeeded', lease_token = null, lease_until = null,
    result = sync.result, last_error = null, finished_at = clock_timestamp()
  from jsonb_to_recordset(p_syncs) as sync ("jobId" uuid, "isDone" boolean, result jsonb)
  where job.id = sync."jobId" and job.id = any (v_held) and sync."isDone";

  -- A change of the registry requests the sync of agents that were synced before; an agent that was being synced for the first time is
  -- taken care of here. While a change is in progress, the registry counts as changed.
  v_is_changing := not pg_try_advisory_xact_lock_shared(hashtext('private.relink_agents'));
  select coalesce(array_agg(vapi_tool_id order by name), '{}') into v_current_ids
  from public.vapi_tools where state = 'current';
  if v_is_changing or v_current_ids <> p_current_ids then
    perform private.enqueue(
      'tool-sync', job.key, job.org_id, job.payload - 'force', p_priority => 1::smallint, p_request_id => job.request_id)
    from public.jobs job where job.id = any (v_held) and job.status = 'succeeded'
    order by job.key;
  end if;
  -- Not at once: while somebody leaves a transaction open, they would be synced over and over.
  perform private.enqueue(
    'tool-sync', job.key, job.org_id, job.payload - 'force', now() + interval '1 minute', 1::smallint)
  from public.jobs job where job.id = any (v_held) and job.status = 'succeeded' and job.org_id = any (v_unlinked)
  order by job.key;

  -- While many agents are still to be relinked, no replaced tool can be unused.
  if private.bulk_due('tool-sync') = 0 then
    perform private.delete_unused_tools();
  end if;
  return v_held;
end
$$;
comment on function public.complete_agent_syncs(jsonb, jsonb, text[]) is
  'The agents are in step with Vapi: records what their assistants now carry, fills org_tools, ends the jobs and requests the deletion of '
  'tools that this released. p_syncs: [{jobId, leaseToken, agentId, version, applied, linkedToolIds, drift, rejectedSettings, wrote, '
  'snapshot: {before, mark} of what was written, isDone: false keeps the job open, result}]; p_tools: [{name, vapiToolId, description, '
  'definitionHash}]; p_current_ids: the current tools that the syncs used, in the order of their names: if others are current by now, the '
  'agents are synced once more. Returns the jobs whose lease was held; the others have passed to another worker, and nothing is recorded '
  'for them.';
grant execute on function public.complete_agent_syncs(jsonb, jsonb, text[]) to service_role;

notify pgrst, 'reload schema';
