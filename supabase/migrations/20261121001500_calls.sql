-- Calls as Vapi reports them. No transcript, no recording and no phone number is kept.

create table public.calls (
  id               uuid primary key default gen_random_uuid(),
  org_id           uuid not null references public.organizations on delete cascade,
  agent_id         uuid references public.agents on delete set null,
  vapi_call_id     text not null unique,
  status           text not null default 'queued'
                   check (status in ('scheduled', 'queued', 'ringing', 'in-progress', 'forwarding', 'ended')),
  started_at       timestamptz,
  ended_at         timestamptz,
  ended_reason     text,
  cost             numeric,
  claimed_without_deed boolean not null default false,
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now()
);
comment on table public.calls is 'One row per call, updated by Vapi''s events in whatever order and number they come.';
comment on column public.calls.cost is 'US dollars, as Vapi reports it at the end.';
comment on column public.calls.claimed_without_deed is
  'Whether its assistant said that something was booked, cancelled or moved although no tool did it: see private.unproven_claims.';
create index calls_org_id on public.calls (org_id, created_at);
create index calls_agent_id on public.calls (agent_id);
create index calls_created_at on public.calls (created_at);
create index appointments_call_id on public.appointments (call_id) where call_id is not null;
create trigger set_updated_at before update on public.calls
  for each row execute function private.set_updated_at();

create table public.call_event_counts (
  org_id uuid not null references public.organizations on delete cascade,
  day    date not null,
  type   text not null,
  count  bigint not null default 0,
  primary key (org_id, day, type)
);
comment on table public.call_event_counts is 'How many events of each type came in, by day in UTC.';

alter table public.calls enable row level security;
alter table public.call_event_counts enable row level security;
create policy "members read the calls of their organization" on public.calls
  for select to authenticated using (org_id = any ((select private.member_org_ids())::uuid[]));
create policy "members read the event counts of their organization" on public.call_event_counts
  for select to authenticated using (org_id = any ((select private.member_org_ids())::uuid[]));
grant select on public.calls, public.call_event_counts to authenticated;
grant select, insert, update, delete on public.calls, public.call_event_counts to service_role;

create view public.call_outcomes with (security_invoker = true) as
select call.id as call_id, call.org_id, call.vapi_call_id, call.started_at, call.ended_at, call.ended_reason,
       appointment.id as appointment_id, appointment.state as appointment_state, appointment.starts_at
from public.calls call
left join public.appointments appointment
  on appointment.call_id = call.vapi_call_id and appointment.org_id = call.org_id;
comment on view public.call_outcomes is 'Calls with the appointments that were made in them.';
grant select on public.call_outcomes to authenticated, service_role;

create function private.call_progress(p_status text) returns integer
language sql immutable set search_path = '' as $$
  select array_position(array['scheduled', 'queued', 'ringing', 'in-progress', 'forwarding', 'ended'], p_status)
$$;
comment on function private.call_progress(text) is 'How far a call with this status is: events may come late, and a call never goes back.';
grant execute on function private.call_progress(text) to service_role;

create function public.record_call_event(p_call jsonb, p_event jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  v_org_id uuid := private.org_of_call(p_call);
begin
  insert into public.call_event_counts as counted (org_id, day, type, count)
  values (v_org_id, (now() at time zone 'UTC')::date, p_event ->> 'type', 1)
  on conflict (org_id, day, type) do update set count = counted.count + 1;

  if p_call ->> 'callId' is null or private.call_progress(p_event ->> 'status') is null then
    return;
  end if;
  insert into public.calls as call (org_id, agent_id, vapi_call_id, status, started_at, ended_at, ended_reason, cost)
  values (
    v_org_id,
    (select id from public.agents where assistant_id = p_call ->> 'assistantId'),
    p_call ->> 'callId',
    p_event ->> 'status',
    (p_event ->> 'startedAt')::timestamptz, (p_event ->> 'endedAt')::timestamptz,
    p_event ->> 'endedReason', (p_event ->> 'cost')::numeric)
  on conflict (vapi_call_id) do update set
    status       = case when private.call_progress(excluded.status) > private.call_progress(call.status)
                     then excluded.status else call.status end,
    agent_id     = coalesce(call.agent_id, excluded.agent_id),
    started_at   = coalesce(excluded.started_at, call.started_at),
    ended_at     = coalesce(excluded.ended_at, call.ended_at),
    ended_reason = coalesce(excluded.ended_reason, call.ended_reason),
    cost         = coalesce(excluded.cost, call.cost)
  where call.org_id = excluded.org_id;
  if p_event ? 'claims' then
    perform private.note_claims(v_org_id, p_call ->> 'callId', p_event -> 'claims');
  end if;
end
$$;
comment on function public.record_call_event(jsonb, jsonb) is
  'Counts an event and updates its call: p_event {type, status?, startedAt?, endedAt?, endedReason?, cost?, claims?}. The same event '
  'twice, or events out of order, lead to the same result. Refuses as org_of_call does.';
grant execute on function public.record_call_event(jsonb, jsonb) to service_role;

notify pgrst, 'reload schema';
