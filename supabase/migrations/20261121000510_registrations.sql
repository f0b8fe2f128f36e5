-- Registering tools at Vapi: claimed, recorded, activated, or given up.

create function private.is_settled(
  p_name text, p_hash text, p_booted timestamptz, p_renew_before timestamptz
) returns boolean
language sql stable set search_path = '' as $$
  select exists (
    -- On trial or stopped: either way there is nothing to register.
    select from public.vapi_tools
    where name = p_name and definition_hash = p_hash and (state = 'trial' or stopped_at is not null) and p_renew_before is null
  ) or coalesce((
    select case
      when state = 'current' and definition_hash = p_hash then p_renew_before is null or activated_at >= p_renew_before
      -- A worker that started before the registry last changed runs an older deployment's code: it must not turn the
      -- registry back. A rollback runs in workers that started later, so it passes.
      when state = 'current' then activated_at > p_booted
      else retired_at > p_booted
    end
    from public.vapi_tools
    where name = p_name and activated_at is not null and state <> 'trial' and stopped_at is null
    order by activated_at desc limit 1
  ), false)
$$;
comment on function private.is_settled(text, text, timestamptz, timestamptz) is
  'Whether a worker that started at p_booted has nothing to register for this tool: its definition is current (activated no earlier than '
  'p_renew_before), on trial or stopped, or a newer deployment takes precedence.';
grant execute on function private.is_settled(text, text, timestamptz, timestamptz) to service_role;

create function private.abandon_registration(p_left public.vapi_tools) returns void
language plpgsql set search_path = '' as $$
begin
  if p_left.vapi_tool_id is not null then
    update public.vapi_tools set
      state = 'retired', retired_at = clock_timestamp(), claim_token = null, claimed_until = null
    where id = p_left.id;
    perform private.delete_unused_tools();
  else
    delete from public.vapi_tools where id = p_left.id;
    perform private.enqueue(
      'tool-sync', format('orphan:%s:%s', p_left.name, p_left.definition_hash), null,
      jsonb_build_object('kind', 'orphan', 'name', p_left.name, 'definitionHash', p_left.definition_hash));
  end if;
end
$$;
comment on function private.abandon_registration(public.vapi_tools) is
  'Gives up a claim whose worker is gone. Whatever was created under it is deleted from Vapi: the tool whose id was recorded, or one that '
  'a worker has to look for, because its creator may have died before recording it.';
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
  -- Always in the same order, so that two workers cannot wait for each other.
  for v_tool in
    select tool ->> 'name' as name, tool ->> 'definitionHash' as hash, tool ->> 'deploymentHash' as deployment,
      tool ->> 'description' as description
    from jsonb_array_elements(p_tools) tool order by 1
  loop
    v_claim := null;
    -- Deploying the earlier code again means that the later definition is not to be tried.
    perform private.end_trial(trial, false), private.give_up_trial(trial.name)
    from public.vapi_tools trial join public.vapi_tools known on known.name = trial.name and known.state = 'current'
    where trial.name = v_tool.name and trial.state = 'trial' and trial.activated_at < v_booted
      and trial.definition_hash <> v_tool.hash and known.definition_hash = v_tool.hash;
    if not private.is_settled(v_tool.name, v_tool.hash, v_booted, p_renew_before) then
      -- What a dead worker of another release began is not continued.
      for v_left in
        select * from public.vapi_tools
        where name = v_tool.name and state = 'creating' and definition_hash <> v_tool.hash and claimed_until < now()
        for update
      loop
        perform private.abandon_registration(v_left);
      end loop;

      -- A claim left by a dead worker keeps the id that it recorded.
      insert into public.vapi_tools as held (name, definition_hash, deployment_hash, description, state, claim_token, claimed_until)
      values (v_tool.name, v_tool.hash, v_tool.deployment, v_tool.description, 'creating', p_claim_token, now() + make_interval(secs => p_lease_seconds))
      on conflict (name) where state = 'creating' do update set
        claim_token   = excluded.claim_token,
        claimed_until = excluded.claimed_until
      where held.definition_hash = excluded.definition_hash
        and (held.claimed_until < now() or held.claim_token = excluded.claim_token)
      returning * into v_claim;

      -- The claim may have waited for a worker that was just activating the same definition: then there is nothing left to do.
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
  'Claims the registration of every tool whose hash is not the current one, or that was activated before p_renew_before, unless the '
  'worker, running for p_uptime_seconds, is older than the registry. p_tools: [{name, definitionHash, deploymentHash, description}]. '
  'Answer per tool: action `keep` (in step), `register` (the caller creates it), `recorded` (created by a worker that died: only activate '
  'it) or `wait` (another worker is doing it), vapiToolId, currentToolId.';
grant execute on function public.claim_registrations to service_role;

create function public.record_registration(
  p_claim_token uuid, p_name text, p_vapi_tool_id text, p_is_adopted boolean default false
) returns void
language plpgsql set search_path = '' as $$
begin
  -- It was believed to be gone, and has been found again at Vapi.
  delete from public.vapi_tools where vapi_tool_id = p_vapi_tool_id and state = 'deleted';
  update public.vapi_tools set vapi_tool_id = p_vapi_tool_id, is_adopted = p_is_adopted
  where name = p_name and state = 'creating' and claim_token = p_claim_token;
  if not found then
    perform private.raise_error('VT007', format('Cannot record tool %s: its claim has passed to another worker', p_name));
  end if;
end
$$;
comment on function public.record_registration(uuid, text, text, boolean) is
  'Records at once the id that Vapi gave. Only with the live claim.';
grant execute on function public.record_registration(uuid, text, text, boolean) to service_role;

create function public.activate_registrations(
  p_claim_token uuid, p_request_id text default null, p_is_for_all boolean default false
) returns jsonb
language plpgsql set search_path = '' as $$
begin
  perform private.note_awake('tool-sync');
  -- A tool on trial gives way to a newer one.
  update public.vapi_tools trial set state = 'retired', retired_at = clock_timestamp()
  from public.vapi_tools claimed
  where claimed.state = 'creating' and claimed.claim_token = p_claim_token and claimed.vapi_tool_id is not null
    and trial.name = claimed.name and trial.state = 'trial';
  if not p_is_for_all then
    perform private.begin_trials(p_claim_token, p_request_id);
  end if;
  update public.vapi_tools old set state = 'retired', retired_at = clock_timestamp()
  from public.vapi_tools claimed
  where claimed.state = 'creating' and claimed.claim_token = p_claim_token and claimed.vapi_tool_id is not null
    and old.name = claimed.name and old.state = 'current';

  -- now(), as in the relinking below: it tells which syncs came after the activation.
  update public.vapi_tools set
    state = 'current', claim_token = null, claimed_until = null, activated_at = now()
  where state = 'creating' and claim_token = p_claim_token and vapi_tool_id is not null;

  -- The agents release replaced tools when they are relinked; without agents they are free already.
  if found and private.relink_agents(p_request_id) = 0 then
    perform private.delete_unused_tools();
  end if;
  return private.tool_registry();
end
$$;
comment on function public.activate_registrations(uuid, text, boolean) is
  'Makes all recorded tools of the claim current in one step, retires those that they replace, and asks for every agent to be relinked, '
  'including to new tools. A changed definition goes to a share first (see …_trials.sql), unless p_is_for_all. Returns the registry.';
grant execute on function public.activate_registrations(uuid, text, boolean) to service_role;

create function public.mark_tools_missing(p_vapi_tool_ids text[]) returns void
language sql set search_path = '' as $$
  update public.vapi_tools set state = 'deleted'
  where vapi_tool_id = any (p_vapi_tool_ids) and state in ('trial', 'current', 'retired')
$$;
comment on function public.mark_tools_missing(text[]) is
  'Vapi no longer has tools with these ids. Registering the catalogue again replaces them and relinks every agent.';
grant execute on function public.mark_tools_missing(text[]) to service_role;

create function public.update_registration(p_claim_token uuid, p_name text, p_definition_hash text) returns void
language plpgsql set search_path = '' as $$
declare
  v_description text;
begin
  delete from public.vapi_tools where name = p_name and state = 'creating' and claim_token = p_claim_token
  returning description into v_description;
  if not found then
    perform private.raise_error('VT007', format('Cannot update tool %s: its claim has passed to another worker', p_name));
  end if;
  update public.vapi_tools set definition_hash = p_definition_hash, description = v_description, activated_at = clock_timestamp()
  where name = p_name and state = 'current';
  -- A row that somebody has locked is updated by the next sync of its organization.
  update public.org_tools set definition_hash = p_definition_hash where id in (
    select id from public.org_tools where tool_name = p_name order by id for no key update skip locked);
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
  -- A worker that is registering the same definition right now may have adopted it, or be about to.
  if not exists (
    select from public.vapi_tools
    where name = p_name and definition_hash = p_definition_hash and state = 'creating' and claimed_until >= now())
  then
    insert into public.vapi_tools (name, vapi_tool_id, definition_hash, state, retired_at)
    select p_name, orphan, p_definition_hash, 'retired', clock_timestamp() from unnest(p_vapi_tool_ids) orphan
    on conflict (vapi_tool_id) do nothing;
    get diagnostics v_retired = row_count;
    perform private.delete_unused_tools();
  end if;
  perform public.complete_job(p_job_id, p_lease_token, jsonb_build_object('outcome', 'looked', 'retired', v_retired));
  return v_retired;
end
$$;
comment on function public.retire_orphans is
  'Ends the search for what an abandoned registration may have left at Vapi: tools that the registry does not know are retired, and so '
  'deleted once no assistant carries them. Returns how many.';
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
  'Gives up claims that no worker wants any more: their release was rolled back before it was finished.';
grant execute on function private.abandon_old_registrations() to service_role;

create function public.release_registrations(p_claim_token uuid) returns void
language sql set search_path = '' as $$
  update public.vapi_tools set claimed_until = now() - interval '1 second' where state = 'creating' and claim_token = p_claim_token
$$;
comment on function public.release_registrations(uuid) is 'Lets others immediately try what this worker could not register.';
grant execute on function public.release_registrations(uuid) to service_role;
select cron.schedule('abandon-old-registrations', '*/15 * * * *', 'select private.abandon_old_registrations()');
