-- Schemas of our own, with their comments and grants. `public` is there in every database.
select
  concat_ws(e'\n',
    format('create schema %I;', n.nspname),
    case when obj_description(n.oid, 'pg_namespace') is not null then
      format('comment on schema %I is %L;', n.nspname, obj_description(n.oid, 'pg_namespace')) end,
    (
      select string_agg(format('grant %s on schema %I to %s;', privileges, n.nspname, grantee), e'\n' order by grantee)
      from (
        select
          case acl.grantee when 0 then 'public' else quote_ident(acl.grantee::regrole::text) end as grantee,
          string_agg(lower(acl.privilege_type), ', ' order by acl.privilege_type) as privileges
        from aclexplode(n.nspacl) acl
        where acl.grantee <> n.nspowner
        group by acl.grantee
      ) grants
    )
  ) as ddl
from pg_namespace n
where n.nspname = 'private'
