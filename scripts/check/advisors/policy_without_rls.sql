-- A policy on a table without row-level security looks like protection but is not.
select format('%s: policy %s', c.oid::regclass, p.polname) as object,
       'enable row level security on the table, or drop the policy' as advice
from pg_policy p
join pg_class c on c.oid = p.polrelid
where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace) and not c.relrowsecurity
