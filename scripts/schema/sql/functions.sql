-- Each function with its comment and grants. Default privileges have closed it to everybody else.
select
  p.oid::integer as oid,
  p.oid::regprocedure::text as name,
  concat_ws(e'\n',
    rtrim(pg_get_functiondef(p.oid), e'\n') || ';',
    case when obj_description(p.oid, 'pg_proc') is not null then
      format('comment on %s %s is %L;', routine, p.oid::regprocedure, obj_description(p.oid, 'pg_proc')) end,
    (select string_agg(
       format('grant execute on %s %s to %s;', routine, p.oid::regprocedure,
              case acl.grantee when 0 then 'public' else quote_ident(acl.grantee::regrole::text) end),
       e'\n' order by acl.grantee::regrole::text)
     from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) acl
     where acl.grantee <> p.proowner)
  ) as ddl
from pg_proc p,
  lateral (select case p.prokind when 'p' then 'procedure' else 'function' end as routine) kind
where p.pronamespace::regnamespace::text in ('public', 'private')
  and p.prokind <> 'a'
  and not exists (
    select from pg_depend d
    where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
order by 2
