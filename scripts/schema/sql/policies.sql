select concat_ws(e'\n',
  concat_ws(e'\n  ',
    format('create policy %I on %s', p.polname, p.polrelid::regclass),
    case when not p.polpermissive then 'as restrictive' end,
    format('for %s to %s',
      case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end,
      (select string_agg(case role when 0 then 'public' else quote_ident(role::regrole::text) end, ', ' order by role::regrole::text)
       from unnest(p.polroles) role)),
    'using (' || pg_get_expr(p.polqual, p.polrelid) || ')',
    'with check (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')'
  ) || ';',
  case when obj_description(p.oid, 'pg_policy') is not null then
    format('comment on policy %I on %s is %L;', p.polname, p.polrelid::regclass, obj_description(p.oid, 'pg_policy')) end
) as ddl
from pg_policy p
join pg_class c on c.oid = p.polrelid
where c.relnamespace::regnamespace::text in ('public', 'private')
order by p.polrelid::regclass::text, p.polname
