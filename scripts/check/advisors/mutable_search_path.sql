-- With the caller's search_path, the caller decides which table or function a name means.
select p.oid::regprocedure::text as object,
       'add: set search_path = '''', and name every object in full' as advice
from pg_proc p
where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace)
  and not coalesce(p.proconfig && '{"search_path=\"\""}', false)
  and not exists (
    select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
