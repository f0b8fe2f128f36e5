-- Each view with its comments and grants.
select
  c.oid::integer as oid,
  view.name,
  concat_ws(e'\n',
    format('create view %s%s as', view.name, ' with (' || array_to_string(c.reloptions, ', ') || ')'),
    pg_get_viewdef(c.oid, true),
    (select string_agg(
       case d.objsubid
         when 0 then format('comment on view %s is %L;', view.name, d.description)
         else format('comment on column %s.%I is %L;', view.name, a.attname, d.description)
       end, e'\n' order by d.objsubid)
     from pg_description d
     left join pg_attribute a on a.attrelid = c.oid and a.attnum = d.objsubid and d.objsubid > 0
     where d.classoid = 'pg_class'::regclass and d.objoid = c.oid),
    (select string_agg(format('grant %s on %s to %s;', privileges, view.name, grantee), e'\n' order by grantee)
     from (
       select
         case acl.grantee when 0 then 'public' else quote_ident(acl.grantee::regrole::text) end as grantee,
         string_agg(lower(acl.privilege_type), ', ' order by acl.privilege_type) as privileges
       from aclexplode(c.relacl) acl
       where acl.grantee <> c.relowner
       group by acl.grantee
     ) grants)
  ) as ddl
from pg_class c,
  lateral (select format('%I.%I', c.relnamespace::regnamespace::text, c.relname) as name) view
where c.relkind = 'v' and c.relnamespace::regnamespace::text in ('public', 'private')
  and not exists (
    select from pg_depend d
    where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
order by 2
