-- What a migration would do, requested by an operator in the console: a dry run in the background, and its plan when it is done.

create table private.backfill_plans (
  id               uuid primary key default gen_random_uuid(),
  org_id           uuid references public.organizations on delete cascade,
  force_update     boolean not null,
  prune_duplicates boolean not null,
  report           jsonb,
  error            jsonb,
  requested_at     timestamptz not null default now(),
  finished_at      timestamptz
);
comment on table private.backfill_plans is 'Dry runs of backfills that operators asked for.';
comment on column private.backfill_plans.org_id is 'The one organization that was requested; null means all.';
comment on column private.backfill_plans.report is
  'As migrate-tools answers a dry run; its plan contains only what would change, for a thousand agents at most.';
comment on column private.backfill_plans.error is '{code, message}: why there is no report.';
create index backfill_plans_org_id on private.backfill_plans (org_id);
create index backfill_plans_requested_at on private.backfill_plans (requested_at desc);
grant select, insert, update, delete on private.backfill_plans to service_role;

create function public.record_backfill_plan(p_plan_id uuid, p_report jsonb, p_error jsonb default null) returns void
language sql set search_path = '' as $$
  update private.backfill_plans set report = p_report, error = p_error, finished_at = clock_timestamp()
  where id = p_plan_id and finished_at is null
$$;
comment on function public.record_backfill_plan(uuid, jsonb, jsonb) is
  'Stores what a dry run has found, or {code, message} of why it failed.';
grant execute on function public.record_backfill_plan(uuid, jsonb, jsonb) to service_role;
