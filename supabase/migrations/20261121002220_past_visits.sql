-- Visits that are over count as completed after some time, unless somebody has recorded their outcome.

-- Few past visits are still confirmed: the rest have been completed.
create index appointments_not_ended on public.appointments (ends_at) where state = 'confirmed';

create function private.complete_past_visits() returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  perform private.allow_change_of_visits(true);
  with past as (
    select visit.id
    from public.appointments visit
    join public.booking_policies policy on policy.org_id = visit.org_id
    where visit.state = 'confirmed' and visit.ends_at < now()
      and visit.ends_at < now() - make_interval(hours => policy.complete_after_hours)
    order by visit.ends_at
    limit 5000
    -- If somebody is recording its outcome at this moment, theirs counts.
    for update of visit skip locked
  )
  update public.appointments visit set state = 'completed' from past where visit.id = past.id;
  get diagnostics v_count = row_count;
  perform private.allow_change_of_visits(false);
  return v_count;
end
$$;
comment on function private.complete_past_visits() is
  'Completes confirmed visits as many hours after their end as their organization wants, 5,000 at a time. Returns how many.';
grant execute on function private.complete_past_visits() to service_role;
select cron.schedule('complete-past-visits', '*/10 * * * *', 'select private.complete_past_visits()');
