-- Everything that is deleted after a time, and when. docs/data-map.md lists it beside what it is kept for.

create function private.forget(p_table regclass, p_condition text, p_batch integer default 20000) returns bigint
language plpgsql set search_path = '' as $$
declare
  v_gone  bigint := 0;
  v_batch bigint;
begin
  loop
    execute format(
      'delete from %1$s where ctid = any (array(select ctid from %1$s where %2$s limit %3$s))', p_table, p_condition, p_batch);
    get diagnostics v_batch = row_count;
    v_gone := v_gone + v_batch;
    -- If a night is too short for a backlog, the next one continues.
    exit when v_batch < p_batch or clock_timestamp() > now() + interval '90 seconds';
  end loop;
  return v_gone;
end
$$;
comment on function private.forget(regclass, text, integer) is
  'Deletes what meets the condition in batches, for ninety seconds at most, so that a backlog is worked off over several nights instead '
  'of failing in each. The condition comes from schedules and from nobody else. Returns the number of rows.';

-- People: their calls, codes, messages and reservations ---------------------------------------------

select cron.schedule('forget-tool-calls', '27 3 * * *',
  $$select private.forget('public.tool_calls', $rows$created_at < now() - interval '30 days'$rows$)$$);
select cron.schedule('forget-calls', '37 3 * * *', $$
  select private.forget('public.calls', $rows$created_at < now() - interval '180 days'$rows$);
  delete from public.call_event_counts where day < now() - interval '180 days'
$$);
select cron.schedule('forget-codes', '37 3 * * *',
  $$select private.forget('public.verification_codes', $rows$created_at < now() - interval '7 days'$rows$)$$);

select cron.schedule('forget-text-answers', '43 3 * * *',
  $$delete from private.text_answers where answered_at < now() - interval '24 hours'$$);

-- A code's text is erased when it is sent. One that was never sent, because Twilio was away or the reservation was given up, must not
-- outlive the code.
create index sms_messages_codes on public.sms_messages (expires_at) where kind = 'code' and body is not null;

create function private.empty_old_codes() returns void
language sql set search_path = '' as $$
  update public.sms_messages set body = null where kind = 'code' and body is not null and expires_at < now()
$$;
comment on function private.empty_old_codes() is 'Erases the text of every code that is no longer valid, sent or not.';
grant execute on function private.empty_old_codes() to service_role;
select cron.schedule('empty-old-codes', '*/10 * * * *', 'select private.empty_old_codes()');

create index sms_messages_kept on public.sms_messages (org_id, created_at) where recipient is not null or body is not null;

create function private.empty_old_sms() returns void
language plpgsql set search_path = '' as $$
declare
  v_policy public.sms_policies;
begin
  -- One organization after the other: for all at once, the whole table would be read.
  for v_policy in select * from public.sms_policies loop
    update public.sms_messages set recipient = null, body = null
    where org_id = v_policy.org_id and created_at < now() - make_interval(days => v_policy.keep_days)
      and (recipient is not null or body is not null)
      and status not in ('queued', 'sending');
  end loop;
  perform private.forget('public.sms_messages', $rows$created_at < now() - interval '400 days'$rows$);
end
$$;
comment on function private.empty_old_sms() is
  'Erases text and number of messages that are older than their organization keeps them; the rest of the row stays for statistics.';
grant execute on function private.empty_old_sms() to service_role;
select cron.schedule('empty-old-sms', '37 3 * * *', 'select private.empty_old_sms()');

create function private.empty_old_emails() returns void
language sql set search_path = '' as $$
  update public.emails set recipient = null, body = null
  where created_at < now() - interval '30 days' and body is not null and status <> 'queued';
  delete from public.emails where created_at < now() - interval '400 days';
$$;
comment on function private.empty_old_emails() is 'Erases text and address of e-mails after 30 days.';
grant execute on function private.empty_old_emails() to service_role;
select cron.schedule('empty-old-emails', '39 3 * * *', 'select private.empty_old_emails()');

select cron.schedule('forget-daily-counts', '41 3 * * *', $$delete from private.daily_counts where day < now() - interval '2 days'$$);
create index invitations_expires_at on public.invitations (expires_at);
select cron.schedule('forget-invitations', '41 3 * * *',
  $$select private.forget('public.invitations', $rows$expires_at < now() - interval '90 days'$rows$)$$);

-- Names, notes and numbers of people who never became patients.
create index appointments_expired on public.appointments (updated_at) where state = 'expired';
select cron.schedule('forget-expired-holds', '57 3 * * *',
  $$select private.forget('public.appointments', $rows$state = 'expired' and updated_at < now() - interval '30 days'$rows$)$$);

-- Callers who never came, or numbers that somebody else gave: a visit, a hold or a place on the waiting list keeps a contact; merely having
-- told a machine one's number does not.
select cron.schedule('forget-contacts', '3 4 * * *', $$
  delete from public.contacts contact
  where created_at < now() - interval '30 days'
    and not exists (select from public.appointments where contact_id = contact.id)
    and not exists (select from public.waitlist_entries where contact_id = contact.id)
$$);
select cron.schedule('forget-waitlist', '1 4 * * *', $$
  select private.forget('public.waitlist_entries',
    $rows$until_day < current_date - 30 or state <> 'waiting' and updated_at < now() - interval '30 days'$rows$)
$$);

-- The machinery: jobs, reports, figures and caches ---------------------------------------------------

create function private.clean_up() returns void
language plpgsql set search_path = '' as $$
begin
  perform private.forget('public.jobs', $rows$status in ('succeeded', 'superseded') and finished_at < now() - interval '30 days'$rows$);
  perform private.forget('public.jobs', $rows$status = 'dead' and finished_at < now() - interval '180 days'$rows$);
  perform private.forget('private.attempts', $rows$started_at < now() - interval '14 days'$rows$);
  delete from public.alerts where resolved_at < now() - interval '180 days';
  delete from cron.job_run_details where end_time < now() - interval '7 days';
end
$$;
comment on function private.clean_up() is 'Deletes what nobody needs any more. pg_cron would otherwise keep its own history for ever.';
select cron.schedule('clean-up', '17 3 * * *', 'select private.clean_up()');
select cron.schedule('forget-backfills', '23 3 * * *', $$
  delete from public.backfill_runs where finished_at < now() - interval '180 days';
  delete from private.backfill_plans where requested_at < now() - interval '30 days'
$$);
select cron.schedule('forget-snapshots', '29 3 * * *',
  $$select private.forget('public.assistant_snapshots', $rows$created_at < now() - interval '30 days'$rows$)$$);
select cron.schedule('forget-verifications', '47 3 * * *',
  $$delete from public.verifications where checked_at < now() - interval '90 days'$$);

create function private.forget_sums() returns void
language sql set search_path = '' as $$
  delete from private.sums where resolution = 'minute' and starts_at < now() - interval '2 days';
  delete from private.sums where resolution = 'hour' and starts_at < now() - interval '400 days';
$$;
comment on function private.forget_sums() is 'Forgets single minutes and hours; the running totals stay.';
select cron.schedule('forget-sums', '51 3 * * *', 'select private.forget_sums()');
select cron.schedule('forget-busy-times', '47 3 * * *',
  $$delete from public.calendar_busy where fetched_at < now() - interval '2 days'$$);

select cron.schedule('forget-deleted-assistants', '53 3 * * *',
  $$delete from public.deleted_assistants where not is_kept and deleted_at < now() - interval '180 days'$$);

-- pg_net itself keeps answers for six hours. They contain what our functions answer, including the daily verification's report.
select cron.schedule('forget-http-responses', '*/30 * * * *',
  $$delete from net._http_response where created < now() - interval '1 hour'$$);
