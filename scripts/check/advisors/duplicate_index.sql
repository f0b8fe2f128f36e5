-- Two equal indexes cost two writes and serve one read.
select format('%s: %s', i.indrelid::regclass, string_agg(i.indexrelid::regclass::text, ', ' order by i.indexrelid::regclass::text)) as object,
       'keep one of them' as advice
from pg_index i
join pg_class c on c.oid = i.indrelid
where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace)
group by i.indrelid, i.indkey::text, i.indclass::text, i.indoption::text, i.indexprs::text, i.indpred::text
having count(*) > 1
