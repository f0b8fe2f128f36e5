-- The extension's objects would become part of the Data API.
select e.extname::text as object,
       'create the extension with schema extensions' as advice
from pg_extension e
where e.extnamespace = 'public'::regnamespace
