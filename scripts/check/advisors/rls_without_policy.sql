-- A grant without a policy looks like access but gives no rows: either the policy is missing or the grant is wrong.
select format('%s for %s', c.oid::regclass, role) as object,
       format('write a policy for %s, or revoke its privileges', role) as advice
from pg_class c
cross join unnest('{anon, authenticated}'::text[]) role
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relrowsecurity
  and has_any_column_privilege(role, c.oid, 'select, insert, update')
  and not exists (
    select from pg_policy p
    where p.polrelid = c.oid and (p.polroles = '{0}' or role::regrole = any (p.polroles)))
