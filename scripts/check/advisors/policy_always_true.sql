-- A policy that is true for everybody is row-level security in name only.
with policies as (
  select
    p.polrelid, p.polname, p.polcmd,
    translate(lower(pg_get_expr(p.polqual, p.polrelid)), ' ()', '') as qual,
    translate(lower(pg_get_expr(p.polwithcheck, p.polrelid)), ' ()', '') as with_check
  from pg_policy p
  join pg_class c on c.oid = p.polrelid
  where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace)
    and p.polpermissive
    and (p.polroles = '{0}' or p.polroles && array['anon'::regrole, 'authenticated'::regrole]::oid[])
)
select format('%s: policy %s', polrelid::regclass, polname) as object,
       'name the rows that the role may see or write' as advice
from policies
where qual in ('true', '1=1')
   or with_check in ('true', '1=1')
   or (polcmd = 'a' and with_check is null)
   or (polcmd <> 'a' and qual is null)
