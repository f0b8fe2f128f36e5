-- Whose turn it is: organizations take turns in each queue and priority, so that one that asks for a thousand things at once delays the
-- next one by a single job.

create table private.turns (
  queue     text not null references public.queues,
  priority  smallint not null,
  after_org uuid not null,
  primary key (queue, priority)
);
comment on table private.turns is
  'The organization that was served last when more was due than could be taken: the next claim begins after it.';
grant select, insert, update on private.turns to service_role;

-- Jobs without an organization take turns as if they were one more organization.
create index jobs_turns on public.jobs
  (queue, priority, coalesce(org_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'), run_at) where status = 'pending';

create function private.next_orgs(p_queue text, p_priority smallint, p_limit integer) returns uuid[]
language plpgsql stable set search_path = '' as $$
declare
  v_last   uuid := coalesce(
    (select after_org from private.turns where queue = p_queue and priority = p_priority),
    '00000000-0000-0000-0000-000000000000');
  v_org    uuid := v_last;
  v_round  boolean := false;
  v_run_at timestamptz;
  v_orgs   uuid[] := '{}';
begin
  -- From one organization's first job to the next one's: the jobs behind each first one cost nothing.
  while cardinality(v_orgs) < p_limit loop
    select coalesce(org_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'), run_at into v_org, v_run_at
    from public.jobs
    where queue = p_queue and priority = p_priority and status = 'pending'
      and coalesce(org_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff') > v_org
    order by coalesce(org_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'), run_at
    limit 1;
    if not found and not v_round then
      v_round := true;
      v_org := '00000000-0000-0000-0000-000000000000';
      continue;
    end if;
    exit when not found or v_round and v_org > v_last;
    if v_run_at <= now() then
      v_orgs := v_orgs || v_org;
    end if;
  end loop;
  return v_orgs;
end
$$;
comment on function private.next_orgs(text, smallint, integer) is
  'Up to this many organizations with something due, in the order of their turns.';
grant execute on function private.next_orgs(text, smallint, integer) to service_role;

create function private.next_jobs(p_queue text, p_priority smallint, p_limit integer) returns uuid[]
language plpgsql set search_path = '' as $$
declare
  v_orgs uuid[];
  v_jobs uuid[];
begin
  -- If everything that is due can be taken, nobody has to wait for a turn: the usual case, and the cheapest.
  v_jobs := array(
    select id from public.jobs
    where queue = p_queue and status = 'pending' and priority = p_priority and run_at <= now()
    order by run_at limit p_limit + 1);
  if cardinality(v_jobs) <= p_limit then
    return v_jobs;
  end if;

  -- One after the other, so that two workers do not get the same jobs.
  perform pg_advisory_xact_lock(hashtextextended('private.turns:' || p_queue, 0));
  v_orgs := private.next_orgs(p_queue, p_priority, p_limit);
  if cardinality(v_orgs) = 0 then
    -- In the meantime another worker had its turn, and took them all.
    return '{}';
  end if;
  insert into private.turns as served (queue, priority, after_org)
  values (p_queue, p_priority, v_orgs[cardinality(v_orgs)])
  on conflict (queue, priority) do update set after_org = excluded.after_org;

  return array(
    select job.id
    from unnest(v_orgs) with ordinality as waiting (org, turn)
    cross join lateral (
      select due.id, row_number() over (order by due.run_at) as place from (
        select candidate.id, candidate.run_at from public.jobs candidate
        where candidate.queue = p_queue and candidate.status = 'pending' and candidate.priority = p_priority
          and coalesce(candidate.org_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff') = waiting.org
          and candidate.run_at <= now()
          and not exists (
            select from public.jobs running
            where running.queue = candidate.queue and running.key = candidate.key and running.status = 'running')
        order by candidate.run_at
        limit ceil(p_limit::numeric / cardinality(v_orgs))
      ) due
    ) job
    order by job.place, waiting.turn
    limit p_limit);
end
$$;
comment on function private.next_jobs(text, smallint, integer) is
  'Up to this many due jobs, in the order in which they should be done: the first of each organization, then the second of each. May '
  'return fewer although more are due: call it again.';
grant execute on function private.next_jobs(text, smallint, integer) to service_role;
