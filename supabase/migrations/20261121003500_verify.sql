-- Verifying the configuration at Vapi, and repairing what was found, through the same queue as everything else.

create table public.verifications (
  id         uuid primary key default gen_random_uuid(),
  org_id     uuid references public.organizations on delete cascade,
  ok         boolean not null,
  summary    jsonb not null,
  findings   jsonb not null,
  checked_at timestamptz not null default now()
);
comment on table public.verifications is 'Reports of past verifications: the evidence.';
comment on column public.verifications.org_id is 'The organization that was verified; null: all.';
create index verifications_org_id on public.verifications (org_id);
create index verifications_checked_at on public.verifications (checked_at);
alter table public.verifications enable row level security;
grant select, insert, update, delete on public.verifications to service_role;

create function public.agents_to_verify(p_org_id uuid, p_after uuid, p_limit integer) returns jsonb
language sql stable set search_path = '' as $$
  with page as (
    select * from public.agents
    where (p_org_id is null or org_id = p_org_id) and (p_after is null or id > p_after)
    order by id limit p_limit
  )
  select jsonb_build_object(
    'registry', private.tool_registry(),
    'registered', public.registered_tools(),
    'agents', coalesce((
      select jsonb_agg(private.agent_for_sync(agent::public.agents) order by agent.id) from page agent), '[]'),
    'unsynced', coalesce((
      select jsonb_agg(jsonb_build_object(
        'agentId', sync.agent_id, 'syncState', sync.sync_state, 'attempts', sync.attempts,
        'lastFailure', sync.last_error ->> 'message', 'nextAttemptAt', sync.next_attempt_at))
      from page join public.agent_sync_status sync on sync.agent_id = page.id
      where sync.sync_state <> 'synced'), '[]'))
$$;
comment on function public.agents_to_verify(uuid, uuid, integer) is
  'The registry, and a page of agents after the given id: {registry, registered, agents, unsynced}: each agent in the form in which the '
  'worker gets it, and why some are not in step.';
grant execute on function public.agents_to_verify(uuid, uuid, integer) to service_role;

create function public.record_verification(p_org_id uuid, p_report jsonb) returns uuid
language plpgsql set search_path = '' as $$
declare
  v_id uuid;
begin
  insert into public.verifications (org_id, ok, summary, findings)
  values (p_org_id, (p_report ->> 'ok')::boolean, p_report -> 'summary', p_report -> 'findings')
  returning id into v_id;
  return v_id;
end
$$;
comment on function public.record_verification(uuid, jsonb) is 'Stores a report.';
grant execute on function public.record_verification(uuid, jsonb) to service_role;

create function public.request_repairs(p_repairs jsonb, p_request_id text default null) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_run_id uuid := gen_random_uuid();
  v_repair jsonb;
  v_count  integer := 0;
begin
  for v_repair in select jsonb_array_elements(p_repairs) loop
    perform private.enqueue(
      'tool-sync', v_repair ->> 'key',
      (select org_id from public.agents where id = (v_repair -> 'payload' ->> 'agentId')::uuid),
      v_repair -> 'payload', p_run_id => v_run_id, p_request_id => p_request_id);
    v_count := v_count + 1;
  end loop;
  return jsonb_build_object('runId', v_run_id, 'requested', v_count);
end
$$;
comment on function public.request_repairs(jsonb, text) is
  'Asks the queue for repairs: [{key, payload}]. Returns {runId, requested}; repair_progress says how far they are.';
grant execute on function public.request_repairs(jsonb, text) to service_role;

create function public.repair_progress(p_run_id uuid) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'open', count(*) filter (where status in ('pending', 'running')),
    'failed', count(*) filter (where status = 'dead' or (status = 'pending' and last_error is not null)),
    'failures', coalesce(jsonb_agg(jsonb_build_object('key', key, 'error', last_error)) filter (where last_error is not null), '[]'))
  from public.jobs where run_id = p_run_id
$$;
comment on function public.repair_progress(uuid) is 'How far the repairs of a run are: {open, failed, failures}.';
grant execute on function public.repair_progress(uuid) to service_role;

-- A booking through the endpoint ------------------------------------------------------------------

create function public.begin_test_booking(p_org_id uuid) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_calendar public.calendars;
  v_request  private.slot_request;
  v_slot     record;
begin
  insert into public.calendars as calendar (org_id, name, position, for_tests)
  values (p_org_id, 'Configuration test', 1000, true)
  on conflict (org_id, name) do update set active = true where calendar.for_tests
  returning * into v_calendar;
  if v_calendar.id is null then
    perform private.raise_error('VT001', 'The organization has a calendar named "Configuration test" that is not a test calendar: rename it');
  end if;
  -- Open at all hours: the test is not about whether the organization is open.
  insert into public.business_hours (org_id, calendar_id, weekday, opens, closes)
  select p_org_id, v_calendar.id, weekday, '00:00', '24:00' from generate_series(1, 7) weekday
  on conflict do nothing;

  v_request := (private.read_slot_request(
    p_org_id, jsonb_build_object('date', current_date + 1, 'time', '10:00', 'provider', v_calendar.name))).request;
  select local into v_slot from private.free_slots(v_request, current_date + 1, current_date + 30) order by starts_at limit 1;
  if v_slot.local is null then
    perform private.raise_error('VT001', 'The organization takes no bookings within the next 30 days');
  end if;
  return jsonb_build_object(
    'provider', v_calendar.name, 'date', to_char(v_slot.local, 'YYYY-MM-DD'), 'time', to_char(v_slot.local, 'HH24:MI'));
end
$$;
comment on function public.begin_test_booking(uuid) is
  'Prepares a test booking: {provider, date, time} of a free slot on a calendar that real callers never get.';
grant execute on function public.begin_test_booking(uuid) to service_role;

create function public.end_test_booking(p_org_id uuid, p_appointment_id uuid) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_found public.appointments;
begin
  -- A test calendar notifies nobody and has no event at Google.
  perform private.allow_change_of_visits(true);
  delete from public.appointments appointment
  using public.calendars calendar
  where appointment.id = p_appointment_id and appointment.org_id = p_org_id
    and calendar.id = appointment.calendar_id and calendar.for_tests
  returning appointment.* into v_found;
  perform private.allow_change_of_visits(false);

  delete from public.contacts contact
  where contact.id = v_found.contact_id
    and not exists (select from public.appointments where contact_id = contact.id);
  delete from public.calendars calendar
  where org_id = p_org_id and name = 'Configuration test' and for_tests
    and not exists (select from public.appointments where calendar_id = calendar.id);
  return jsonb_build_object('state', v_found.state, 'startsAt', v_found.starts_at);
end
$$;
comment on function public.end_test_booking(uuid, uuid) is
  'Removes a test booking, its contact and its calendar. Returns what was stored: {state, startsAt}, null if nothing was.';
grant execute on function public.end_test_booking(uuid, uuid) to service_role;

-- Once a day: one request per thousand assistants, one for the tools, and one or two per endpoint.
select cron.schedule('verify-configuration', '7 5 * * *',
  $$select private.call_function('verify-config', '{"record": true, "background": true}')$$);

notify pgrst, 'reload schema';
