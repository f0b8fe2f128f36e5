-- Waking a worker: immediately after the commit that made work for it, and by pg_cron in case that request was lost.

create function private.call_function(p_slug text, p_body jsonb) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_url text;
  v_key text;
begin
  -- Here and not among the declarations, where a failure, such as a secret that cannot be decrypted, would reach the caller.
  select decrypted_secret into v_url from vault.decrypted_secrets where name = 'project_url';
  select decrypted_secret into v_key from vault.decrypted_secrets where name = 'secret_key';
  if v_url is null or v_key is null then
    raise warning 'Cannot call %: set the Vault secrets project_url and secret_key', p_slug;
    return;
  end if;
  perform net.http_post(
    url => rtrim(v_url, '/') || '/functions/v1/' || p_slug,
    body => p_body,
    headers => jsonb_build_object('Content-Type', 'application/json', 'apikey', v_key),
    timeout_milliseconds => 5000
  );
exception when others then
  raise warning 'Cannot call %: %', p_slug, sqlerrm;
end
$$;
comment on function private.call_function(text, jsonb) is
  'Calls one of our edge functions through pg_net, after commit. A hint that may be lost or sent twice, and must never fail the caller''s '
  'transaction. Definer: reads Vault.';
grant execute on function private.call_function(text, jsonb) to service_role;

create function private.note_awake(p_queue text) returns boolean
language plpgsql set search_path = '' as $$
declare
  v_awake text := coalesce(current_setting('jobs.awake', true), '');
begin
  if p_queue = any (string_to_array(v_awake, ',')) then
    return false;
  end if;
  perform set_config('jobs.awake', v_awake || ',' || p_queue, true);
  return true;
end
$$;
comment on function private.note_awake(text) is
  'Notes, for the rest of the transaction, that the queue''s worker is awake or will be: either it is making this rpc, after which it '
  'claims, or pg_net wakes it after the commit. False if that was known.';
grant execute on function private.note_awake(text) to service_role;

create function private.wake(p_queue text) returns void
language plpgsql set search_path = '' as $$
begin
  if private.note_awake(p_queue) then
    perform private.call_function(p_queue, jsonb_build_object('queue', p_queue));
  end if;
end
$$;
comment on function private.wake(text) is 'Asks the queue''s worker to start, once in a transaction.';
grant execute on function private.wake(text) to service_role;

create function public.wake_worker(p_queue text, p_worker uuid default null) returns void
language plpgsql set search_path = '' as $$
begin
  perform private.release_bulk_lease(p_queue, p_worker);
  perform private.wake(p_queue);
end
$$;
comment on function public.wake_worker(text, uuid) is 'A worker whose time is up asks for its successor, and leaves bulk work to it.';
grant execute on function public.wake_worker(text, uuid) to service_role;

create function private.sweep() returns void
language plpgsql set search_path = '' as $$
declare
  v_queue text;
begin
  -- A relinking makes the same jobs pending in another order: one has to wait for the other.
  perform pg_advisory_xact_lock_shared(hashtext('private.relink_agents'));
  for v_queue in select name from public.queues loop
    -- A job that has just become due still has its own wake-up on the way; one that was taken back has none.
    if private.recover_expired_leases(v_queue) > 0 or exists (
      select from public.jobs
      where queue = v_queue and status = 'pending' and run_at < now() - interval '2 seconds'
    ) then
      perform private.wake(v_queue);
    end if;
  end loop;
  perform private.record_heartbeat('sweep');
end
$$;
comment on function private.sweep() is 'Takes back expired leases and wakes the worker of every queue in which something is due.';

create function public.wake_due_queues() returns void
language sql set search_path = '' as $$
  select private.wake(name) from public.queues queue
  where exists (select from public.jobs job where job.queue = queue.name and job.status = 'pending' and job.run_at <= now())
$$;
comment on function public.wake_due_queues() is
  'Wakes the worker of every queue in which something is due, as the sweep does: for a worker that can reach the database again, because '
  'requests in the meantime may have gone unheard.';
grant execute on function public.wake_due_queues() to service_role;

select cron.schedule('sweep', '10 seconds', 'select private.sweep()');
-- A deployment may change the catalogue while no agent is being saved: the worker compares it on every start.
select cron.schedule('catalogue-check', '*/5 * * * *', $$select private.wake('tool-sync')$$);
