-- How much one organization may ask for, so that one that runs wild leaves room for the others.
--
-- Counted here and not in the functions, so that it holds however many isolates there are. The limit is checked before the work and the use
-- counted after it, both in the transaction of the work: calls of one organization do not wait for each other, refused and failed calls do
-- not count, and the limit is exceeded by at most as many calls as there are connections. The defaults should stop a loop, not ration: they
-- are twenty times what the busiest organization asks for. Together the workers sync about a thousand agents a minute, so no organization
-- may ask for more than an eighth of that.

create table public.rate_limits (
  org_id                uuid primary key references public.organizations on delete cascade,
  tool_calls_per_minute integer not null default 6000 check (tool_calls_per_minute >= 0),
  saves_per_minute      integer not null default 120 check (saves_per_minute >= 0),
  max_agents            integer not null default 200 check (max_agents >= 0),
  updated_at            timestamptz not null default now()
);
comment on table public.rate_limits is 'How much each organization may ask for. A change takes effect at once; 0 allows nothing.';
comment on column public.rate_limits.tool_calls_per_minute is
  'A phone call makes about five a minute. A call that is delivered twice counts once.';
comment on column public.rate_limits.saves_per_minute is
  'Saves of agents, by all members together. Below what the workers can sync in a minute.';
comment on column public.rate_limits.max_agents is
  'How many agents the organization may have. Each is an assistant at Vapi, compared by every verification and relinked by every rollout.';

create function private.create_default_rate_limits() returns trigger
language plpgsql set search_path = '' as $$
begin
  insert into public.rate_limits (org_id) values (new.id);
  return null;
end
$$;
comment on function private.create_default_rate_limits() is 'Trigger: every organization has limits.';
grant execute on function private.create_default_rate_limits() to service_role;
create trigger create_default_rate_limits after insert on public.organizations
  for each row execute function private.create_default_rate_limits();
insert into public.rate_limits (org_id) select id from public.organizations;
create trigger set_updated_at before update on public.rate_limits
  for each row execute function private.set_updated_at();

alter table public.rate_limits enable row level security;
create policy "members read the limits of their organization" on public.rate_limits
  for select to authenticated using (org_id = any ((select private.member_org_ids())::uuid[]));
grant select on public.rate_limits to authenticated;
grant select, insert, update, delete on public.rate_limits to service_role;

create table private.rate_counts (
  org_id uuid not null references public.organizations on delete cascade,
  what   text not null check (what in ('tool_calls', 'saves')),
  lane   smallint not null,
  minute timestamptz not null,
  used   integer not null,
  primary key (org_id, what, lane)
) with (fillfactor = 50);
comment on table private.rate_counts is
  'What each organization used in the latest minute in which it used anything. A row is written often, in place: half of each page is '
  'left free for that.';
comment on column private.rate_counts.lane is
  'The connection''s lane: a row is locked until its transaction ends, and connections should not wait for each other.';
grant select, insert, update on private.rate_counts to service_role;

create function private.require_room(p_org_id uuid, p_what text, p_refusal text) returns void
language plpgsql stable set search_path = '' as $$
declare
  v_minute timestamptz := date_trunc('minute', now());
begin
  if exists (
    select from public.rate_limits allowed
    where allowed.org_id = p_org_id and coalesce((
      select sum(used) from private.rate_counts where org_id = p_org_id and what = p_what and minute = v_minute), 0) >= case p_what
      when 'tool_calls' then allowed.tool_calls_per_minute
      when 'saves' then allowed.saves_per_minute
    end
  ) then
    perform private.raise_error('VT009', p_refusal, ceil(extract(epoch from v_minute + interval '1 minute' - now()))::text);
  end if;
end
$$;
comment on function private.require_room(uuid, text, text) is
  'Refuses with VT009 (detail: seconds to wait) if the organization has used up this minute''s tool_calls or saves.';
grant execute on function private.require_room(uuid, text, text) to service_role;

create function private.count_use(p_org_id uuid, p_what text) returns void
language plpgsql set search_path = '' as $$
begin
  insert into private.rate_counts as counted (org_id, what, lane, minute, used)
  values (p_org_id, p_what, pg_backend_pid() % 64, date_trunc('minute', now()), 1)
  on conflict (org_id, what, lane) do update set
    minute = greatest(counted.minute, excluded.minute),
    used   = case when excluded.minute > counted.minute then 1 else counted.used + 1 end;
end
$$;
comment on function private.count_use(uuid, text) is 'Counts one tool call or save.';
grant execute on function private.count_use(uuid, text) to service_role;
