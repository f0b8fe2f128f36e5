-- Each composite type with its comments.
select
  c.oid::integer as oid,
  t.oid::regtype::text as name,
  concat_ws(e'\n',
    format('create type %s as (', t.oid::regtype),
    (select string_agg(format('  %I %s', a.attname, format_type(a.atttypid, a.atttypmod)), e',\n' order by a.attnum)
     from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped),
    ');',
    case when obj_description(t.oid, 'pg_type') is not null then
      format('comment on type %s is %L;', t.oid::regtype, obj_description(t.oid, 'pg_type')) end,
    (select string_agg(format('comment on column %s.%I is %L;', t.oid::regtype, a.attname, d.description), e'\n' order by a.attnum)
     from pg_description d
     join pg_attribute a on a.attrelid = c.oid and a.attnum = d.objsubid
     where d.classoid = 'pg_class'::regclass and d.objoid = c.oid and d.objsubid > 0)
  ) as ddl
from pg_class c
join pg_type t on t.typrelid = c.oid
where c.relkind = 'c' and c.relnamespace::regnamespace::text in ('public', 'private')
  and not exists (
    select from pg_depend d
    where d.classid = 'pg_type'::regclass and d.objid = t.oid and d.deptype = 'e')
order by 2
