-- Live updates: everybody who looks at a clinic hears at once of changes in it, through Supabase Realtime's broadcasts from the database. A
-- message may get lost, and contains nothing but ids and states: its reader reads what it shows from the tables.

create function private.broadcast(p_org_id uuid, p_event text, p_payload jsonb) returns void
language plpgsql security definer set search_path = '' as $$
begin
  -- A project may be without Realtime.
  if to_regprocedure('realtime.send(jsonb, text, text, boolean)') is not null then
    perform realtime.send(p_payload, p_event, 'organization:' || p_org_id, true);
  end if;
end
$$;
comment on function private.broadcast(uuid, text, jsonb) is
  'Notifies everybody who follows the organization. Never fails and undoes nothing. Definer: the role that changes a row sends its '
  'message, whatever else that role may do in Realtime.';
grant execute on function private.broadcast(uuid, text, jsonb) to authenticated, service_role;

create function private.named_in_message(p_items jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  return case when jsonb_array_length(p_items) <= 50 then jsonb_build_object('items', p_items) else '{}' end;
end
$$;
comment on function private.named_in_message(jsonb) is
  'The contents of a message: {items}, or nothing if that is too much: then everything has to be read again.';
grant execute on function private.named_in_message(jsonb) to authenticated, service_role;

create function private.broadcast_new_syncs() returns trigger
language plpgsql set search_path = '' as $$
begin
  perform private.broadcast(sync.org_id, 'agents', private.named_in_message(jsonb_agg(sync.item)))
  from (
    select org_id, jsonb_build_object('agentId', payload ->> 'agentId', 'syncState', private.sync_state(status)) as item
    from new_jobs where queue = 'tool-sync' and payload ->> 'kind' = 'agent'
  ) sync
  where sync.org_id is not null
  group by sync.org_id;
  return null;
end
$$;
comment on function private.broadcast_new_syncs() is 'Trigger: announces which agents'' syncs were requested, once per statement.';
grant execute on function private.broadcast_new_syncs() to service_role;
create trigger broadcast_new_syncs after insert on public.jobs
  referencing new table as new_jobs
  for each statement execute function private.broadcast_new_syncs();

create function private.broadcast_syncs() returns trigger
language plpgsql set search_path = '' as $$
begin
  perform private.broadcast(changed.org_id, 'agents', private.named_in_message(jsonb_agg(
    jsonb_build_object('agentId', changed.agent_id, 'syncState', private.sync_state(changed.status)))))
  from (
    -- No join: planned for one job, as in most changes, it would compare thousands of jobs with each other.
    select id, org_id, payload ->> 'agentId' as agent_id, status, requested_at from new_jobs
    where queue = 'tool-sync' and payload ->> 'kind' = 'agent' and org_id is not null
    except
    select id, org_id, payload ->> 'agentId', status, requested_at from old_jobs
  ) changed
  group by changed.org_id;
  return null;
end
$$;
comment on function private.broadcast_syncs() is 'Trigger: announces the state of the agents'' syncs, once per statement.';
grant execute on function private.broadcast_syncs() to service_role;
create trigger broadcast_syncs after update on public.jobs
  referencing old table as old_jobs new table as new_jobs
  for each statement execute function private.broadcast_syncs();

create function private.broadcast_deleted_agents() returns trigger
language plpgsql set search_path = '' as $$
begin
  perform private.broadcast(org_id, 'agents', private.named_in_message(jsonb_agg(
    jsonb_build_object('agentId', id, 'syncState', 'deleted'))))
  from gone group by org_id;
  return null;
end
$$;
comment on function private.broadcast_deleted_agents() is 'Trigger: announces which agents no longer exist.';
grant execute on function private.broadcast_deleted_agents() to authenticated, service_role;
create trigger broadcast_deleted_agents after delete on public.agents
  referencing old table as gone
  for each statement execute function private.broadcast_deleted_agents();

create function private.broadcast_visits() returns trigger
language plpgsql set search_path = '' as $$
begin
  perform private.broadcast(org_id, 'visits', private.named_in_message(jsonb_agg(jsonb_build_object(
    'appointmentId', id, 'state', case when tg_op = 'DELETE' then 'deleted' else state end, 'startsAt', starts_at))))
  from changed group by org_id;
  return null;
end
$$;
comment on function private.broadcast_visits() is 'Trigger: announces which visits were added, changed or removed, once per statement.';
grant execute on function private.broadcast_visits() to authenticated, service_role;
create trigger broadcast_new_visits after insert on public.appointments
  referencing new table as changed for each statement execute function private.broadcast_visits();
create trigger broadcast_changed_visits after update on public.appointments
  referencing new table as changed for each statement execute function private.broadcast_visits();
create trigger broadcast_deleted_visits after delete on public.appointments
  referencing old table as changed for each statement execute function private.broadcast_visits();

create function private.broadcast_calls() returns trigger
language plpgsql set search_path = '' as $$
begin
  perform private.broadcast(org_id, 'calls', private.named_in_message(jsonb_agg(
    jsonb_build_object('callId', id, 'agentId', agent_id, 'status', status))))
  from changed group by org_id;
  return null;
end
$$;
comment on function private.broadcast_calls() is 'Trigger: announces which calls began or progressed, once per statement.';
grant execute on function private.broadcast_calls() to service_role;
create trigger broadcast_new_calls after insert on public.calls
  referencing new table as changed for each statement execute function private.broadcast_calls();
create trigger broadcast_changed_calls after update on public.calls
  referencing new table as changed for each statement execute function private.broadcast_calls();

-- Realtime asks this table's policies who may join which private channel.
do $$
begin
  if to_regclass('realtime.messages') is not null then
    create policy "members follow their organization" on realtime.messages for select to authenticated
      using (extension = 'broadcast'
        and (select realtime.topic()) = any (array(select 'organization:' || org_id from unnest(private.member_org_ids()) org_id)));
  end if;
end
$$;

notify pgrst, 'reload schema';
