-- Phone numbers at Vapi: which agent answers each. The queue informs Vapi, and never touches what belongs to somebody else there.

alter table public.phone_numbers add column agent_id uuid references public.agents on delete set null;
alter table public.phone_numbers add column applied jsonb not null default '{}';
alter table public.phone_numbers add column outcome text check (outcome in ('in_step', 'taken', 'missing'));
comment on column public.phone_numbers.agent_id is
  'The agent that answers it; null: the organization''s oldest inbound agent, if Vapi asks us at all.';
comment on column public.phone_numbers.applied is
  'What we have set at Vapi: {assistantId, serverUrl}. Only that is ever changed or removed.';
comment on column public.phone_numbers.outcome is
  'Taken: somebody else has given it another assistant, squad or server at Vapi. Missing: Vapi has no such number.';
create index phone_numbers_agent_id on public.phone_numbers (agent_id);

create table public.released_numbers (
  vapi_phone_number_id text primary key,
  applied              jsonb not null,
  released_at          timestamptz not null default now()
);
comment on table public.released_numbers is 'Numbers that no longer belong to anybody, until our settings are removed from them at Vapi.';
alter table public.released_numbers enable row level security;
grant select, insert, update, delete on public.released_numbers to service_role;

create function private.sync_number(p_vapi_phone_number_id text) returns void
language sql set search_path = '' as $$
  select private.enqueue(
    'tool-sync', 'number:' || p_vapi_phone_number_id, null,
    jsonb_build_object('kind', 'phone_number', 'vapiPhoneNumberId', p_vapi_phone_number_id))
$$;
comment on function private.sync_number(text) is 'Asks for a number to be brought in step at Vapi.';
grant execute on function private.sync_number(text) to service_role;

create function private.follow_number() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'DELETE' then
    -- Vapi need not be informed about a number that we never wrote.
    if old.applied <> '{}' then
      insert into public.released_numbers (vapi_phone_number_id, applied) values (old.vapi_phone_number_id, old.applied)
      on conflict (vapi_phone_number_id) do update set applied = excluded.applied;
      perform private.sync_number(old.vapi_phone_number_id);
    end if;
  elsif new.agent_id is not null or new.applied <> '{}' then
    perform private.sync_number(new.vapi_phone_number_id);
  end if;
  return null;
end
$$;
comment on function private.follow_number() is
  'Trigger: Vapi follows a change of the agent that answers a number. Definer: the role that changes the row need not have access to jobs.';
create trigger follow_number_added after insert on public.phone_numbers
  for each row when (new.agent_id is not null) execute function private.follow_number();
create trigger follow_number_changed after update of agent_id on public.phone_numbers
  for each row when (new.agent_id is distinct from old.agent_id) execute function private.follow_number();
create trigger follow_number_released after delete on public.phone_numbers
  for each row execute function private.follow_number();

create function private.follow_assistant() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.sync_number(vapi_phone_number_id) from public.phone_numbers where agent_id = new.id;
  return null;
end
$$;
comment on function private.follow_assistant() is 'Trigger: an agent''s numbers follow it to a new assistant. Definer: as private.follow_number.';
create trigger follow_assistant after update of assistant_id on public.agents
  for each row when (new.assistant_id is distinct from old.assistant_id) execute function private.follow_assistant();

create function private.follow_webhook() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.sync_number(vapi_phone_number_id) from public.phone_numbers where agent_id is not null order by vapi_phone_number_id;
  return null;
end
$$;
comment on function private.follow_webhook() is 'Trigger: a rotated secret or a moved backend reaches the numbers too. Definer: as private.follow_number.';
create trigger follow_webhook after update of fingerprint on public.webhook_state
  for each row when (new.fingerprint <> old.fingerprint) execute function private.follow_webhook();

create function public.phone_number_to_sync(p_vapi_phone_number_id text) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(
    (select jsonb_build_object(
       'isOurs', true, 'agentId', number.agent_id, 'assistantId', agent.assistant_id, 'applied', number.applied)
     from public.phone_numbers number left join public.agents agent on agent.id = number.agent_id
     where vapi_phone_number_id = p_vapi_phone_number_id),
    (select jsonb_build_object('isOurs', false, 'agentId', null, 'assistantId', null, 'applied', applied)
     from public.released_numbers where vapi_phone_number_id = p_vapi_phone_number_id))
$$;
comment on function public.phone_number_to_sync(text) is
  '{isOurs, agentId, assistantId, applied} of a number that belongs to an organization, or did until now; null if there is nothing to do.';
grant execute on function public.phone_number_to_sync(text) to service_role;

create function public.complete_number_sync(
  p_job_id uuid, p_lease_token uuid, p_vapi_phone_number_id text, p_applied jsonb, p_outcome text
) returns void
language plpgsql set search_path = '' as $$
begin
  perform private.require_lease(p_job_id, p_lease_token);
  update public.phone_numbers set applied = p_applied, outcome = p_outcome where vapi_phone_number_id = p_vapi_phone_number_id;
  delete from public.released_numbers where vapi_phone_number_id = p_vapi_phone_number_id;
  perform public.complete_job(p_job_id, p_lease_token, jsonb_build_object('outcome', p_outcome));
end
$$;
comment on function public.complete_number_sync is 'Records what is now ours in a number at Vapi.';
grant execute on function public.complete_number_sync to service_role;

create function public.numbers_to_verify(p_org_id uuid default null) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'numbers', coalesce((
      select jsonb_agg(jsonb_build_object(
        'vapiPhoneNumberId', number.vapi_phone_number_id, 'phone', number.phone, 'orgId', number.org_id,
        'agentId', number.agent_id, 'assistantId', agent.assistant_id) order by number.vapi_phone_number_id)
      from public.phone_numbers number left join public.agents agent on agent.id = number.agent_id
      where p_org_id is null or number.org_id = p_org_id), '[]'),
    -- Only of clinics that have given numbers to agents.
    'agentsWithout', coalesce((
      select jsonb_agg(jsonb_build_object('orgId', agent.org_id, 'agentId', agent.id) order by agent.id)
      from public.agents agent
      where (p_org_id is null or agent.org_id = p_org_id) and agent.role = 'inbound' and agent.paused_at is null
        and exists (select from public.phone_numbers number where number.org_id = agent.org_id and number.agent_id is not null)
        and not exists (select from public.phone_numbers number where number.agent_id = agent.id)), '[]'))
$$;
comment on function public.numbers_to_verify(uuid) is
  '{numbers: [{vapiPhoneNumberId, phone, orgId, agentId, assistantId}], agentsWithout: [{orgId, agentId}]}.';
grant execute on function public.numbers_to_verify(uuid) to service_role;

create function public.assistant_for_number(p_call jsonb) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('assistantId', agent.assistant_id)
  from public.phone_numbers number
  join public.agents agent using (org_id)
  where number.vapi_phone_number_id = p_call ->> 'phoneNumberId'
    and (agent.role = 'inbound' or agent.id = number.agent_id) and agent.assistant_id is not null and agent.paused_at is null
  order by agent.id = number.agent_id desc nulls last, agent.created_at
  limit 1
$$;
comment on function public.assistant_for_number(jsonb) is
  'The assistant that takes a call to one of our numbers: that of its agent, or else of its organization''s oldest inbound agent. Null if '
  'there is none.';
grant execute on function public.assistant_for_number(jsonb) to service_role;

create function public.assign_number_to_agent(p_vapi_phone_number_id text, p_agent_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_number public.phone_numbers;
begin
  select * into v_number from public.phone_numbers
  where vapi_phone_number_id = p_vapi_phone_number_id and org_id = any ((select private.member_org_ids())::uuid[]) for update;
  if v_number.id is null then
    perform private.raise_error('VT001', 'Your organization has no such number');
  end if;
  perform private.require_admin(v_number.org_id);
  if p_agent_id is not null and not exists (select from public.agents where id = p_agent_id and org_id = v_number.org_id) then
    perform private.raise_error('VT001', 'There is no such agent');
  end if;
  update public.phone_numbers set agent_id = p_agent_id where id = v_number.id;
  return jsonb_build_object('vapiPhoneNumberId', p_vapi_phone_number_id, 'agentId', p_agent_id);
end
$$;
comment on function public.assign_number_to_agent(text, uuid) is
  'An admin sets the agent that answers one of the organization''s numbers; null: none in particular. Vapi follows. Refuses with VT001, '
  'VT002. Definer: users may not queue jobs.';
grant execute on function public.assign_number_to_agent(text, uuid) to authenticated;

notify pgrst, 'reload schema';
