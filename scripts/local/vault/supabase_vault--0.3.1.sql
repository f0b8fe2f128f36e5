-- Stand-in for the extension supabase_vault 0.3.1.
--
-- Covers: vault.secrets (stored encrypted), vault.decrypted_secrets, create_secret, update_secret,
-- unique names, and the grants of a hosted project (postgres and service_role, nobody else).
-- Does not cover: where the key is kept. Hosted, the key is outside the database; here it lies in a
-- table that only the superuser reads, so a dump of the whole database would hold it.
-- contract_test.ts beside this file can be run against the real extension.

create table vault._key (key text not null);
insert into vault._key values (encode(@extschema:pgcrypto@.gen_random_bytes(32), 'hex'));
revoke all on vault._key from public;

create function vault._encrypt(secret text) returns text
language sql security definer set search_path = '' as $$
  select encode(@extschema:pgcrypto@.pgp_sym_encrypt(secret, (select key from vault._key)), 'base64')
$$;

create function vault._decrypt(secret text) returns text
language sql stable security definer set search_path = '' as $$
  select @extschema:pgcrypto@.pgp_sym_decrypt(decode(secret, 'base64'), (select key from vault._key))
$$;

create table vault.secrets (
  id uuid primary key default gen_random_uuid(),
  name text,
  description text not null default '',
  secret text not null,
  key_id uuid,
  nonce bytea default @extschema:pgcrypto@.gen_random_bytes(16),
  created_at timestamptz not null default current_timestamp,
  updated_at timestamptz not null default current_timestamp
);
comment on table vault.secrets is
  'Table with encrypted `secret` column for storing sensitive information on disk.';
create unique index on vault.secrets (name) where name is not null;

create view vault.decrypted_secrets as
select id, name, description, secret, vault._decrypt(secret) as decrypted_secret,
  key_id, nonce, created_at, updated_at
from vault.secrets;

create function vault.create_secret(
  new_secret text,
  new_name text default null,
  new_description text default '',
  new_key_id uuid default null
) returns uuid language sql security definer set search_path = '' as $$
  insert into vault.secrets (secret, name, description)
  values (vault._encrypt(new_secret), new_name, new_description)
  returning id
$$;

create function vault.update_secret(
  secret_id uuid,
  new_secret text default null,
  new_name text default null,
  new_description text default null,
  new_key_id uuid default null
) returns void language sql security definer set search_path = '' as $$
  update vault.secrets
  set secret = coalesce(vault._encrypt(new_secret), secret),
    name = coalesce(new_name, name),
    description = coalesce(new_description, description),
    updated_at = now()
  where id = secret_id
$$;

select pg_catalog.pg_extension_config_dump('vault.secrets', '');
select pg_catalog.pg_extension_config_dump('vault._key', '');

revoke all on all functions in schema vault from public;
grant usage on schema vault to postgres with grant option;
grant usage on schema vault to service_role;
grant select, delete on vault.secrets, vault.decrypted_secrets to postgres, service_role;
grant execute on function
  vault.create_secret(text, text, text, uuid),
  vault.update_secret(uuid, text, text, text, uuid),
  vault._decrypt(text)
  to postgres, service_role;
