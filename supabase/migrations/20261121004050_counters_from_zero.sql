-- Counters begin at 0. One that first appears with its first event shows no rate for that event: to Prometheus, there was nothing before.

create function private.known_counters() returns table (name text, labels jsonb)
language sql immutable set search_path = '' as $$
  select 'bookings', jsonb_build_object('event', event)
  from unnest(array['confirmed', 'cancelled']) event
  union all
  select 'claims_without_deed', jsonb_build_object('claim', claim)
  from unnest(array['booked', 'cancelled', 'moved']) claim
  union all
  select 'vapi_retries', jsonb_build_object('operation', resource || '.' || verb)
  from unnest(array['assistants', 'tools']) resource
  cross join unnest(array['create', 'get', 'list', 'update', 'remove']) verb
  union all
  select counter.name, jsonb_build_object('queue', job.queue, 'kind', job.kind) || counter.labels
  from (
    select 'tool-sync', unnest(array['agent', 'remove_assistant', 'registry', 'repair_tools', 'retire', 'orphan', 'duplicates'])
    union all
    select 'outbox', unnest(array['sms', 'email', 'calendar_event', 'alert', 'alert_webhook'])
  ) as job (queue, kind)
  cross join (values
    ('jobs_ended', jsonb_build_object('outcome', 'succeeded')),
    ('jobs_ended', jsonb_build_object('outcome', 'dead')),
    ('job_attempts_failed', jsonb_build_object())
  ) as counter (name, labels)
  union all
  select 'outbox_messages', jsonb_build_object('channel', channel, 'outcome', outcome)
  from unnest(array['sms', 'email', 'calendar_event', 'alert', 'alert_webhook']) channel
  cross join unnest(array['sent', 'dead']) outcome
  where channel in ('sms', 'email') or outcome = 'dead'
$$;
comment on function private.known_counters() is
  'The counter series that exist before anything has happened. Rarer ones (a job superseded, a message blocked) appear with their first '
  'event.';
grant execute on function private.known_counters() to service_role;
