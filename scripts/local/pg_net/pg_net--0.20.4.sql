-- Stand-in for the extension pg_net 0.20.4.
--
-- Covers: http_get, http_post, http_delete, collecting responses, the unlogged queue and response
-- tables with their columns, wake, worker_restart, check_worker_is_up, wait_until_running, the refusal
-- of a null url and of a body that is not JSON, and the grants (any role may queue and read).
-- Does not cover: curl's own URL checks beyond scheme and host, settings (pg_net.batch_size, pg_net.ttl
-- are the worker's options), the worker's entry in pg_stat_activity.
-- contract_test.ts beside this file can be run against the real extension.

create schema net;

create domain net.http_method as text
  check (upper(value) in ('GET', 'POST', 'DELETE'));

create unlogged table net.http_request_queue (
  id bigserial,
  method net.http_method not null,
  url text not null,
  headers jsonb,
  body bytea,
  timeout_milliseconds int not null
);

create unlogged table net._http_response (
  id bigint,
  status_code integer,
  content_type text,
  headers jsonb,
  content text,
  timed_out bool,
  error_msg text,
  created timestamptz not null default now()
);
create index on net._http_response (created);

create type net.request_status as enum ('PENDING', 'SUCCESS', 'ERROR');
create type net.http_response as (status_code integer, headers jsonb, body text);
create type net.http_response_result as (
  status net.request_status,
  message text,
  response net.http_response
);

-- Percent-encodes all but RFC 3986's unreserved characters, byte by byte, in lower case as libcurl does.
create function net._urlencode_string(string varchar) returns text
language sql immutable strict as $$
  select coalesce(string_agg(
    case
      when symbol ~ '^[A-Za-z0-9._~-]$' then symbol
      else regexp_replace(encode(convert_to(symbol, 'UTF8'), 'hex'), '(..)', '%\1', 'g')
    end,
    '' order by position
  ), '')
  from regexp_split_to_table(string, '') with ordinality as parts (symbol, position)
$$;

-- Appends encoded "key=value" pairs to the query of a URL; null for a null url, as in the original.
create function net._encode_url_with_params_array(url text, params_array text[]) returns text
language plpgsql immutable strict as $$
declare
  base text := split_part(url, '#', 1);
  fragment text := substr(url, length(split_part(url, '#', 1)) + 1);
begin
  if url !~ '^[A-Za-z][A-Za-z0-9+.-]*://[^/?#[:space:]]' then
    raise exception 'Couldn''t parse URL "%": Bad scheme or no host part', url;
  end if;
  if cardinality(params_array) = 0 then
    return url;
  end if;
  return base || case when strpos(base, '?') > 0 then '&' else '?' end
    || array_to_string(params_array, '&') || fragment;
end
$$;

-- Tells the worker to look at the queue once this transaction commits.
create function net.wake() returns void language sql as $$
  select pg_catalog.pg_notify('pg_net', 'wake')
$$;

create function net.worker_restart() returns bool language sql as $$
  select true from (select pg_catalog.pg_notify('pg_net', 'restart')) as sent
$$;

-- The worker holds an advisory lock of this database for as long as it lives.
create function net.check_worker_is_up() returns void language plpgsql as $$
begin
  if not exists (
    select from pg_catalog.pg_locks
    where locktype = 'advisory'
      and granted
      and database = (select oid from pg_catalog.pg_database where datname = current_database())
      and (classid, objid, objsubid) = (0, 770001, 1)
  ) then
    raise exception 'the pg_net background worker is not up'
      using detail = 'the pg_net background worker is down due to an internal error and cannot process requests',
        hint = 'make sure that you didn''t modify any of pg_net internal tables';
  end if;
end
$$;

create function net.wait_until_running() returns void language plpgsql as $$
begin
  loop
    begin
      perform net.check_worker_is_up();
      return;
    exception when raise_exception then
      perform pg_catalog.pg_sleep(0.05);
    end;
  end loop;
end
$$;

create function net._enqueue(method text, url text, params jsonb, headers jsonb, body jsonb, timeout int)
returns bigint language plpgsql as $$
declare
  request_id bigint;
begin
  insert into net.http_request_queue (method, url, headers, body, timeout_milliseconds)
  values (
    _enqueue.method,
    net._encode_url_with_params_array(
      _enqueue.url,
      (
        select coalesce(
          array_agg(net._urlencode_string(key) || '=' || net._urlencode_string(value)), '{}'
        )
        from jsonb_each_text(_enqueue.params)
      )
    ),
    _enqueue.headers,
    convert_to(_enqueue.body::text, 'UTF8'),
    _enqueue.timeout
  )
  returning id into request_id;
  perform net.wake();
  return request_id;
end
$$;

create function net.http_get(
  url text,
  params jsonb default '{}',
  headers jsonb default '{}',
  timeout_milliseconds int default 5000
) returns bigint language sql volatile parallel safe as $$
  select net._enqueue('GET', url, params, headers, null, timeout_milliseconds)
$$;

create function net.http_post(
  url text,
  body jsonb default '{}',
  params jsonb default '{}',
  headers jsonb default '{"Content-Type": "application/json"}',
  timeout_milliseconds int default 5000
) returns bigint language plpgsql volatile parallel safe as $$
declare
  content_type text := (
    select value from jsonb_each_text(headers) where lower(key) = 'content-type' limit 1
  );
begin
  if content_type <> 'application/json' then
    raise exception 'Content-Type header must be "application/json"';
  end if;
  if content_type is null then
    headers := headers || '{"Content-Type": "application/json"}';
  end if;
  return net._enqueue('POST', url, params, headers, body, timeout_milliseconds);
end
$$;

create function net.http_delete(
  url text,
  params jsonb default '{}',
  headers jsonb default '{}',
  timeout_milliseconds int default 5000,
  body jsonb default null
) returns bigint language sql volatile parallel safe as $$
  select net._enqueue('DELETE', url, params, headers, body, timeout_milliseconds)
$$;

create function net._await_response(request_id bigint) returns bool
language plpgsql volatile parallel safe strict as $$
begin
  while not exists (select from net._http_response where id = request_id) loop
    perform pg_catalog.pg_sleep(0.05);
  end loop;
  return true;
end
$$;

create function net._http_collect_response(request_id bigint, async bool default true)
returns net.http_response_result language plpgsql volatile parallel safe strict as $$
declare
  answer net._http_response;
begin
  if not async then
    perform net._await_response(request_id);
  end if;
  select * into answer from net._http_response where id = request_id;
  if answer.id is null or answer.error_msg is not null then
    return (
      'ERROR', coalesce(answer.error_msg, 'request matching request_id not found'), null
    )::net.http_response_result;
  end if;
  return (
    'SUCCESS', 'ok',
    (answer.status_code, answer.headers, answer.content)::net.http_response
  )::net.http_response_result;
end
$$;

create function net.http_collect_response(request_id bigint, async bool default true)
returns net.http_response_result language sql volatile parallel safe strict as $$
  select net._http_collect_response(request_id, async)
$$;

grant usage on schema net to public;
grant all on all tables in schema net to public;
grant all on all sequences in schema net to public;
