-- What a backfill has done, and what one would do.

create function private.backfill_tools(p_run public.backfill_runs) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'created', count(*) filter (where is_new and not is_adopted and not has_earlier),
    'replaced', count(*) filter (where is_new and not is_adopted and has_earlier or is_changed),
    'adopted', count(*) filter (where is_new and is_adopted),
    'retired', count(*) filter (where is_retired))
  from (
    select
      tool.is_adopted,
      tool.activated_at between during.since and during.until and tool.created_at >= during.since as is_new,
      tool.activated_at between during.since and during.until and tool.created_at < during.since as is_changed,
      tool.retired_at between during.since and during.until as is_retired,
      exists (select from public.vapi_tools earlier
              where earlier.name = tool.name and earlier.activated_at < tool.activated_at) as has_earlier
    from public.vapi_tools tool,
      (select p_run.requested_at as since, coalesce(p_run.finished_at, now()) as until) during
  ) tool
$$;
comment on function private.backfill_tools(public.backfill_runs) is
  'What happened to the tools during the run: {created, replaced: anew or in place, adopted, retired: taken out of use}.';
grant execute on function private.backfill_tools(public.backfill_runs) to service_role;

create function private.backfill_organizations(p_run_id uuid) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(to_jsonb(part) order by part.failed desc, part.name, part."orgId"), '[]')
  from (
    select
      org.id as "orgId", org.name, count(*) as agents,
      count(*) filter (where member.outcome = 'migrated') as migrated,
      count(*) filter (where member.outcome = 'unchanged') as unchanged,
      count(*) filter (where member.outcome = 'failed') as failed
    from public.backfill_agents member
    join public.organizations org on org.id = member.org_id
    where member.run_id = p_run_id
    group by org.id
  ) part
$$;
comment on function private.backfill_organizations(uuid) is 'Organizations with assistants, failures first: [{orgId, name, agents, migrated, unchanged, failed}].';
grant execute on function private.backfill_organizations(uuid) to service_role;

create function private.backfill_failures(p_run_id uuid) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(to_jsonb(failure) order by failure."orgName", failure."agentName", failure."agentId"), '[]')
  from (
    select
      org.id as "orgId", org.name as "orgName", agent.id as "agentId", agent.name as "agentName",
      coalesce(member.error ->> 'code', 'unknown') as code,
      coalesce(member.error ->> 'message', 'The reason is not known') as message,
      job.run_at as "nextAttemptAt"
    from public.backfill_agents member
    join public.agents agent on agent.id = member.agent_id
    join public.organizations org on org.id = member.org_id
    left join public.jobs job on job.id = member.job_id and job.status = 'pending'
    where member.run_id = p_run_id and member.outcome = 'failed'
    limit 1000
  ) failure
$$;
comment on function private.backfill_failures(uuid) is
  'Agents that failed, at most 1,000: [{orgId, orgName, agentId, agentName, code, message, nextAttemptAt: null if the queue gave up}].';
grant execute on function private.backfill_failures(uuid) to service_role;

create function private.backfill_replacements(p_run_id uuid) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object('orgId', org_id, 'agentId', agent_id, 'tools', replaced) order by org_id, agent_id), '[]')
  from (
    select org_id, agent_id, replaced from public.backfill_agents
    where run_id = p_run_id and replaced is not null
    limit 1000
  ) replacement
$$;
comment on function private.backfill_replacements(uuid) is
  'Hand-made tools that ours replaced, of at most 1,000 agents: [{orgId, agentId, tools}].';
grant execute on function private.backfill_replacements(uuid) to service_role;

create function public.backfill_report(p_run_id uuid default null, p_is_summary boolean default false) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_run    public.backfill_runs;
  v_counts record;
begin
  select * into v_run from public.backfill_runs
  where id = p_run_id or p_run_id is null
  order by requested_at desc limit 1;
  if v_run.id is null then
    perform private.raise_error('VT001', case when p_run_id is null
      then 'No migration has been started yet' else format('Migration %s does not exist', p_run_id) end);
  end if;

  select
    count(*) as total,
    count(*) filter (where outcome = 'migrated') as migrated,
    count(*) filter (where outcome = 'unchanged') as unchanged,
    count(*) filter (where outcome = 'failed') as failed,
    count(distinct org_id) as organizations,
    count(distinct org_id) filter (where outcome is null) as open_organizations
  into v_counts
  from public.backfill_agents where run_id = v_run.id;

  return jsonb_build_object(
    'runId', v_run.id,
    'dryRun', false,
    'status', case when v_run.finished_at is null then 'running' else 'done' end,
    'orgId', v_run.org_id,
    'forceUpdate', v_run.force_update,
    'pruneDuplicates', v_run.prune_duplicates,
    'startedAt', v_run.requested_at,
    'finishedAt', v_run.finished_at,
    'seconds', round(extract(epoch from coalesce(v_run.finished_at, clock_timestamp()) - v_run.requested_at), 1),
    'organizations', jsonb_build_object(
      'processed', case when v_run.taken_in_until is null then v_run.organizations else v_counts.organizations end - v_counts.open_organizations, 'withAssistants', v_counts.organizations),
    'agents', jsonb_build_object(
      'total', case when v_run.taken_in_until is null then v_counts.total else v_run.agents end, 'migrated', v_counts.migrated, 'unchanged', v_counts.unchanged, 'failed', v_counts.failed),
    'tools', private.backfill_tools(v_run),
    'successRate', case when v_counts.total = 0 then 100 else
      round(100.0 * (v_counts.migrated + v_counts.unchanged)
        / nullif(v_counts.migrated + v_counts.unchanged + v_counts.failed, 0), 1) end,
    'problem', v_run.problem)
  || case when p_is_summary then '{}' else jsonb_build_object(
    'failures', private.backfill_failures(v_run.id),
    'perOrganization', private.backfill_organizations(v_run.id),
    'replacements', private.backfill_replacements(v_run.id),
    'duplicates', v_run.duplicates) end;
end
$$;
comment on function public.backfill_report(uuid, boolean) is
  'The report of a run, or of the latest one, at any time; p_is_summary leaves out the lists. successRate: percent of the agents settled '
  'so far, null before the first. Refuses with VT001 (no such run).';
grant execute on function public.backfill_report(uuid, boolean) to service_role;

create function public.backfill_scope(p_org_id uuid default null) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  if p_org_id is not null and not exists (select from public.organizations where id = p_org_id) then
    perform private.raise_error('VT001', format('Organization %s does not exist', p_org_id));
  end if;
  return jsonb_build_object(
    'organizations', (select count(*) from public.organizations where p_org_id is null or id = p_org_id),
    'registry', private.tool_registry(),
    'agents', (
      select coalesce(jsonb_agg(
        jsonb_build_object(
          'agentId', agent.id, 'agentName', agent.name, 'orgId', org.id, 'orgName', org.name,
          'assistantId', agent.assistant_id, 'isSynced', agent.synced_at is not null)
        order by org.name, org.id, agent.name, agent.id), '[]')
      from public.agents agent join public.organizations org on org.id = agent.org_id
      where agent.assistant_id is not null));
end
$$;
comment on function public.backfill_scope(uuid) is
  'What a backfill would cover: {organizations: how many, registry, agents: all that have an assistant, of every organization, since a '
  'new tool relinks all that were synced before}. Refuses with VT001.';
grant execute on function public.backfill_scope(uuid) to service_role;

notify pgrst, 'reload schema';
