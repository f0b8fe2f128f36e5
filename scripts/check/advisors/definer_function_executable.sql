-- A definer function acts with its owner's rights, bypassing row-level security. One that signed-in users may call says in its
-- comment why ("Definer: …"); for one that everybody may call, no reason is good enough.
select p.oid::regprocedure::text as object,
       format('revoke execute from %s, or make it security invoker',
              string_agg(role, ' and ' order by role)) || ', or say why in its comment' as advice
from pg_proc p
cross join unnest('{anon, authenticated}'::text[]) role
where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace)
  and p.prosecdef
  and has_function_privilege(role, p.oid, 'execute')
  and not (role = 'authenticated' and coalesce(obj_description(p.oid, 'pg_proc'), '') ~ 'Definer: ')
group by p.oid
