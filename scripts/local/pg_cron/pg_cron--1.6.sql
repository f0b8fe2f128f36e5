-- Stand-in for the extension pg_cron 1.6.
--
-- Covers: schedule (with and without a name), schedule_in_database, alter_job, unschedule, cron.job and
-- cron.job_run_details with their columns and row-level security, "N seconds" and five-field
-- schedules in GMT, the refusal of anything else, and the grants of a hosted project.
-- Does not cover: other databases than the current one (a job for another is kept but not run),
-- "@reboot", settings such as cron.timezone, cancelling a running job by unscheduling it.
-- contract_test.ts beside this file can be run against the real extension.

create schema cron;

create sequence cron.jobid_seq;
create sequence cron.runid_seq;

create table cron.job (
  jobid bigint primary key default nextval('cron.jobid_seq'),
  schedule text not null,
  command text not null,
  nodename text not null default 'localhost',
  nodeport int not null default current_setting('port')::int,
  database text not null default current_database(),
  username text not null default current_user,
  active boolean not null default true,
  jobname text,
  constraint jobname_username_uniq unique (jobname, username)
);
alter table cron.job enable row level security;
create policy cron_job_policy on cron.job using (username = current_user);

create table cron.job_run_details (
  jobid bigint,
  runid bigint primary key default nextval('cron.runid_seq'),
  job_pid integer,
  database text,
  username text,
  command text,
  status text,
  return_message text,
  start_time timestamptz,
  end_time timestamptz
);
alter table cron.job_run_details enable row level security;
create policy cron_job_run_details_policy on cron.job_run_details using (username = current_user);

select pg_catalog.pg_extension_config_dump('cron.job', '');
select pg_catalog.pg_extension_config_dump('cron.jobid_seq', '');
select pg_catalog.pg_extension_config_dump('cron.job_run_details', '');
select pg_catalog.pg_extension_config_dump('cron.runid_seq', '');

create function cron.job_cache_invalidate() returns trigger language plpgsql as $$
begin
  perform pg_catalog.pg_notify('pg_cron', 'changed');
  return null;
end
$$;
create trigger cron_job_cache_invalidate
  after insert or update or delete or truncate on cron.job
  for each statement execute function cron.job_cache_invalidate();

create function cron._check_schedule(schedule text) returns void language plpgsql as $$
declare
  field constant text := '(\*|[0-9a-z]+(-[0-9a-z]+)?)(/[0-9]+)?';
begin
  if schedule ~* '^\s*([1-9]|[1-5][0-9])\s+seconds?\s*$'
    or schedule ~* ('^\s*((' || field || '(,' || field || ')*|\$)(\s+|\s*$)){5}$')
    or schedule ~* '^@(yearly|annually|monthly|weekly|daily|midnight|hourly)$'
  then
    return;
  end if;
  raise exception 'invalid schedule: %', schedule using
    errcode = '22023',
    hint = 'Use cron format (e.g. 5 4 * * *), or interval format ''[1-59] seconds''';
end
$$;

create function cron._store(
  job_name text, schedule text, command text, database text, username text, active boolean
) returns bigint language plpgsql security definer set search_path = '' as $$
declare
  id bigint;
begin
  perform cron._check_schedule(schedule);
  insert into cron.job (schedule, command, database, username, active, jobname)
  values (
    _store.schedule, _store.command, coalesce(_store.database, current_database()),
    _store.username, coalesce(_store.active, true), _store.job_name
  )
  on conflict on constraint jobname_username_uniq do update
    set schedule = excluded.schedule, command = excluded.command,
      database = excluded.database, active = excluded.active
  returning jobid into id;
  return id;
end
$$;

create function cron.schedule(schedule text, command text) returns bigint
language sql strict as $$
  select cron._store(null, schedule, command, null, current_user, true)
$$;
comment on function cron.schedule(text, text) is 'schedule a pg_cron job';

create function cron.schedule(job_name text, schedule text, command text) returns bigint
language plpgsql as $$
begin
  if job_name is null then
    raise exception 'job_name can not be NULL';
  end if;
  return cron._store(job_name, schedule, command, null, current_user, true);
end
$$;
comment on function cron.schedule(text, text, text) is 'schedule a pg_cron job';

create function cron.schedule_in_database(
  job_name text,
  schedule text,
  command text,
  database text,
  username text default null,
  active boolean default true
) returns bigint language sql as $$
  select cron._store(job_name, schedule, command, database, coalesce(username, current_user), active)
$$;
comment on function cron.schedule_in_database(text, text, text, text, text, boolean)
  is 'schedule a pg_cron job';

create function cron._own_job(job_id bigint, job_name text) returns bigint
language plpgsql as $$
declare
  id bigint := (
    select jobid from cron.job
    where (jobid = job_id or jobname = job_name) and username = current_user
  );
begin
  if id is null then
    raise exception 'could not find valid entry for job %',
      coalesce(quote_literal(job_name), job_id::text);
  end if;
  return id;
end
$$;

create function cron._remove(job_id bigint) returns boolean
language sql security definer set search_path = '' as $$
  delete from cron.job where jobid = job_id returning true
$$;

create function cron.unschedule(job_id bigint) returns boolean language sql strict as $$
  select cron._remove(cron._own_job(job_id, null))
$$;
comment on function cron.unschedule(bigint) is 'unschedule a pg_cron job';

create function cron.unschedule(job_name text) returns boolean language sql strict as $$
  select cron._remove(cron._own_job(null, job_name))
$$;
comment on function cron.unschedule(text) is 'unschedule a pg_cron job';

create function cron._change(
  job_id bigint, schedule text, command text, database text, username text, active boolean
) returns void language plpgsql security definer set search_path = '' as $$
begin
  if schedule is not null then
    perform cron._check_schedule(schedule);
  end if;
  update cron.job as job
  set schedule = coalesce(_change.schedule, job.schedule),
    command = coalesce(_change.command, job.command),
    database = coalesce(_change.database, job.database),
    username = coalesce(_change.username, job.username),
    active = coalesce(_change.active, job.active)
  where jobid = job_id;
end
$$;

create function cron.alter_job(
  job_id bigint,
  schedule text default null,
  command text default null,
  database text default null,
  username text default null,
  active boolean default null
) returns void language sql as $$
  select cron._change(
    cron._own_job(job_id, null), schedule, command, database, username, active
  )
$$;
comment on function cron.alter_job(bigint, text, text, text, text, boolean)
  is 'Alter the job identified by job_id. Any option left as NULL will not be modified.';

revoke all on function
  cron._store(text, text, text, text, text, boolean), cron._remove(bigint),
  cron._change(bigint, text, text, text, text, boolean)
  from public;
grant execute on function
  cron._store(text, text, text, text, text, boolean), cron._remove(bigint),
  cron._change(bigint, text, text, text, text, boolean)
  to postgres;
grant select on cron.job, cron.job_run_details to public;
grant usage on schema cron to postgres with grant option;
grant select on cron.job to postgres;
grant select, delete, truncate on cron.job_run_details to postgres;
