-- A view over auth.users shows e-mail addresses to everybody who may read it.
select distinct v.oid::regclass::text as object,
       'keep what is needed in a table of ours, or revoke what anon and authenticated may do' as advice
from pg_class v
join pg_rewrite r on r.ev_class = v.oid
join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid and d.refobjid = 'auth.users'::regclass
where v.relnamespace = 'public'::regnamespace and v.relkind in ('v', 'm')
  and (has_any_column_privilege('anon', v.oid, 'select') or has_any_column_privilege('authenticated', v.oid, 'select'))
