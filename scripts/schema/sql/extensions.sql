-- What the migrations need besides what every Supabase project has. Versions are the project's; an
-- extension outside `extensions` chooses its schema itself.
select format('create extension if not exists %I%s;', e.extname,
              case when n.nspname = 'extensions' then ' with schema extensions' end) as ddl
from pg_extension e
join pg_namespace n on n.oid = e.extnamespace
where e.extname not in ('plpgsql', 'uuid-ossp')
order by e.extname
