-- What new objects of the migrating role are open to. Without a schema, an entry replaces Postgres's own
-- default, so what it lacks was revoked; with a schema, an entry can only add to it.
with entries as (
  select
    d.*,
    case d.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions' when 'T' then 'types' when 'n' then 'schemas' end as kind,
    case when d.defaclnamespace <> 0 then format(' in schema %I', d.defaclnamespace::regnamespace::text) else '' end as place
  from pg_default_acl d
  where d.defaclrole = 'postgres'::regrole
    and (d.defaclnamespace = 0 or d.defaclnamespace::regnamespace::text in ('public', 'private'))
)
select format('alter default privileges%s revoke %s on %s from %s;', place, lower(privilege_type), kind,
              case grantee when 0 then 'public' else quote_ident(grantee::regrole::text) end) as ddl
from entries,
  lateral (
    select grantee, privilege_type from aclexplode(acldefault(
      case defaclobjtype when 'S' then 's' else defaclobjtype end, defaclrole))
    where defaclnamespace = 0 and grantee <> defaclrole
    except
    select grantee, privilege_type from aclexplode(defaclacl)
  ) revoked
union all
select format('alter default privileges%s grant %s on %s to %s;', place, lower(privilege_type), kind,
              case grantee when 0 then 'public' else quote_ident(grantee::regrole::text) end)
from entries,
  lateral (
    select grantee, privilege_type from aclexplode(defaclacl) where grantee <> defaclrole
    except
    select grantee, privilege_type from aclexplode(acldefault(
      case defaclobjtype when 'S' then 's' else defaclobjtype end, defaclrole))
    where defaclnamespace = 0
  ) granted
-- What a project from before October 2026 grants automatically leaves no trace once it is revoked.
union all
select format('alter default privileges in schema public revoke all on %s from anon, authenticated, service_role;', open.kind)
from (values ('tables'), ('sequences'), ('functions')) as open (kind)
where not exists (
  select from entries, aclexplode(entries.defaclacl)
  where entries.kind = open.kind and entries.defaclnamespace = 'public'::regnamespace
    and grantee::regrole::text in ('anon', 'authenticated', 'service_role'))
order by 1
