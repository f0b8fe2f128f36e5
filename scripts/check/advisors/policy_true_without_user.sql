-- `auth.uid() is null or …` admits everybody who is not signed in.
select format('%s: policy %s', p.polrelid::regclass, p.polname) as object,
       'ask for auth.uid() is not null, or compare with a column' as advice
from pg_policy p
where concat_ws(' ', pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
      ~* 'auth\.(uid|role|jwt|email)\(\)[^()]*\)?\s+is null'
