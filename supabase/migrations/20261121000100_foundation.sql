-- Foundation: extensions, the private schema, and privileges that start from nothing.
--
-- Rules that every later migration keeps:
--   * functions have `set search_path = ''` and name every object in full;
--   * nobody may do anything that a grant beside the object does not allow;
--   * helpers live in `private`, which the Data API never exposes.

create schema if not exists extensions;
create extension if not exists btree_gist with schema extensions;
create extension if not exists pgcrypto with schema extensions;
create extension if not exists pg_trgm with schema extensions;
create extension if not exists unaccent with schema extensions;
create extension if not exists pg_net with schema extensions;
create extension if not exists pg_cron;
create extension if not exists supabase_vault;

create schema private;
comment on schema private is 'Helpers of the product. Never exposed through the Data API.';
grant usage on schema private to authenticated, service_role;

-- What a later migration forgets to grant stays closed.
alter default privileges revoke execute on functions from public;
alter default privileges in schema public revoke all on tables from anon, authenticated, service_role;
alter default privileges in schema public revoke all on sequences from anon, authenticated, service_role;
alter default privileges in schema public revoke all on functions from anon, authenticated, service_role;

create function private.set_updated_at() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.updated_at := now();
  return new;
end
$$;
comment on function private.set_updated_at() is 'Trigger: keeps updated_at true.';

-- Errors that callers are meant to tell apart. shared/sqlstates.ts holds the same codes.
create function private.raise_error(p_state text, p_message text, p_detail text default null) returns void
language plpgsql set search_path = '' as $$
begin
  raise exception using errcode = p_state, message = p_message, detail = coalesce(p_detail, '');
end
$$;
comment on function private.raise_error(text, text, text) is
  'Raises one of the product''s own SQLSTATEs (VT…) with a message that a user may read.';
grant execute on function private.raise_error(text, text, text) to service_role;
