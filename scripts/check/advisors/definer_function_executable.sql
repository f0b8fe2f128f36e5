-- A definer function acts with its owner's rights, past row-level security.
select p.oid::regprocedure::text as object,
       format('revoke execute from %s, or make it security invoker',
              string_agg(role, ' and ' order by role)) as advice
from pg_proc p
cross join unnest('{anon, authenticated}'::text[]) role
where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace)
  and p.prosecdef
  and has_function_privilege(role, p.oid, 'execute')
group by p.oid
