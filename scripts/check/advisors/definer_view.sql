-- A view reads with its owner's rights, bypassing row-level security, unless it says otherwise.
select c.oid::regclass::text as object,
       'create the view with (security_invoker = true)' as advice
from pg_class c
where c.relnamespace = 'public'::regnamespace and c.relkind = 'v'
  and not coalesce(c.reloptions && '{security_invoker=true, security_invoker=on, security_invoker=1}', false)
