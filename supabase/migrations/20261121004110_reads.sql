-- What a front end reads, each in one request. Members see their own organization's rows; all of it can be filtered, ordered and paged.

create view public.agent_sync_history with (security_invoker = true) as
select
  agent.id as agent_id, agent.org_id, job.id as sync_id,
  -- As private.sync_state() has it: written out, as in agent_overview.
  case job.status when 'running' then 'syncing' when 'succeeded' then 'synced' when 'dead' then 'failed' else job.status end as sync_state,
  job.attempts, job.last_error, job.requested_at, job.started_at, job.finished_at, job.created_at
from public.agents agent
-- The limit keeps to the index: a join would read all jobs of the organization, because row-level security hides how few match.
cross join lateral (
  select id, status, attempts, last_error, requested_at, started_at, finished_at, created_at
  from public.jobs
  where queue = 'tool-sync' and key = 'agent:' || agent.id
  order by created_at desc
  limit 100
) job;
comment on view public.agent_sync_history is
  'The latest hundred syncs of each agent, from the last 30 days; superseded ones were continued by a later one.';
grant select on public.agent_sync_history to authenticated, service_role;

create view public.agent_drift with (security_invoker = true) as
select
  agent.id as agent_id, agent.org_id, entry ->> 'path' as path,
  coalesce(entry #> '{values,applied}', entry -> 'applied') as applied,
  coalesce(entry #> '{values,observed}', entry -> 'observed') as observed
from public.agents agent
cross join lateral jsonb_array_elements(agent.drift) entry;
comment on view public.agent_drift is
  'Settings that were edited at Vapi, side by side: what the console has, and what the assistant has. If one was only seen in a list of '
  'all assistants, long values are digests until its next sync.';
grant select on public.agent_drift to authenticated, service_role;

create view public.call_log with (security_invoker = true) as
select
  call.id as call_id, call.org_id, call.agent_id, agent.name as agent, call.status, call.started_at, call.ended_at, call.ended_reason,
  call.cost, call.created_at, call.claimed_without_deed, used.tools, made.appointments
from public.calls call
left join public.agents agent on agent.id = call.agent_id
cross join lateral (
  select coalesce(jsonb_agg(jsonb_build_object(
    'tool', tool.tool, 'outcome', tool.outcome, 'ms', tool.ms, 'at', tool.created_at) order by tool.created_at), '[]') as tools
  from public.tool_calls tool where tool.session_id = call.vapi_call_id and tool.org_id = call.org_id
) used
cross join lateral (
  select coalesce(jsonb_agg(jsonb_build_object(
    'appointmentId', appointment.id, 'state', appointment.state, 'startsAt', appointment.starts_at)
    order by appointment.starts_at), '[]') as appointments
  from public.appointments appointment
  where appointment.call_id = call.vapi_call_id and appointment.org_id = call.org_id
) made;
comment on view public.call_log is
  'Calls with what the tools did in them and the visits that were made, without transcript and number. tools: [{tool, outcome, ms, at}]; '
  'appointments: [{appointmentId, state, startsAt}].';
grant select on public.call_log to authenticated, service_role;

create function public.tool_catalogue(p_org_id uuid)
returns table (tool text, description text, enabled boolean, linked boolean)
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_role(p_org_id, '{owner, admin, member}');
  return query
    select registered.name, coalesce(registered.description, link.description),
           coalesce(link.enabled, true), link.vapi_tool_id is not null
    from public.vapi_tools registered
    left join public.org_tools link on link.tool_name = registered.name and link.org_id = p_org_id
    where registered.state = 'current'
    order by registered.name;
end
$$;
comment on function public.tool_catalogue(uuid) is
  'The tools that an agent can have, even before its organization has saved one: what each is for, whether it is enabled here, whether it '
  'has been linked. Refuses with VT002. Definer: the registry belongs to the platform.';
grant execute on function public.tool_catalogue(uuid) to authenticated;

notify pgrst, 'reload schema';
