-- A rule of this project: every object says what it is for.
select case c.relkind when 'v' then 'view ' else 'table ' end || c.oid::regclass as object,
       'add a comment that says what it is for' as advice
from pg_class c
where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace) and c.relkind in ('r', 'p', 'v', 'm')
  and obj_description(c.oid, 'pg_class') is null
union all
select 'function ' || p.oid::regprocedure,
       'add a comment that says what it returns or does'
from pg_proc p
where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace)
  and obj_description(p.oid, 'pg_proc') is null
  and not exists (
    select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
