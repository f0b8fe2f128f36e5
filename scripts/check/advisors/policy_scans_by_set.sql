-- `column in (select f())` is a hashed subplan: no index helps it, and every row of the table is read. With an array it is an
-- index condition.
select format('%s on %s', policyname, format('%I.%I', schemaname, tablename)) as object,
       'write `column = any ((select f())::uuid[])`, with a function that returns an array, so that an index on the column is used' as advice
from pg_catalog.pg_policies
where schemaname = 'public'
  and concat_ws(' ', qual, with_check) ~* '\mIN\s*\(\s*SELECT\s+private\.\w+\(\)'
