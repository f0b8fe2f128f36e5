-- Permissive policies are joined by "or": each runs for every query, and the widest one wins.
select format('%s: %s for %s', p.polrelid::regclass, command, role) as object,
       format('make one policy of %s', string_agg(quote_ident(p.polname), ', ' order by p.polname)) as advice
from pg_policy p
join pg_class c on c.oid = p.polrelid
cross join unnest('{anon, authenticated}'::text[]) role
cross join unnest('{select, insert, update, delete}'::text[]) command
where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace)
  and p.polpermissive
  and (p.polroles = '{0}' or role::regrole = any (p.polroles))
  and p.polcmd in ('*', case command when 'select' then 'r' when 'insert' then 'a' when 'update' then 'w' else 'd' end)
group by p.polrelid, role, command
having count(*) > 1
