-- Everything that follows automatically when a job is added or ends, in whatever part of the product.

create function private.wake_for_new_jobs() returns trigger
language plpgsql set search_path = '' as $$
declare
  v_queue text;
begin
  for v_queue in select distinct queue from new_jobs where status = 'pending' and run_at <= now() loop
    perform private.wake(v_queue);
  end loop;
  return null;
end
$$;
comment on function private.wake_for_new_jobs() is 'Trigger: one HTTP request per queue and statement, however many jobs were inserted.';
grant execute on function private.wake_for_new_jobs() to service_role;
create trigger wake_worker after insert on public.jobs
  referencing new table as new_jobs
  for each statement execute function private.wake_for_new_jobs();

create function private.alert_dead_job() returns trigger
language plpgsql set search_path = '' as $$
declare
  v_is_theirs boolean := private.is_own_refusal(new) and not private.are_refusals_general();
  v_severity  text := case when v_is_theirs then 'warning' else 'critical' end;
  v_detail    jsonb := jsonb_build_object('queue', new.queue, 'key', new.key, 'error', new.last_error);
begin
  perform private.record_alert(
    'job_dead', v_severity, private.death_of(new), v_detail, new.org_id, new.id, new.queue || ' ' || new.id);
  if not v_is_theirs then
    perform private.raise_alert('job_dead', v_severity, private.death_of(new), v_detail, p_subject => new.queue);
  end if;
  return null;
end
$$;
comment on function private.alert_dead_job() is
  'Trigger: a job that gives up is never silent. One alert names it; the administrator is notified by the one about its queue, unless '
  'only the clinic can help.';
grant execute on function private.alert_dead_job() to service_role;

-- The death of an alert's own message must not raise another alert, and so on without end.
create trigger alert_dead_job after update on public.jobs
  for each row when (
    new.status = 'dead' and old.status <> 'dead' and coalesce(new.payload ->> 'kind', '') not in ('alert', 'alert_webhook'))
  execute function private.alert_dead_job();

create function private.fail_sms_of_dead_job() returns trigger
language plpgsql set search_path = '' as $$
begin
  update public.sms_messages set status = 'failed', reason = 'gave_up', ended_at = now()
  where id = (new.payload ->> 'messageId')::uuid and status in ('queued', 'sending');
  return null;
end
$$;
comment on function private.fail_sms_of_dead_job() is
  'Trigger: a message whose job gave up must not look as if it were on its way. Reviving the job sends it.';
grant execute on function private.fail_sms_of_dead_job() to service_role;
create trigger fail_sms after update on public.jobs
  for each row when (new.status = 'dead' and old.status <> 'dead' and new.payload ->> 'kind' = 'sms')
  execute function private.fail_sms_of_dead_job();

create function private.fail_email_of_dead_job() returns trigger
language plpgsql set search_path = '' as $$
begin
  update public.emails set status = 'failed', reason = 'gave_up', ended_at = now()
  where id = (new.payload ->> 'emailId')::uuid and status = 'queued';
  return null;
end
$$;
comment on function private.fail_email_of_dead_job() is
  'Trigger: an e-mail whose job gave up must not look as if it were on its way, and is erased in due time. Reviving the job sends it.';
grant execute on function private.fail_email_of_dead_job() to service_role;
create trigger fail_email after update on public.jobs
  for each row when (new.status = 'dead' and old.status <> 'dead' and new.payload ->> 'kind' = 'email')
  execute function private.fail_email_of_dead_job();

create function private.settle_backfills() returns trigger
language plpgsql set search_path = '' as $$
begin
  case new.payload ->> 'kind'
    when 'agent' then perform private.settle_agent(new);
    when 'registry' then perform private.settle_registry(new);
    when 'duplicates' then perform private.settle_duplicates(new);
    else null;
  end case;
  return null;
end
$$;
comment on function private.settle_backfills() is 'Trigger: a job that ended settles its part in the backfills that wait for it.';
grant execute on function private.settle_backfills() to service_role;
create trigger settle_backfills after update on public.jobs
  for each row when (new.queue = 'tool-sync' and old.status = 'running' and new.status <> 'running')
  execute function private.settle_backfills();

create function private.measure_failed_attempt() returns trigger
language plpgsql set search_path = '' as $$
begin
  insert into private.measurements (metric, labels, amounts) values (
    'job_attempts_failed',
    jsonb_build_object('queue', new.queue, 'kind', coalesce(new.payload ->> 'kind', 'none')),
    array[extract(epoch from clock_timestamp() - coalesce(old.started_at, now()))]);
  perform private.record_failed_attempt(old, new);
  return null;
end
$$;
comment on function private.measure_failed_attempt() is
  'Trigger: counts an attempt that failed, which leaves no trace in its job once a later one succeeds. A job that was given back before '
  'it was begun did not fail.';
grant execute on function private.measure_failed_attempt() to service_role;
create trigger measure_failed_attempt after update on public.jobs
  for each row when (old.status = 'running' and new.status <> 'running' and new.last_error is not null)
  execute function private.measure_failed_attempt();
