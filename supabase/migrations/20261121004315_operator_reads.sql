-- What operators look at: one save from its request to its end, jobs in numbers, tools and who has which, figures over time. As in
-- …_operators.sql, all are definers: an operator has no rights on the tables. Nothing here reveals anything about a clinic's patients.

create function public.operator_trace(p_id text)
returns table (
  job_id uuid, queue text, key text, kind text, org_id uuid, organization text, status text, priority smallint, request_id text,
  requested_at timestamptz, run_at timestamptz, started_at timestamptz, finished_at timestamptz, last_error jsonb, outcome text,
  superseded_by uuid, attempts jsonb
)
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_operator();
  return query
    select job.id, job.queue, job.key, job.payload ->> 'kind', job.org_id, org.name, job.status, job.priority, job.request_id,
           job.requested_at, job.run_at, job.started_at, job.finished_at, job.last_error,
           coalesce(job.result ->> 'outcome', job.result ->> 'settled'), private.uuid_or_null(job.result ->> 'supersededBy'), (
      select coalesce(jsonb_agg(jsonb_build_object(
        'startedAt', attempt.started_at, 'endedAt', attempt.ended_at, 'error', attempt.error,
        'woken', attempt.trace -> 'woken', 'requests', coalesce(attempt.trace -> 'requests', '[]'))
        order by attempt.started_at), '[]')
      from private.attempts attempt where attempt.job_id = job.id)
    from public.jobs job left join public.organizations org on org.id = job.org_id
    where job.id = private.uuid_or_null(p_id) or job.request_id = p_id
    order by job.requested_at, job.id
    limit 100;
end
$$;
comment on function public.operator_trace(text) is
  'The job with this id, or those that a request with this id caused, each with its attempts: [{startedAt, endedAt, error, woken, '
  'requests: [{method, path, status, at, ms}]}], times in milliseconds after the start. Attempts without requests to Vapi are recorded '
  'only if they failed. Refuses with VT002. Definer: see the head of …_operator_reads.sql.';
grant execute on function public.operator_trace(text) to authenticated;

create function public.operator_job_counts(p_queue text default null, p_org_id uuid default null, p_key text default null)
returns table (status text, jobs bigint)
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_operator();
  return query
    select state.status, coalesce(counted.jobs, 0)
    from unnest(array['pending', 'running', 'succeeded', 'superseded', 'dead']) with ordinality as state (status, position)
    left join (
      -- All states in one pass: one query each would read the whole table for the rare ones.
      select job.status, count(*) as jobs from public.jobs job
      where (p_queue is null or job.queue = p_queue) and (p_org_id is null or job.org_id = p_org_id)
        and (p_key is null or job.key = p_key)
      group by 1
    ) counted on counted.status = state.status
    order by state.position;
end
$$;
comment on function public.operator_job_counts(text, uuid, text) is
  'How many jobs of a queue, an organization and a key are in each state. Refuses with VT002. Definer: see the head of '
  '…_operator_reads.sql.';
grant execute on function public.operator_job_counts(text, uuid, text) to authenticated;

create function public.operator_tools()
returns table (
  tool text, state text, vapi_tool_id text, definition_hash text, since timestamptz, agents bigint, calls bigint, refused bigint,
  failed bigint, p50_seconds double precision, p95_seconds double precision
)
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_operator();
  return query
    with carried as (
      select unnest(agent.linked_tool_ids) as id, count(*) as agents from public.agents agent group by 1
    ), used as materialized (
      select sums.labels ->> 'tool' as name, sums.labels ->> 'outcome' as outcome, sums.bucket, sums.count
      from private.sums_in('{24 hours}') sums where sums.metric = 'tool_call_seconds'
    ), timed as (
      select name, jsonb_object_agg(bucket, count) as counts
      from (select used.name, used.bucket, sum(used.count) as count from used group by 1, 2) by_bucket group by 1
    ), told as (
      select name, sum(count) as calls, sum(count) filter (where outcome not in ('ok', 'failed')) as refused,
             sum(count) filter (where outcome = 'failed') as failed
      from used group by 1
    )
    select registered.name, case when registered.stopped_at is null then registered.state else 'stopped' end,
           registered.vapi_tool_id, registered.definition_hash::text,
           coalesce(registered.activated_at, registered.created_at), coalesce(carried.agents, 0),
           coalesce(told.calls, 0)::bigint, coalesce(told.refused, 0)::bigint, coalesce(told.failed, 0)::bigint,
           private.quantile(0.5, timed.counts, metric.bounds), private.quantile(0.95, timed.counts, metric.bounds)
    from public.vapi_tools registered
    join private.metrics metric on metric.name = 'tool_call_seconds'
    left join carried on carried.id = registered.vapi_tool_id
    left join told on told.name = registered.name
    left join timed on timed.name = registered.name
    where registered.state in ('creating', 'trial', 'current', 'retired')
    order by registered.name, array_position(array['current', 'trial', 'creating', 'retired'], registered.state), registered.created_at;
end
$$;
comment on function public.operator_tools() is
  'The tools that are registered at Vapi, including replaced ones that are not deleted yet: which definition, how many assistants carry '
  'it, and how the tool''s calls of the last 24 hours went. Refuses with VT002. Definer: see the head of …_operator_reads.sql.';
grant execute on function public.operator_tools() to authenticated;

create function public.operator_agents(p_search text default null, p_limit integer default 100, p_offset integer default 0)
returns table (
  agent_id uuid, agent text, org_id uuid, organization text, sync_state text, paused_at timestamptz, tools jsonb, calls jsonb
)
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_operator();
  return query
    with page as materialized (
      select listed as row, org.name as organization
      from public.agents listed join public.organizations org on org.id = listed.org_id
      where p_search is null or strpos(lower(org.name || ' ' || listed.name), lower(p_search)) > 0 or listed.id::text = p_search
        or listed.org_id::text = p_search
      order by org.name, listed.name, listed.id
      limit least(p_limit, 500) offset p_offset
    ), tools as (
      select distinct name from public.vapi_tools where state in ('trial', 'current', 'retired')
    ), carried as materialized (
      -- The best one first, in case an assistant carries two with the same name.
      select (page.row).id as agent_id, registered.name, (array['current', 'trial', 'old'])[min(
        case registered.state when 'current' then 1 when 'trial' then 2 else 3 end)] as state
      from page cross join unnest((page.row).linked_tool_ids) as link (id)
      join public.vapi_tools registered on registered.vapi_tool_id = link.id
      group by 1, 2
    ), off as materialized (
      select org.id as org_id, private.tools_left_out(org.id) as tools
      from (select distinct (page.row).org_id as id from page) org
    ), cells as materialized (
      select (page.row).id as agent_id, jsonb_object_agg(tools.name, coalesce(carried.state, case
        when (page.row).paused_at is null and coalesce(link.enabled, true) and coalesce(tools.name = any ((page.row).tools), true)
          and not tools.name = any (coalesce(off.tools, '{}'))
        then 'missing' else 'off' end)) as states
      from page cross join tools
      join off on off.org_id = (page.row).org_id
      left join carried on carried.agent_id = (page.row).id and carried.name = tools.name
      left join public.org_tools link on link.org_id = (page.row).org_id and link.tool_name = tools.name
      group by 1
    ), called as materialized (
      select used.agent_id, jsonb_object_agg(used.tool, used.count) as calls
      from (
        select call.agent_id, made.tool, count(*) as count
        from public.tool_calls made
        join public.calls call on call.vapi_call_id = made.session_id and call.org_id = made.org_id
        where made.created_at >= now() - interval '24 hours' and call.agent_id in (select (page.row).id from page)
        group by 1, 2
      ) used
      group by 1
    )
    select (page.row).id, (page.row).name, (page.row).org_id, page.organization, sync.sync_state, (page.row).paused_at,
           coalesce(cells.states, '{}'), coalesce(called.calls, '{}')
    from page
    join public.agent_sync_status sync on sync.agent_id = (page.row).id
    left join cells on cells.agent_id = (page.row).id
    left join called on called.agent_id = (page.row).id
    order by page.organization, (page.row).name, (page.row).id;
end
$$;
comment on function public.operator_agents(text, integer, integer) is
  'A page of all agents by organization and name, at most 500, with the state of each tool on their assistants: {tool: current, trial, '
  'old, missing or off}, and how often it was used in calls of the last 24 hours: {tool: count}. Refuses with VT002. Definer: see the '
  'head of …_operator_reads.sql.';
grant execute on function public.operator_agents(text, integer, integer) to authenticated;

create function private.series_of(p_metric text, p_labels jsonb) returns text
language sql immutable set search_path = '' as $$
  select case p_metric
    when 'tool_call_seconds' then case when p_labels ->> 'outcome' in ('ok', 'failed') then p_labels ->> 'outcome' else 'refused' end
    when 'vapi_request_seconds' then p_labels ->> 'status'
    when 'sync_seconds' then p_labels ->> 'priority'
    when 'jobs_ended' then p_labels ->> 'outcome'
    when 'job_attempts_failed' then p_labels ->> 'queue'
    when 'outbox_messages' then p_labels ->> 'channel'
    when 'bookings' then p_labels ->> 'event'
    else 'all'
  end
$$;
comment on function private.series_of(text, jsonb) is
  'How a metric is split into series in a chart: by the one label that says how it went.';
grant execute on function private.series_of(text, jsonb) to service_role;

create function public.operator_figures(p_hours integer default 24)
returns table (metric text, series text, starts_at timestamptz, events bigint, p95_seconds double precision)
language plpgsql stable security definer set search_path = '' as $$
declare
  v_step text := case when p_hours <= 2 then 'minute' else 'hour' end;
  v_from timestamptz := date_trunc(v_step, now() - make_interval(hours => p_hours));
begin
  perform private.require_operator();
  if coalesce(p_hours not between 1 and 168, true) then
    perform private.raise_invalid('p_hours', 'Give hours of 1 to 168');
  end if;
  return query
    with sums as (
      select sums.metric, sums.labels, sums.starts_at, sums.bucket, sums.count
      from private.sums where resolution = v_step and sums.starts_at >= v_from
      union all
      select fresh.metric, fresh.labels, date_trunc(v_step, fresh.starts_at), fresh.bucket, fresh.count
      from private.sums_of((select until from private.rolled_up), 'infinity') fresh
    ), added as (
      select sums.metric, private.series_of(sums.metric, sums.labels) as series, sums.starts_at, sums.bucket, sum(sums.count) as count
      from sums group by 1, 2, 3, 4
    )
    select added.metric, added.series, added.starts_at, sum(added.count)::bigint,
           case when known.kind = 'histogram' then private.quantile(0.95, jsonb_object_agg(added.bucket, added.count), known.bounds) end
    from added join private.metrics known on known.name = added.metric
    where added.starts_at >= v_from
    group by added.metric, added.series, added.starts_at, known.kind, known.bounds
    order by 1, 2, 3;
end
$$;
comment on function public.operator_figures(integer) is
  'What was counted and timed in the last hours, by the hour, or by the minute for up to two hours: how many events of each metric and '
  'series, and within how many seconds 95 % of them were over. What has no row did not happen. Refuses with VT002, VT004. Definer: see '
  'the head of …_operator_reads.sql.';
grant execute on function public.operator_figures(integer) to authenticated;

notify pgrst, 'reload schema';
