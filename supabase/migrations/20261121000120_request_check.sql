-- The check that the Data API makes before each request.

create function private.raise_estimates_refused() returns void
language plpgsql stable set search_path = '' as $$
begin
  raise sqlstate 'PGRST' using
    message = '{"code": "VT002", "message": "Estimated counts are not given: ask for count=exact"}',
    detail  = '{"status": 403, "headers": {}}';
end
$$;
comment on function private.raise_estimates_refused() is 'Refuses with 403.';
grant execute on function private.raise_estimates_refused() to anon, authenticated, service_role;

create function private.check_request() returns void
language plpgsql stable set search_path = '' as $$
declare
  v_prefer text := current_setting('request.headers', true)::jsonb ->> 'prefer';
begin
  -- The planner's estimates count everybody's rows, in spite of row-level security.
  if current_user in ('anon', 'authenticated') and v_prefer ~* 'count\s*=\s*"?\s*(planned|estimated)' then
    perform private.raise_estimates_refused();
  end if;
end
$$;
comment on function private.check_request() is
  'Called by PostgREST at the beginning of each request (db_pre_request). Refuses counts by the planner''s estimates to users and '
  'strangers: they would reveal how many rows others have.';
-- PostgREST calls it with the caller's role. A stranger can reach nothing else in the schema.
grant usage on schema private to anon;
grant execute on function private.check_request() to anon, authenticated, service_role;

-- PostgREST reads the header twice, obeys the first and shows the last. So plans themselves are refused: the policies of …_estimates.sql
-- call this function, and because it is immutable Postgres calls it while planning, not for any row. Nothing of it is left in a plan that
-- is carried out.
create function private.refuse_estimates() returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  if coalesce(current_setting('request.headers', true), '') <> '' and current_query() ~* '^\s*explain' then
    perform private.raise_estimates_refused();
  end if;
  return true;
end
$$;
comment on function private.refuse_estimates() is
  'True, unless a request to the Data API asks for a plan instead of rows: then refuses with VT002.';
grant execute on function private.refuse_estimates() to authenticated;

do $$
begin
  execute format('alter role authenticator in database %I set pgrst.db_pre_request = %L', current_database(), 'private.check_request');
exception when insufficient_privilege then
  raise warning 'The Data API still gives estimated counts: set pgrst.db_pre_request for role authenticator to private.check_request';
end
$$;
notify pgrst, 'reload config';
