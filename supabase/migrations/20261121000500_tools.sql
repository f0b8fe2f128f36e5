-- The registry of tools at Vapi (global) and their links per organization.
--
-- A registration is claimed before anything is created at Vapi, recorded as soon as Vapi has answered, and
-- activated in one step with the other tools of the same deployment:
--
--   creating ──record (id known)──▶ creating ──activate──▶ current ──replaced──▶ retired ──deleted at Vapi──▶ deleted
--
-- A worker may die between any two of these: the claim expires, and whoever takes it over looks in Vapi's
-- list for what the dead one may have created before it creates anything itself.

create table public.vapi_tools (
  id              uuid primary key default gen_random_uuid(),
  name            text not null check (name ~ '^[a-zA-Z0-9_-]{1,64}$'),
  vapi_tool_id    text unique,
  definition_hash varchar(64) not null,
  state           text not null check (state in ('creating', 'current', 'retired', 'deleted')),
  claim_token     uuid,
  claimed_until   timestamptz,
  is_adopted      boolean not null default false,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  activated_at    timestamptz,
  retired_at      timestamptz,
  recheck_at      timestamptz,
  check (vapi_tool_id is not null or state = 'creating')
);
comment on table public.vapi_tools is 'Global registry: which tool at Vapi stands for which tool of the catalogue.';
comment on column public.vapi_tools.definition_hash is 'SHA-256, hex, of the definition as it was sent.';
comment on column public.vapi_tools.is_adopted is 'Found at Vapi and taken over, not created.';
comment on column public.vapi_tools.retired_at is 'When a deployment stopped to define it so. Null for one that was lost: it is to be registered again.';
comment on column public.vapi_tools.recheck_at is 'A retired tool that someone else''s assistant still uses is looked at again then.';

create unique index vapi_tools_one_current on public.vapi_tools (name) where state = 'current';
create unique index vapi_tools_one_creating on public.vapi_tools (name) where state = 'creating';
create index vapi_tools_retired on public.vapi_tools (retired_at) where state = 'retired';
create trigger set_updated_at before update on public.vapi_tools
  for each row execute function private.set_updated_at();

alter table public.vapi_tools enable row level security;
grant select, insert, update, delete on public.vapi_tools to service_role;

create table public.org_tools (
  id              uuid primary key default gen_random_uuid(),
  org_id          uuid not null references public.organizations on delete cascade,
  tool_name       varchar(255) not null,
  vapi_tool_id    varchar(255),
  description     text,
  enabled         boolean not null default true,
  definition_hash varchar(64),
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (org_id, tool_name)
);
comment on table public.org_tools is 'Which tools an organization has, and which registered tool at Vapi each is.';
comment on column public.org_tools.enabled is 'A disabled tool is taken off all assistants of the organization.';
create index org_tools_org_id on public.org_tools (org_id);
create index org_tools_enabled on public.org_tools (enabled);
create trigger set_updated_at before update on public.org_tools
  for each row execute function private.set_updated_at();

alter table public.org_tools enable row level security;
create policy "members read the tools of their organization" on public.org_tools
  for select to authenticated using (org_id in (select private.member_org_ids()));
grant select on public.org_tools to authenticated;
grant select, insert, update, delete on public.org_tools to service_role;

-- Registering --------------------------------------------------------------------------------------

create function private.tool_registry() returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'name', name, 'vapiToolId', vapi_tool_id, 'definitionHash', definition_hash, 'state', state
  ) order by name, created_at), '[]')
  from public.vapi_tools where state in ('current', 'retired')
$$;
comment on function private.tool_registry() is 'Current and retired tools: [{name, vapiToolId, definitionHash, state}].';
grant execute on function private.tool_registry() to service_role;

create function private.is_settled(
  p_name text, p_hash text, p_booted timestamptz, p_renew_before timestamptz default null
) returns boolean
language sql stable set search_path = '' as $$
  select coalesce((
    select case
      when state = 'current' and definition_hash = p_hash then p_renew_before is null or activated_at >= p_renew_before
      -- A worker that started before the registry last changed runs an older deployment's code: it must not turn the
      -- registry back. A rollback runs in workers that started later, so it passes.
      when state = 'current' then activated_at > p_booted
      else retired_at > p_booted
    end
    from public.vapi_tools
    where name = p_name and activated_at is not null
    order by activated_at desc limit 1
  ), false)
$$;
comment on function private.is_settled(text, text, timestamptz, timestamptz) is
  'Whether a worker that started at p_booted has nothing to register for this tool: its definition is the current one (activated no '
  'earlier than p_renew_before), or a newer deployment''s word counts.';
grant execute on function private.is_settled(text, text, timestamptz, timestamptz) to service_role;

create function private.abandon_registration(p_left public.vapi_tools) returns void
language plpgsql set search_path = '' as $$
begin
  if p_left.vapi_tool_id is not null then
    update public.vapi_tools set
      state = 'retired', retired_at = clock_timestamp(), claim_token = null, claimed_until = null
    where id = p_left.id;
    perform private.retire_unused_tools();
  else
    delete from public.vapi_tools where id = p_left.id;
    perform private.enqueue(
      'tool-sync', format('orphan:%s:%s', p_left.name, p_left.definition_hash), null,
      jsonb_build_object('kind', 'orphan', 'name', p_left.name, 'definitionHash', p_left.definition_hash));
  end if;
end
$$;
comment on function private.abandon_registration(public.vapi_tools) is
  'Gives up a claim that nobody carries on. What was created under it is deleted from Vapi: the tool whose id was recorded, or one '
  'that a worker looks for, because its creator may have died before it could tell.';
grant execute on function private.abandon_registration(public.vapi_tools) to service_role;

create function public.claim_registrations(
  p_claim_token uuid, p_tools jsonb, p_uptime_seconds numeric,
  p_lease_seconds integer default 120, p_renew_before timestamptz default null
) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_tool    record;
  v_current public.vapi_tools;
  v_left    public.vapi_tools;
  v_claim   public.vapi_tools;
  v_answer  jsonb := '[]';
  v_booted  timestamptz := now() - make_interval(secs => p_uptime_seconds::double precision);
begin
  -- In one order everywhere, so that two workers can't wait for each other.
  for v_tool in
    select tool ->> 'name' as name, tool ->> 'definitionHash' as hash
    from jsonb_array_elements(p_tools) tool order by 1
  loop
    v_claim := null;
    if not private.is_settled(v_tool.name, v_tool.hash, v_booted, p_renew_before) then
      -- What a dead worker of another release began is not carried on.
      for v_left in
        select * from public.vapi_tools
        where name = v_tool.name and state = 'creating' and definition_hash <> v_tool.hash and claimed_until < now()
        for update
      loop
        perform private.abandon_registration(v_left);
      end loop;

      -- A claim left by a dead worker keeps the id that it recorded.
      insert into public.vapi_tools as held (name, definition_hash, state, claim_token, claimed_until)
      values (v_tool.name, v_tool.hash, 'creating', p_claim_token, now() + make_interval(secs => p_lease_seconds))
      on conflict (name) where state = 'creating' do update set
        claim_token   = excluded.claim_token,
        claimed_until = excluded.claimed_until
      where held.definition_hash = excluded.definition_hash
        and (held.claimed_until < now() or held.claim_token = excluded.claim_token)
      returning * into v_claim;

      -- The claim may have waited for a worker that was just activating the same: then nothing is left to do.
      if v_claim.vapi_tool_id is null and private.is_settled(v_tool.name, v_tool.hash, v_booted, p_renew_before) then
        delete from public.vapi_tools where id = v_claim.id;
        v_claim := null;
      end if;
    end if;

    select * into v_current from public.vapi_tools where name = v_tool.name and state = 'current';
    v_answer := v_answer || jsonb_build_object(
      'name', v_tool.name,
      'action', case
        when v_claim.vapi_tool_id is not null then 'recorded'
        when v_claim.id is not null then 'register'
        when private.is_settled(v_tool.name, v_tool.hash, v_booted, p_renew_before) then 'keep'
        else 'wait'
      end,
      'vapiToolId', coalesce(v_claim.vapi_tool_id, case when v_claim.id is null then v_current.vapi_tool_id end),
      'currentToolId', v_current.vapi_tool_id);
  end loop;
  return v_answer;
end
$$;
comment on function public.claim_registrations is
  'Claims the registration of every tool whose hash is not the current one, or that was activated before p_renew_before, '
  'unless the worker, up since p_uptime_seconds, is older than the registry. p_tools: '
  '[{name, definitionHash}]. Answer per tool: action `keep` (in step), `register` (the caller creates it), `recorded` '
  '(created by a worker that died: only activate) or `wait` (another worker is at it), vapiToolId, currentToolId.';
grant execute on function public.claim_registrations to service_role;

create function public.record_registration(
  p_claim_token uuid, p_name text, p_vapi_tool_id text, p_is_adopted boolean default false
) returns void
language plpgsql set search_path = '' as $$
begin
  -- Believed gone, and found again at Vapi.
  delete from public.vapi_tools where vapi_tool_id = p_vapi_tool_id and state = 'deleted';
  update public.vapi_tools set vapi_tool_id = p_vapi_tool_id, is_adopted = p_is_adopted
  where name = p_name and state = 'creating' and claim_token = p_claim_token;
  if not found then
    perform private.raise_error('VT007', format('Cannot record tool %s: its claim has passed to another worker', p_name));
  end if;
end
$$;
comment on function public.record_registration(uuid, text, text, boolean) is 'Keeps the id that Vapi gave, at once. Only with the live claim.';
grant execute on function public.record_registration(uuid, text, text, boolean) to service_role;

create function public.activate_registrations(p_claim_token uuid, p_request_id text default null) returns jsonb
language plpgsql set search_path = '' as $$
begin
  update public.vapi_tools old set state = 'retired', retired_at = clock_timestamp()
  from public.vapi_tools claimed
  where claimed.state = 'creating' and claimed.claim_token = p_claim_token and claimed.vapi_tool_id is not null
    and old.name = claimed.name and old.state = 'current';

  -- now(), as of the relinking below: whoever waits for the tools knows by it which syncs came after them.
  update public.vapi_tools set
    state = 'current', claim_token = null, claimed_until = null, activated_at = now()
  where state = 'creating' and claim_token = p_claim_token and vapi_tool_id is not null;

  -- The agents free what was replaced when they are relinked; without any, it is free already.
  if found and private.relink_agents(p_request_id) = 0 then
    perform private.retire_unused_tools();
  end if;
  return private.tool_registry();
end
$$;
comment on function public.activate_registrations(uuid, text) is
  'Makes all recorded tools of the claim current in one step, retires those they replace and asks for every agent to be '
  'relinked, to new tools too. Returns the registry.';
grant execute on function public.activate_registrations(uuid, text) to service_role;

create function public.mark_tools_missing(p_vapi_tool_ids text[]) returns void
language sql set search_path = '' as $$
  update public.vapi_tools set state = 'deleted'
  where vapi_tool_id = any (p_vapi_tool_ids) and state in ('current', 'retired')
$$;
comment on function public.mark_tools_missing(text[]) is
  'Vapi has no tools with these ids any more. Registering the catalogue again replaces them and relinks every agent.';
grant execute on function public.mark_tools_missing(text[]) to service_role;

create function public.update_registration(p_claim_token uuid, p_name text, p_definition_hash text) returns void
language plpgsql set search_path = '' as $$
begin
  delete from public.vapi_tools where name = p_name and state = 'creating' and claim_token = p_claim_token;
  if not found then
    perform private.raise_error('VT007', format('Cannot update tool %s: its claim has passed to another worker', p_name));
  end if;
  update public.vapi_tools set definition_hash = p_definition_hash, activated_at = clock_timestamp()
  where name = p_name and state = 'current';
  update public.org_tools set definition_hash = p_definition_hash where tool_name = p_name;
end
$$;
comment on function public.update_registration(uuid, text, text) is
  'For the in_place strategy: the current tool was changed at Vapi and keeps its id. Ends the claim.';
grant execute on function public.update_registration(uuid, text, text) to service_role;

create function public.retire_orphans(
  p_job_id uuid, p_lease_token uuid, p_name text, p_definition_hash text, p_vapi_tool_ids text[]
) returns integer
language plpgsql set search_path = '' as $$
declare
  v_retired integer := 0;
begin
  -- A worker that is registering the same definition at this moment may have adopted it, or be about to.
  if not exists (
    select from public.vapi_tools
    where name = p_name and definition_hash = p_definition_hash and state = 'creating' and claimed_until >= now())
  then
    insert into public.vapi_tools (name, vapi_tool_id, definition_hash, state, retired_at)
    select p_name, stray, p_definition_hash, 'retired', clock_timestamp() from unnest(p_vapi_tool_ids) stray
    on conflict (vapi_tool_id) do nothing;
    get diagnostics v_retired = row_count;
    perform private.retire_unused_tools();
  end if;
  perform public.complete_job(p_job_id, p_lease_token, jsonb_build_object('outcome', 'looked', 'retired', v_retired));
  return v_retired;
end
$$;
comment on function public.retire_orphans is
  'Ends the search for what an abandoned registration may have left at Vapi: tools that the registry does not know are retired, and '
  'so deleted once nobody carries them. Returns how many.';
grant execute on function public.retire_orphans to service_role;

create function private.abandon_old_registrations() returns void
language plpgsql set search_path = '' as $$
declare
  v_left public.vapi_tools;
begin
  for v_left in
    select * from public.vapi_tools
    where state = 'creating' and claimed_until < now() - interval '15 minutes'
    order by name for update skip locked
  loop
    perform private.abandon_registration(v_left);
  end loop;
end
$$;
comment on function private.abandon_old_registrations() is
  'Gives up claims that no worker wants any more: their release was rolled back before it was through.';
grant execute on function private.abandon_old_registrations() to service_role;

create function public.release_registrations(p_claim_token uuid) returns void
language sql set search_path = '' as $$
  update public.vapi_tools set claimed_until = now() - interval '1 second' where state = 'creating' and claim_token = p_claim_token
$$;
comment on function public.release_registrations(uuid) is 'Lets others try at once what this worker could not register.';
grant execute on function public.release_registrations(uuid) to service_role;

-- Relinking and retiring ---------------------------------------------------------------------------

create function private.relink_agents(p_request_id text default null, p_org_id uuid default null) returns integer
language plpgsql set search_path = '' as $$
declare
  v_relinked integer;
begin
  -- What is claimed or completed at this moment has ended before anyone is chosen, or sees what has changed.
  perform pg_advisory_xact_lock(hashtext('private.relink_agents'));
  insert into public.jobs as job (queue, key, org_id, payload, priority, request_id)
  select 'tool-sync', 'agent:' || agent.id, agent.org_id,
         jsonb_build_object('kind', 'agent', 'agentId', agent.id), 1, p_request_id
  from public.agents agent
  where (p_org_id is null or agent.org_id = p_org_id)
    -- An assistant that we never synced is left alone until its agent is saved or its organization is migrated.
    and (agent.synced_at is not null and agent.assistant_id is not null
      -- A sync under way went by what its organization had switched on then. What it does about the tools, it tells by itself.
      or p_org_id is not null and exists (
        select from public.jobs syncing
        where syncing.queue = 'tool-sync' and syncing.key = 'agent:' || agent.id and syncing.status = 'running'))
  -- In one order everywhere: two statements that fold into the same jobs must not wait for each other.
  order by agent.id
  on conflict (queue, key) where status = 'pending' do update set
    run_at = least(job.run_at, excluded.run_at), requested_at = greatest(job.requested_at, excluded.requested_at);
  get diagnostics v_relinked = row_count;
  return v_relinked;
end
$$;
comment on function private.relink_agents(text, uuid) is
  'Asks for every agent that was synced before (of one organization, or of all) to be synced. One statement. Returns how many.';
grant execute on function private.relink_agents(text, uuid) to service_role;

create function private.relink_after_switch() returns trigger
language plpgsql set search_path = '' as $$
begin
  perform private.relink_agents(p_org_id => new.org_id);
  return null;
end
$$;
comment on function private.relink_after_switch() is 'Trigger: a tool switched on or off is linked or unlinked without anyone acting.';
grant execute on function private.relink_after_switch() to service_role;

create trigger relink_after_switch after update of enabled on public.org_tools
  for each row when (new.enabled is distinct from old.enabled)
  execute function private.relink_after_switch();

create function private.retire_unused_tools() returns void
language plpgsql set search_path = '' as $$
declare
  v_tool public.vapi_tools;
begin
  if not exists (select from public.vapi_tools where state = 'retired') then
    return;
  end if;
  -- One at a time: two agents that let go of a tool at the same moment would each see the other still holding it.
  perform pg_advisory_xact_lock(hashtext('private.retire_unused_tools'));
  for v_tool in
    select * from public.vapi_tools tool
    where state = 'retired' and coalesce(recheck_at, now()) <= now()
      -- Another agent that lets go of it while it is being deleted must not have it deleted twice; and what was refused for
      -- good is not refused once more with every sync.
      and not exists (
        select from public.jobs
        where queue = 'tool-sync' and key = 'retire:' || tool.vapi_tool_id
          and (status in ('pending', 'running') or status = 'dead' and finished_at > now() - interval '1 day'))
      -- A sync that began before the tool was retired (or while that was being committed) may be about to link it.
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
comment on function private.retire_unused_tools() is
  'Asks for the deletion of every retired tool that no agent of ours carries any more; of one whose deletion was given up, once a day.';
grant execute on function private.retire_unused_tools() to service_role;

create function public.complete_retirement(
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
comment on function public.complete_retirement is
  'The retired tool is gone from Vapi, or stays for another day because the named assistants, not ours, still use it.';
grant execute on function public.complete_retirement to service_role;

create function public.retire_tools(p_catalogue text[], p_uptime_seconds numeric) returns jsonb
language plpgsql set search_path = '' as $$
begin
  update public.vapi_tools set state = 'retired', retired_at = clock_timestamp()
  where state = 'current' and name <> all (p_catalogue)
    and activated_at < now() - make_interval(secs => p_uptime_seconds::double precision);
  if found then
    perform private.relink_agents();
    perform private.retire_unused_tools();
  end if;
  return private.tool_registry();
end
$$;
comment on function public.retire_tools(text[], numeric) is
  'Retires what the catalogue no longer defines, unless it was activated by a newer deployment than the caller''s. Returns the registry.';
grant execute on function public.retire_tools(text[], numeric) to service_role;

select cron.schedule('abandon-old-registrations', '*/15 * * * *', 'select private.abandon_old_registrations()');
select cron.schedule('retire-unused-tools', '41 4 * * *', 'select private.retire_unused_tools()');
