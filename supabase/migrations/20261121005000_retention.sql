-- What is forgotten, and when, beside what the migrations of the tables schedule themselves. docs/data-map.md lists all of it.

-- A code's text is emptied when it is sent. One that never was, because Twilio was away or the reservation was given up, must
-- not outlive the code.
create index sms_messages_codes on public.sms_messages (expires_at) where kind = 'code' and body is not null;

create function private.empty_old_codes() returns void
language sql set search_path = '' as $$
  update public.sms_messages set body = null where kind = 'code' and body is not null and expires_at < now()
$$;
comment on function private.empty_old_codes() is 'Empties the text of every code that is no longer valid, sent or not.';
grant execute on function private.empty_old_codes() to service_role;
select cron.schedule('empty-old-codes', '*/10 * * * *', 'select private.empty_old_codes()');

-- Names, notes and numbers of people who never became patients.
create index appointments_expired on public.appointments (updated_at) where state = 'expired';
select cron.schedule('forget-expired-holds', '57 3 * * *',
  $$delete from public.appointments where state = 'expired' and updated_at < now() - interval '30 days'$$);

-- pg_net keeps answers for six hours by itself. They hold what our functions answer, the daily verification's report too.
select cron.schedule('forget-http-responses', '*/30 * * * *',
  $$delete from net._http_response where created < now() - interval '1 hour'$$);
