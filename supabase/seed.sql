-- What `supabase start`, `supabase db reset` and preview branches start with: a clinic and its owner, owner@clinic.example.com, whose
-- password is local-development. Run again, it adds nothing. Never for a project that callers reach.

insert into auth.users
  (instance_id, id, aud, role, email, encrypted_password, email_confirmed_at, raw_app_meta_data, raw_user_meta_data, created_at, updated_at)
select
  '00000000-0000-0000-0000-000000000000', '5eed0000-0000-4000-8000-000000000001', 'authenticated', 'authenticated',
  'owner@clinic.example.com', extensions.crypt('local-development', extensions.gen_salt('bf', 6)), now(),
  '{"provider": "email", "providers": ["email"]}', '{"full_name": "Owner of Example Clinic"}', now(), now()
where not exists (select from auth.users where lower(email) = 'owner@clinic.example.com');

-- Supabase Auth reads these as texts and fails on null; not every version has them.
do $$
declare
  v_column text;
begin
  for v_column in
    select column_name from information_schema.columns
    where table_schema = 'auth' and table_name = 'users' and is_nullable = 'YES' and column_default is null
      and column_name in ('confirmation_token', 'recovery_token', 'email_change', 'email_change_token_new')
  loop
    execute format('update auth.users set %1$I = %2$L where email = %3$L and %1$I is null',
      v_column, '', 'owner@clinic.example.com');
  end loop;
  if to_regclass('auth.identities') is not null then
    insert into auth.identities (id, user_id, provider, provider_id, identity_data, created_at, updated_at)
    select gen_random_uuid(), id, 'email', id::text, jsonb_build_object('sub', id, 'email', email, 'email_verified', true), now(), now()
    from auth.users where email = 'owner@clinic.example.com'
    on conflict do nothing;
  end if;
end
$$;

select public.add_clinic(
  'Example Clinic', 'America/New_York', 'US', 'owner@clinic.example.com', '+15551230100',
  '[{"weekday": 1, "opens": "09:00", "closes": "17:00"}, {"weekday": 2, "opens": "09:00", "closes": "17:00"},
    {"weekday": 3, "opens": "09:00", "closes": "17:00"}, {"weekday": 4, "opens": "09:00", "closes": "17:00"},
    {"weekday": 5, "opens": "09:00", "closes": "13:00"}]');
