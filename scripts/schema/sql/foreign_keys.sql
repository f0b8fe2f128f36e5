select format('alter table %s add constraint %I %s;', k.conrelid::regclass, k.conname, pg_get_constraintdef(k.oid)) as ddl
from pg_constraint k
where k.contype = 'f' and k.connamespace::regnamespace::text in ('public', 'private')
order by k.conrelid::regclass::text, k.conname
