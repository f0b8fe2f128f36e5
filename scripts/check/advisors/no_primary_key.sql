-- Rows without a key cannot be distinguished by replication, by tools, or by people.
select c.oid::regclass::text as object,
       'give it a primary key' as advice
from pg_class c
where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace) and c.relkind in ('r', 'p')
  and not exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary)
