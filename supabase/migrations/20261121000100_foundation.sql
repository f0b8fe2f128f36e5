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
comment on schema private is 'Internal helpers. Never exposed through the Data API.';
grant usage on schema private to authenticated, service_role;

-- Whatever a later migration forgets to grant stays closed.
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

-- Errors that callers should be able to tell apart. shared/db.ts has the same codes.
create function private.raise_error(p_state text, p_message text, p_detail text default null) returns void
language plpgsql set search_path = '' as $$
begin
  if auth.role() = 'authenticated' then
    -- For people who call the Data API without our functions: PostgREST makes its answer, with the right status, from this.
    raise sqlstate 'PGRST' using
      message = jsonb_build_object('code', p_state, 'message', p_message, 'details', p_detail)::text,
      detail  = jsonb_build_object('headers', '{}'::jsonb, 'status', case p_state
        when 'VT001' then 404 when 'VT002' then 403 when 'VT003' then 409 when 'VT008' then 409 when 'VT009' then 429 when 'VT010' then 403 else 400
      end)::text;
  end if;
  raise exception using errcode = p_state, message = p_message, detail = coalesce(p_detail, '');
end
$$;
comment on function private.raise_error(text, text, text) is
  'Raises one of the product''s own SQLSTATEs (VT…) with a message that a user may read. A signed-in user who calls PostgREST directly '
  'gets the same code in its answer.';

create function private.raise_invalid(p_path text, p_message text) returns void
language sql set search_path = '' as $$
  select private.raise_error('VT004', p_message, jsonb_build_array(jsonb_build_object('path', p_path, 'message', p_message))::text)
$$;
comment on function private.raise_invalid(text, text) is 'Refuses a value with VT004, naming its path.';
grant execute on function private.raise_invalid(text, text) to service_role;
grant execute on function private.raise_error(text, text, text) to service_role;
