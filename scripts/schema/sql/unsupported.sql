-- Objects of a kind that the dump can't render yet: it must refuse them rather than leave them out.
with ours as (
  select oid from pg_namespace where nspname in ('public', 'private')
), of_extensions as (
  select classid, objid from pg_depend where deptype = 'e'
)
select
  case c.relkind
    when 'm' then 'materialized view' when 'S' then 'sequence' when 'f' then 'foreign table'
    when 'p' then 'partitioned table' else c.relkind::text
  end as kind,
  c.oid::regclass::text as name
from pg_class c
where c.relnamespace in (select oid from ours)
  and c.relkind not in ('r', 'v', 'i', 't', 'c')
  -- The sequence of an identity column belongs to the column.
  and not exists (
    select from pg_depend d
    where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'i')
  and not exists (
    select from of_extensions e where e.classid = 'pg_class'::regclass and e.objid = c.oid)
union all
select
  case t.typtype when 'e' then 'enum' when 'd' then 'domain' when 'r' then 'range type' else 'type' end,
  t.oid::regtype::text
from pg_type t
where t.typnamespace in (select oid from ours)
  and t.typtype in ('e', 'd', 'r')
  and not exists (
    select from of_extensions e where e.classid = 'pg_type'::regclass and e.objid = t.oid)
union all
select 'aggregate', p.oid::regprocedure::text
from pg_proc p
where p.pronamespace in (select oid from ours)
  and p.prokind = 'a'
  and not exists (
    select from of_extensions e where e.classid = 'pg_proc'::regclass and e.objid = p.oid)
union all
select 'rule', format('%s on %s', r.rulename, r.ev_class::regclass)
from pg_rewrite r
join pg_class c on c.oid = r.ev_class
where c.relnamespace in (select oid from ours) and r.rulename <> '_RETURN'
union all
select 'extended statistics', format('%I.%I', s.stxnamespace::regnamespace::text, s.stxname)
from pg_statistic_ext s
where s.stxnamespace in (select oid from ours)
order by 1, 2
