select concat_ws(e'\n',
  pg_get_triggerdef(t.oid) || ';',
  case t.tgenabled
    when 'D' then format('alter table %s disable trigger %I;', t.tgrelid::regclass, t.tgname)
    when 'A' then format('alter table %s enable always trigger %I;', t.tgrelid::regclass, t.tgname)
    when 'R' then format('alter table %s enable replica trigger %I;', t.tgrelid::regclass, t.tgname)
  end,
  case when obj_description(t.oid, 'pg_trigger') is not null then
    format('comment on trigger %I on %s is %L;', t.tgname, t.tgrelid::regclass, obj_description(t.oid, 'pg_trigger')) end
) as ddl
from pg_trigger t
join pg_class c on c.oid = t.tgrelid
where not t.tgisinternal and c.relnamespace::regnamespace::text in ('public', 'private')
order by t.tgrelid::regclass::text, t.tgname
