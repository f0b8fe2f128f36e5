-- Which type, table, function or view has to exist before which other (foreign keys aside). A row type, an
-- array of it, a default, a check, an index and a view's query each stand for the object they belong to.
with owners as (
  select 'pg_class'::regclass as classid, oid as objid, oid as owner from pg_class where relkind in ('r', 'v', 'c')
  union all
  select 'pg_proc'::regclass, oid, oid from pg_proc
  union all
  select 'pg_type'::regclass, oid, typrelid from pg_type where typrelid <> 0
  union all
  select 'pg_type'::regclass, a.oid, e.typrelid from pg_type e join pg_type a on a.oid = e.typarray where e.typrelid <> 0
  union all
  select 'pg_attrdef'::regclass, oid, adrelid from pg_attrdef
  union all
  select 'pg_constraint'::regclass, oid, conrelid from pg_constraint where contype <> 'f'
  union all
  select 'pg_class'::regclass, indexrelid, indrelid from pg_index
  union all
  select 'pg_rewrite'::regclass, oid, ev_class from pg_rewrite
)
select distinct user_of.owner::integer as oid, used.owner::integer as needs
from pg_depend d
join owners user_of on user_of.classid = d.classid and user_of.objid = d.objid
join owners used on used.classid = d.refclassid and used.objid = d.refobjid
where user_of.owner <> used.owner
