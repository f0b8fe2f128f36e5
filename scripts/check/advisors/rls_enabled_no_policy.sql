-- Row-level security without a policy admits nobody but the server. Supabase's advisor asks whether that is intended: if so, the
-- exception says why.
select c.oid::regclass::text as object,
       'write a policy for whoever reads it, or say in scripts/check/allowed.ts that only the server does' as advice
from pg_class c
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relrowsecurity
  and not exists (select from pg_policy where polrelid = c.oid)
