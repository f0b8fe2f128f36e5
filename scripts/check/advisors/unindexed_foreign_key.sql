-- Without an index that begins with a foreign key's columns, each delete of a parent reads the whole table.
select format('%s: %s', k.conrelid::regclass, k.conname) as object,
       format('create an index on %s (%s)', k.conrelid::regclass, (
         select string_agg(quote_ident(a.attname), ', ' order by array_position(k.conkey, a.attnum))
         from pg_attribute a where a.attrelid = k.conrelid and a.attnum = any (k.conkey))) as advice
from pg_constraint k
where k.contype = 'f' and k.connamespace in ('public'::regnamespace, 'private'::regnamespace)
  and not exists (
    select from pg_index i
    where i.indrelid = k.conrelid and i.indisvalid
      -- A partial index serves if it only leaves out rows that refer to nothing.
      and coalesce(pg_get_expr(i.indpred, i.indrelid) ~ '^\(\w+ IS NOT NULL\)$', true)
      and (string_to_array(i.indkey::text, ' ')::int2[])[1:cardinality(k.conkey)] @> k.conkey)
