-- Gradual rollout: a changed definition goes to a share of the organizations first, and to all once it has proved itself there.
--
--   creating ──activate──▶ trial ──no more errors than allowed, for long enough──▶ current
--                            └──────── too many errors ────────▶ retired, for good: stopped
--
-- Only a definition is tried: if a new secret or URL were, it would meanwhile be wrong for everybody else.

create table public.trial_organizations (
  org_id    uuid primary key references public.organizations on delete cascade,
  chosen_at timestamptz not null default now()
);
comment on table public.trial_organizations is 'The share of organizations that gets changed definitions first, while there are any.';
alter table public.trial_organizations enable row level security;
grant select, insert, update, delete on public.trial_organizations to service_role;

create function private.begin_trials(p_claim_token uuid, p_request_id text) returns void
language plpgsql set search_path = '' as $$
declare
  v_share integer := (select rollout_share from public.platform_settings);
  v_orgs  integer;
begin
  if v_share = 100 then
    return;
  end if;
  select count(distinct org_id) into v_orgs from public.agents where assistant_id is not null and synced_at is not null;
  update public.vapi_tools tool set
    state = 'trial', claim_token = null, claimed_until = null, activated_at = now(), trial_errors = 0
  from public.vapi_tools known
  where tool.state = 'creating' and tool.claim_token = p_claim_token and tool.vapi_tool_id is not null
    and known.name = tool.name and known.state = 'current'
    and known.definition_hash <> tool.definition_hash and known.deployment_hash = tool.deployment_hash and v_orgs > 1;
  if not found then
    return;
  end if;
  if not exists (select from public.trial_organizations) then
    insert into public.trial_organizations (org_id)
    select org_id
    from (select distinct org_id from public.agents where assistant_id is not null and synced_at is not null) org
    -- Different ones each time.
    order by md5(org_id::text || p_claim_token::text)
    limit greatest(1, ceil(v_orgs * v_share / 100.0)::integer);
  end if;
  perform private.relink_agents(p_request_id, org_id) from public.trial_organizations order by org_id;
end
$$;
comment on function private.begin_trials(uuid, text) is
  'Of what the claim has registered, gives definitions that replace others to a share of the organizations '
  '(platform_settings.rollout_share).';
grant execute on function private.begin_trials(uuid, text) to service_role;

create function private.end_trial(p_tool public.vapi_tools, p_is_sound boolean) returns void
language plpgsql set search_path = '' as $$
begin
  if p_is_sound then
    update public.vapi_tools set state = 'retired', retired_at = clock_timestamp() where name = p_tool.name and state = 'current';
    update public.vapi_tools set state = 'current', activated_at = now() where id = p_tool.id;
    perform private.relink_agents();
  else
    update public.vapi_tools set state = 'retired', retired_at = clock_timestamp(), stopped_at = clock_timestamp() where id = p_tool.id;
    perform private.relink_agents(null, org_id) from public.trial_organizations order by org_id;
  end if;
  if not exists (select from public.vapi_tools where state = 'trial') then
    delete from public.trial_organizations;
  end if;
  perform private.audit(
    case when p_is_sound then 'rollout_to_all' else 'rollout_stopped' end, p_tool.name,
    jsonb_build_object('vapiToolId', p_tool.vapi_tool_id, 'definitionHash', p_tool.definition_hash, 'errors', p_tool.trial_errors));
end
$$;
comment on function private.end_trial(public.vapi_tools, boolean) is
  'Gives a definition on trial to all, or takes it back from those who had it: then it is not tried again until it is changed.';
grant execute on function private.end_trial(public.vapi_tools, boolean) to service_role;

create function private.give_up_trial(p_tool text) returns boolean
language plpgsql set search_path = '' as $$
begin
  update public.vapi_tools set given_up_at = clock_timestamp()
  where name = p_tool and stopped_at is not null and given_up_at is null;
  return found;
end
$$;
comment on function private.give_up_trial(text) is
  'Declares that nobody has to be notified any more that a definition of this tool has stopped. False if none has.';
grant execute on function private.give_up_trial(text) to service_role;

create function private.stopped_trials() returns table (tool text, errors integer)
language sql stable set search_path = '' as $$
  select name, coalesce(max(trial_errors) filter (
    where given_up_at is null
      -- A later registration, forced or changed, has replaced it.
      and not exists (
        select from public.vapi_tools later
        where later.name = stopped.name and later.activated_at > stopped.stopped_at)), 0)
  from public.vapi_tools stopped
  where stopped_at is not null
  group by name
$$;
comment on function private.stopped_trials() is
  'For each tool that ever had a definition stopped at its share: the failed calls, or 0 if that is settled.';
grant execute on function private.stopped_trials() to service_role;

create function private.is_failing(p_tool public.vapi_tools) returns boolean
language sql stable set search_path = '' as $$
  select p_tool.trial_errors >= 5
    and p_tool.trial_errors * 100 > settings.rollout_max_error_percent * (p_tool.trial_errors + (
      select count(*) from public.tool_calls
      where tool = p_tool.name and created_at >= p_tool.activated_at
        and org_id in (select org_id from public.trial_organizations)))
  from public.platform_settings settings
$$;
comment on function private.is_failing(public.vapi_tools) is
  'Whether more calls of a definition on trial fail than are allowed. Fewer than five say nothing.';
grant execute on function private.is_failing(public.vapi_tools) to service_role;

create function private.check_trials() returns void
language plpgsql set search_path = '' as $$
declare
  v_tool public.vapi_tools;
begin
  for v_tool in select * from public.vapi_tools where state = 'trial' order by name for update skip locked loop
    if private.is_failing(v_tool) then
      perform private.end_trial(v_tool, false);
    elsif v_tool.activated_at < now() - make_interval(mins => (select rollout_minutes from public.platform_settings)) then
      perform private.end_trial(v_tool, true);
    end if;
  end loop;
end
$$;
comment on function private.check_trials() is 'Stops failing trials, and gives all organizations what has been on trial for long enough.';
grant execute on function private.check_trials() to service_role;
select cron.schedule('check-trials', '* * * * *', 'select private.check_trials()');

create function private.count_trial_errors(p_errors jsonb) returns void
language plpgsql set search_path = '' as $$
begin
  update public.vapi_tools tool set trial_errors = tool.trial_errors + counted.value::integer
  from jsonb_each_text(p_errors) counted
  where tool.state = 'trial' and tool.definition_hash = counted.key;
  if found then
    perform private.check_trials();
  end if;
end
$$;
comment on function private.count_trial_errors(jsonb) is 'Adds up failed calls by the definition with which they were made: {hash: count}.';
grant execute on function private.count_trial_errors(jsonb) to service_role;
