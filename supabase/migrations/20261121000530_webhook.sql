-- The server that assistants report to, so that a rotated secret or a moved backend reaches all of them.

create table public.webhook_state (
  is_only      boolean primary key default true check (is_only),
  fingerprint  text not null,
  announced_at timestamptz not null default now()
);
comment on table public.webhook_state is
  'One row: a digest of what the deployment writes on every assistant: the URL, secret or credential with which they report, and the '
  'words in which models are told about their clinics.';
comment on column public.webhook_state.announced_at is 'A worker that started earlier has an older environment.';
alter table public.webhook_state enable row level security;
grant select, insert, update, delete on public.webhook_state to service_role;

create function private.webhook_fingerprint() returns text
language sql stable set search_path = '' as $$
  select fingerprint from public.webhook_state
$$;
comment on function private.webhook_fingerprint() is 'What assistants should report with; null before the first worker has announced it.';
grant execute on function private.webhook_fingerprint() to service_role;

create function public.announce_webhook(p_fingerprint text, p_uptime_seconds numeric, p_request_id text default null) returns boolean
language plpgsql set search_path = '' as $$
declare
  v_booted timestamptz := now() - make_interval(secs => p_uptime_seconds::double precision);
begin
  perform private.note_awake('tool-sync');
  insert into public.webhook_state (fingerprint) values (p_fingerprint) on conflict do nothing;
  if found then
    return true;
  end if;
  -- Tools may keep their ids through this (in_place), so the registry does not cause the assistants to be brought in step.
  update public.webhook_state set fingerprint = p_fingerprint, announced_at = now()
  where fingerprint <> p_fingerprint and announced_at < v_booted;
  if found then
    perform private.relink_agents(p_request_id);
  end if;
  return private.webhook_fingerprint() = p_fingerprint;
end
$$;
comment on function public.announce_webhook(text, numeric, text) is
  'A worker, running for p_uptime_seconds, announces what assistants should report with. If that is new, every agent that was synced is '
  'queued. False: a worker that started later has announced something else, so the caller''s environment is out of date.';
grant execute on function public.announce_webhook(text, numeric, text) to service_role;
