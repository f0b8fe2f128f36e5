-- A rule of this project: updated_at is set by the trigger private.set_updated_at, never by callers.
select c.oid::regclass::text as object,
       'create a trigger: before update, for each row, execute function private.set_updated_at()' as advice
from pg_class c
join pg_attribute a on a.attrelid = c.oid and a.attname = 'updated_at' and not a.attisdropped
where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace) and c.relkind in ('r', 'p')
  and not exists (
    select from pg_trigger t
    where t.tgrelid = c.oid and t.tgfoid = to_regproc('private.set_updated_at') and t.tgenabled <> 'D')
