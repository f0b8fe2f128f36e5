-- Nobody who is subject to row-level security learns how many rows the planner expects: it counts everybody's. The last file, so that it
-- covers every table. A table that is added later brings the same policy; otherwise a test fails.

do $$
declare
  v_table regclass;
begin
  for v_table in
    select oid::regclass from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and has_any_column_privilege('authenticated', oid, 'select')
    order by relname
  loop
    execute format(
      'create policy "nobody is told the planner''s estimates" on %s as restrictive for select to authenticated using (private.refuse_estimates())',
      v_table);
  end loop;
end
$$;
