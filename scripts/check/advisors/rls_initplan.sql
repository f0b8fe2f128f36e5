-- `(select f())` runs once per query, `f()` once per row; so does a helper that takes a column.
with expressions as (
  select p.polrelid, p.polname, concat_ws(' ', pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)) as text
  from pg_policy p
  join pg_class c on c.oid = p.polrelid
  where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace)
)
select format('%s: policy %s', polrelid::regclass, polname) as object,
       'call auth.uid() and helpers as (select f()), without a column as their argument' as advice
from expressions
where (text ~ '(?<!SELECT )\m(auth|private)\.\w+\('
   or text ~ '(?<!SELECT )\mcurrent_setting\('
   or text ~ '\m(auth|private)\.\w+\((?!\))')
  -- An immutable function without arguments is called while planning, and never for a row.
  and not exists (select from pg_proc f where f.provolatile = 'i' and text = format('%s()', f.oid::regproc))
