-- Without row-level security a grant exposes every organization's rows.
select c.oid::regclass::text as object,
       'enable row level security beside the table' as advice
from pg_class c
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relrowsecurity
