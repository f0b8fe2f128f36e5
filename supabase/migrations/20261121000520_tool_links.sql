-- Relinking agents after a change, and deleting retired tools that no assistant carries any more.

create table private.relinking (
  only_one    boolean primary key default true check (only_one),
  after_agent uuid not null,
  request_id  text
);
comment on table private.relinking is
  'How far a relinking of all agents has come. They are requested some thousands at a time, so that no statement exceeds its time limit. '
  'Empty: all have been requested.';
grant select, insert, update, delete on private.relinking to service_role;

create function private.relink_batch(
  p_request_id text, p_org_id uuid, p_after uuid, p_limit integer, out relinked integer, out last_agent uuid
)
language plpgsql set search_path = '' as $$
begin
  with batch as (
    select agent.id, agent.org_id from public.agents agent
    where (p_org_id is null or agent.org_id = p_org_id) and agent.id > p_after
      -- An assistant that we never synced is left alone until its agent is saved or its organization is backfilled.
      and (agent.synced_at is not null and agent.assistant_id is not null
        -- A running sync uses the tools that its organization had switched on when it began; it reports itself what it does to the links.
        or p_org_id is not null and exists (
          select from public.jobs syncing
          where syncing.queue = 'tool-sync' and syncing.key = 'agent:' || agent.id and syncing.status = 'running'))
    -- Always in the same order: two statements that fold into the same jobs must not wait for each other.
    order by agent.id
    limit p_limit
  ), asked as (
    insert into public.jobs as job (queue, key, org_id, payload, priority, request_id)
    select 'tool-sync', 'agent:' || id, org_id, jsonb_build_object('kind', 'agent', 'agentId', id), 1, p_request_id
    from batch order by id
    on conflict (queue, key) where status = 'pending' do update set
      run_at = least(job.run_at, excluded.run_at), requested_at = greatest(job.requested_at, excluded.requested_at)
    returning 1
  )
  select (select count(*) from asked), case when count(*) = p_limit then (array_agg(id order by id desc))[1] end
  into relinked, last_agent
  from batch;
end
$$;
comment on function private.relink_batch is
  'Requests the sync of the next agents by id; last_agent: the one after which there may be more, null if there are none.';
grant execute on function private.relink_batch to service_role;

create function private.relink_agents(p_request_id text default null, p_org_id uuid default null) returns integer
language plpgsql set search_path = '' set lock_timeout = '5s' as $$
declare
  v_batch record;
begin
  -- Running claims and completions end before agents are chosen; later ones see the change.
  perform pg_advisory_xact_lock(hashtext('private.relink_agents'));
  v_batch := private.relink_batch(
    p_request_id, p_org_id, '00000000-0000-0000-0000-000000000000', case when p_org_id is null then 5000 end);
  -- Starts again from the first agent, even if an earlier relinking had not finished.
  if p_org_id is null then
    delete from private.relinking;
    insert into private.relinking (after_agent, request_id)
    select v_batch.last_agent, p_request_id where v_batch.last_agent is not null;
  end if;
  return v_batch.relinked;
end
$$;
comment on function private.relink_agents(text, uuid) is
  'Requests the sync of every agent that was synced before (of one organization, or of all): some thousands at once, the rest by '
  'go_on_relinking. Returns how many it requested at once.';
grant execute on function private.relink_agents(text, uuid) to service_role;

create function private.go_on_relinking() returns void
language plpgsql set search_path = '' set lock_timeout = '5s' as $$
declare
  v_left  private.relinking;
  v_batch record;
begin
  if not exists (select from private.relinking) then
    return;
  end if;
  perform pg_advisory_xact_lock(hashtext('private.relink_agents'));
  delete from private.relinking returning * into v_left;
  if not found then
    return;
  end if;
  v_batch := private.relink_batch(v_left.request_id, null, v_left.after_agent, 5000);
  insert into private.relinking (after_agent, request_id)
  select v_batch.last_agent, v_left.request_id where v_batch.last_agent is not null;
end
$$;
comment on function private.go_on_relinking() is 'Requests the sync of the next thousands of agents, if a relinking is unfinished.';
-- This is ten times as fast as the workers sync them.
select cron.schedule('relink-agents', '10 seconds', 'select private.go_on_relinking()');

create function private.relink_after_switch() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.relink_agents(p_org_id => new.org_id);
  return null;
end
$$;
comment on function private.relink_after_switch() is
  'Trigger: a tool that is switched on or off is linked or unlinked without anybody acting. Definer: it runs at the commit, as the role '
  'that commits.';
grant execute on function private.relink_after_switch() to service_role;
-- At the commit, so that a transaction that somebody leaves open holds nothing that a worker needs.
create constraint trigger relink_after_switch after update of enabled on public.org_tools
  deferrable initially deferred
  for each row when (new.enabled is distinct from old.enabled)
  execute function private.relink_after_switch();

create function private.delete_unused_tools() returns void
language plpgsql set search_path = '' as $$
declare
  v_tool      public.vapi_tools;
  v_kept_days integer := (select replaced_tools_kept_days from public.platform_settings);
begin
  if not exists (select from public.vapi_tools where state = 'retired') then
    return;
  end if;
  -- One at a time: two agents that release a tool at the same moment would each see that the other still carries it.
  perform pg_advisory_xact_lock(hashtext('private.delete_unused_tools'));
  for v_tool in
    select * from public.vapi_tools tool
    where state = 'retired' and coalesce(recheck_at, now()) <= now()
      and (v_kept_days = 0 or tool.retired_at is null or tool.retired_at <= now() - make_interval(days => v_kept_days))
      -- Another agent that releases it while it is being deleted must not have it deleted twice; and a deletion that was refused for good
      -- must not be requested again with every sync.
      and not exists (
        select from public.jobs
        where queue = 'tool-sync' and key = 'retire:' || tool.vapi_tool_id
          and (status in ('pending', 'running') or status = 'dead' and finished_at > now() - interval '1 day'))
      -- A sync that began before the tool was retired (or during that commit) may be about to link it.
      and not exists (
        select from public.jobs
        where queue = 'tool-sync' and status = 'running' and payload ->> 'kind' = 'agent'
          and started_at < tool.retired_at + interval '30 seconds')
  loop
    if not exists (select from public.agents where linked_tool_ids @> array[v_tool.vapi_tool_id]) then
      perform private.enqueue(
        'tool-sync', 'retire:' || v_tool.vapi_tool_id, null,
        jsonb_build_object('kind', 'retire', 'vapiToolId', v_tool.vapi_tool_id));
    end if;
  end loop;
end
$$;
comment on function private.delete_unused_tools() is
  'Requests the deletion of every retired tool that was kept long enough and that no agent of ours carries any more; once a day for one '
  'whose deletion was given up.';
grant execute on function private.delete_unused_tools() to service_role;

create function public.complete_tool_deletion(
  p_job_id uuid, p_lease_token uuid, p_vapi_tool_id text, p_referenced_by jsonb default '[]'
) returns void
language plpgsql set search_path = '' as $$
begin
  if p_referenced_by = '[]' then
    update public.vapi_tools set state = 'deleted' where vapi_tool_id = p_vapi_tool_id and state = 'retired';
  else
    update public.vapi_tools set recheck_at = now() + interval '1 day'
    where vapi_tool_id = p_vapi_tool_id and state = 'retired';
  end if;
  perform public.complete_job(p_job_id, p_lease_token, jsonb_build_object('vapiToolId', p_vapi_tool_id, 'referencedBy', p_referenced_by));
end
$$;
comment on function public.complete_tool_deletion is
  'The retired tool is gone from Vapi, or stays for another day because the named assistants, not ours, still use it.';
grant execute on function public.complete_tool_deletion to service_role;

create function public.retire_tools(p_catalogue text[], p_uptime_seconds numeric) returns jsonb
language plpgsql set search_path = '' as $$
begin
  update public.vapi_tools set state = 'retired', retired_at = clock_timestamp()
  where state in ('trial', 'current') and name <> all (p_catalogue)
    and activated_at < now() - make_interval(secs => p_uptime_seconds::double precision);
  if found then
    perform private.relink_agents();
    perform private.delete_unused_tools();
  end if;
  return private.tool_registry();
end
$$;
comment on function public.retire_tools(text[], numeric) is
  'Retires what the catalogue no longer defines, unless it was activated by a newer deployment than the caller''s. Returns the registry.';
grant execute on function public.retire_tools(text[], numeric) to service_role;
select cron.schedule('delete-unused-tools', '41 4 * * *', 'select private.delete_unused_tools()');
