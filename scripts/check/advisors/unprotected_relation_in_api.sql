-- Materialized views and foreign tables have no row-level security.
select c.oid::regclass::text as object,
       'move it to schema private, or revoke what anon and authenticated may do' as advice
from pg_class c
where c.relnamespace = 'public'::regnamespace and c.relkind in ('m', 'f')
  and (has_table_privilege('anon', c.oid, 'select') or has_table_privilege('authenticated', c.oid, 'select'))
