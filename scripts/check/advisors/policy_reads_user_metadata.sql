-- Users write their own user_metadata, so it proves nothing.
select format('%s: policy %s', p.polrelid::regclass, p.polname) as object,
       'read app_metadata or a table of ours instead' as advice
from pg_policy p
where concat_ws(' ', pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)) like '%user_metadata%'
