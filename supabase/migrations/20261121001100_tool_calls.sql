-- A tool call: whose it is, what it does, and that a repeat of it has no second effect.

create table public.tool_calls (
  id           uuid primary key default gen_random_uuid(),
  org_id       uuid not null references public.organizations on delete cascade,
  session_id   text not null,
  chat_id      text,
  repeat_key   text,
  id_digest    text,
  request_id   text,
  tool         text not null,
  answer       jsonb,
  outcome      text,
  ms           real,
  created_at   timestamptz not null default now(),
  unique (repeat_key, org_id)
);
comment on table public.tool_calls is
  'Answers already given. Vapi may deliver a call twice; the answer is stored in the transaction of its effect, so that either both exist '
  'or neither.';
comment on column public.tool_calls.session_id is 'Id of the call or chat session; a digest of the request if there is neither.';
comment on column public.tool_calls.chat_id is 'The chat message that it came from: a later one that names it belongs to the same session.';
comment on column public.tool_calls.repeat_key is
  'Equal for what Vapi delivers again; null for calls that only read, which are looked up again.';
comment on column public.tool_calls.id_digest is
  'Equal for calls with the same id: a model may write anything into the id, so it is not stored itself.';
comment on column public.tool_calls.request_id is 'The request that contained it: calls of one message are repeated together.';
comment on column public.tool_calls.outcome is '`ok`, or the code of the refusal.';
comment on column public.tool_calls.ms is 'Milliseconds from the arrival of the request at the function to the answer of the database.';
create index tool_calls_org_id on public.tool_calls (org_id, created_at desc);
create index tool_calls_created_at on public.tool_calls (created_at);
create index tool_calls_session on public.tool_calls (session_id, created_at);
create index tool_calls_chat on public.tool_calls (chat_id, created_at) where chat_id is not null;

alter table public.tool_calls enable row level security;
create policy "members read the tool calls of their organization" on public.tool_calls
  for select to authenticated using (org_id = any ((select private.member_org_ids())::uuid[]));
-- Without the answer: the console counts calls, it does not read them.
grant select (id, org_id, session_id, tool, outcome, ms, created_at) on public.tool_calls to authenticated;
grant select, insert, update, delete on public.tool_calls to service_role;

create function private.named_orgs(p_call jsonb) returns text[]
language plpgsql immutable set search_path = '' as $$
begin
  return (
    select coalesce(array_agg(distinct lower(named)), '{}')
    from (
      select jsonb_array_elements_text(p_call -> 'metadataOrgIds') as named
      union all
      select p_call ->> 'metadataOrgId'
    ) metadata
    where named is not null);
end
$$;
comment on function private.named_orgs(jsonb) is 'Every organization that the metadata of a call names, known or not.';
grant execute on function private.named_orgs(jsonb) to service_role;

create function private.org_of_call(p_call jsonb) returns uuid
language plpgsql stable set search_path = '' as $$
declare
  v_named   text[] := private.named_orgs(p_call);
  v_org_ids uuid[];
begin
  select array_agg(distinct source.org_id) into v_org_ids
  from (
    select org_id from public.agents where assistant_id = p_call ->> 'assistantId'
    union all
    select org_id from public.phone_numbers where vapi_phone_number_id = p_call ->> 'phoneNumberId'
    union all
    select id from public.organizations
    where id = any (array(select private.uuid_or_null(named) from unnest(v_named) named)) and deleted_at is null and coalesce((p_call ->> 'metadataIsOurs')::boolean, true)
  ) source;

  if cardinality(v_org_ids) > 1 or cardinality(v_named) > 1 or v_named[1] <> v_org_ids[1]::text then
    perform private.raise_error('VT005', 'This call names two different clinics, so it was refused');
  elsif v_org_ids is null then
    perform private.raise_error('VT006', 'This call belongs to no known clinic');
  end if;
  return v_org_ids[1];
end
$$;
comment on function private.org_of_call(jsonb) is
  'The organization of a call: by its assistant, its phone number, or metadata that no client can have written (metadataIsOurs, which the '
  'functions always set). Refuses with VT005 if they disagree, whoever wrote them, with VT006 if none is known. Nothing that the model '
  'wrote is considered.';
grant execute on function private.org_of_call(jsonb) to service_role;

create function public.org_settings(p_call jsonb) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('orgId', id, 'name', name, 'timezone', timezone, 'country', country, 'language', coalesce(
    (select language from public.agents where assistant_id = p_call ->> 'assistantId'), 'en'),
    'openings', (
      select coalesce(jsonb_agg(distinct jsonb_build_object('weekday', weekday,
        'opens', extract(epoch from opens) / 60, 'closes', extract(epoch from closes) / 60)), '[]')
      from public.business_hours where org_id = org.id),
    'horizonDays', (select horizon_days from public.booking_policies where org_id = org.id))
  from public.organizations org where id = private.org_of_call(p_call)
$$;
comment on function public.org_settings(jsonb) is
  'What reading a caller''s dates and phone numbers requires: {orgId, name, timezone, country, language: the agent''s, else `en`, '
  'openings: [{weekday, opens, closes}] in minutes of the day, horizonDays}. Refuses as org_of_call does.';
grant execute on function public.org_settings(jsonb) to service_role;

create function private.with_session(p_org_id uuid, p_call jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return case
    when p_call ->> 'callId' is not null or p_call ->> 'sessionId' is not null or p_call ->> 'previousChatId' is null then p_call
    else p_call || jsonb_build_object('sessionId', coalesce(
      (select session_id from public.tool_calls
       where chat_id = p_call ->> 'previousChatId' and org_id = p_org_id
       order by created_at desc limit 1),
      p_call ->> 'previousChatId'))
  end;
end
$$;
comment on function private.with_session(uuid, jsonb) is
  'The call with its session. Each message of a chat has another chat id: they are connected by Vapi''s session, or else by the previous '
  'message.';
grant execute on function private.with_session(uuid, jsonb) to service_role;

create function private.repeat_key(p_tool text, p_call jsonb, p_args jsonb) returns text
language plpgsql immutable set search_path = '' as $$
begin
  return encode(sha256(convert_to(jsonb_build_array(
    p_call ->> 'toolCallId', p_tool, p_args,
    coalesce(private.session_of(p_call), p_call ->> 'customerNumber'))::text, 'UTF8')), 'hex');
end
$$;
comment on function private.repeat_key(text, jsonb, jsonb) is
  'Equal for what Vapi delivers again. The id alone is not enough: some models begin at `call_0` in each turn, others use the tool''s '
  'name.';
grant execute on function private.repeat_key(text, jsonb, jsonb) to service_role;

create function private.digest_of_id(p_call jsonb) returns text
language plpgsql immutable set search_path = '' as $$
begin
  return encode(sha256(convert_to(p_call ->> 'toolCallId', 'UTF8')), 'hex');
end
$$;
comment on function private.digest_of_id(jsonb) is 'Distinguishes the id of a tool call from others; null if it has none.';
grant execute on function private.digest_of_id(jsonb) to service_role;

create function private.went_on(p_known public.tool_calls, p_call jsonb) returns boolean
language sql stable set search_path = '' as $$
  select exists (
    select from public.tool_calls later
    where later.session_id = p_known.session_id and later.org_id = p_known.org_id and later.created_at > p_known.created_at
      and later.repeat_key is not null and later.outcome = 'ok' and later.request_id is distinct from p_known.request_id
      and (later.id_digest = p_known.id_digest or strpos(lower(p_call ->> 'toolCallId'), lower(p_known.tool)) > 0))
$$;
comment on function private.went_on(public.tool_calls, jsonb) is
  'Whether the same words under the same id now mean something else: a second "cancel it" means another appointment. That is so once the '
  'same conversation has changed something under that id in the meantime. An id that only names its tool does not distinguish two calls '
  'of that tool: then any change counts. A call with an id of its own may be delivered again however late.';
grant execute on function private.went_on(public.tool_calls, jsonb) to service_role;

create function public.refusal_of_tool(p_tool text, p_call jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_org_id uuid := private.org_of_call(p_call);
begin
  if not exists (select from public.org_tools where org_id = v_org_id and tool_name = p_tool and not enabled)
    and not exists (
      select from public.agents where assistant_id = p_call ->> 'assistantId' and not p_tool = any (tools))
    -- Booking without the code that a clinic requires would circumvent it; the other way round, nobody is harmed.
    and not (p_tool = 'bookClinicAppointment' and exists (
      select from public.booking_policies where org_id = v_org_id and booking_path = 'code_first'))
  then
    return null;
  end if;
  return private.refusal('tool_disabled', private.phrase(
    (select language from public.agents where assistant_id = p_call ->> 'assistantId'),
    'I can''t do that here. Please call the clinic''s staff.'));
end
$$;
comment on function public.refusal_of_tool(text, jsonb) is
  'The refusal of a tool that the organization or the agent has switched off, or that books without the code that the organization '
  'requires; null for any other. It takes effect at once, whatever the assistant at Vapi still carries. Refuses as org_of_call does.';
grant execute on function public.refusal_of_tool(text, jsonb) to service_role;

create function private.function_of_tool(p_tool text) returns text
language plpgsql immutable set search_path = '' as $$
begin
  return 'tool_' || lower(regexp_replace(p_tool, '([A-Z])', '_\1', 'g'));
end
$$;
comment on function private.function_of_tool(text) is '`checkAvailability` is carried out by private.tool_check_availability.';
grant execute on function private.function_of_tool(text) to service_role;

-- Its statements, and those of everything that it calls, keep the plan of their first run: otherwise a connection plans each of them again
-- for the first five calls, which takes as long as carrying them out, and a caller notices.
create function public.tool_call(p_tool text, p_call jsonb, p_args jsonb) returns jsonb
language plpgsql set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
  v_begun     timestamptz := clock_timestamp();
  v_org_id    uuid := private.org_of_call(p_call);
  v_call      jsonb := private.with_session(v_org_id, p_call);
  v_tool      text := private.function_of_tool(p_tool);
  v_key       text := private.repeat_key(p_tool, v_call, p_args);
  v_only_looks boolean;
  v_id        uuid;
  v_known     public.tool_calls;
  v_answer    jsonb;
begin
  select provolatile <> 'v' into v_only_looks
  from pg_catalog.pg_proc where oid = to_regprocedure(format('private.%I(uuid, jsonb, jsonb)', v_tool));
  if not found then
    perform private.raise_error('VT001', format('There is no tool %s', p_tool));
  end if;
  perform private.speak((select language from public.agents where assistant_id = v_call ->> 'assistantId' and org_id = v_org_id));

  -- Before anything else: an erasure at the same time comes either before this call or after it.
  perform private.lock_org(v_org_id, 'calls', p_alone => false);

  -- A repeat that arrives while the first is running waits here until that one has committed.
  insert into public.tool_calls (org_id, session_id, chat_id, repeat_key, id_digest, request_id, tool)
  values (
    v_org_id, coalesce(private.session_of(v_call), v_key), v_call ->> 'chatId',
    case when not v_only_looks and v_call ->> 'toolCallId' is not null then v_key end,
    private.digest_of_id(v_call), v_call ->> 'requestId', p_tool)
  on conflict (repeat_key, org_id) do nothing
  returning id into v_id;
  if v_id is null then
    select * into v_known from public.tool_calls where repeat_key = v_key and org_id = v_org_id for update;
    -- A call named after its own signature can only be a replay.
    if not private.went_on(v_known, v_call) or strpos(v_call ->> 'toolCallId', v_call ->> 'replayKey') > 0 then
      return v_known.answer;
    end if;
    v_id := v_known.id;
    update public.tool_calls set created_at = now(), request_id = v_call ->> 'requestId' where id = v_id;
  end if;

  perform private.require_served(p_call);
  perform private.require_room(v_org_id, 'tool_calls',
    private.say('Too much is being asked of the booking system at the moment. Please try again in a minute.'));
  v_answer := public.refusal_of_tool(p_tool, v_call);
  if v_answer is null then
    execute format('select private.%I($1, $2, $3)', v_tool) into v_answer using v_org_id, v_call, p_args;
  end if;

  -- Sentences without placeholders are translated here, for all tools.
  v_answer := v_answer || jsonb_build_object('message', private.say(v_answer ->> 'message'));
  update public.tool_calls set
    answer  = v_answer,
    outcome = case when (v_answer ->> 'success')::boolean then 'ok' else coalesce(v_answer ->> 'code', 'refused') end,
    ms      = coalesce((v_call ->> 'elapsedMs')::real, 0) + 1000 * extract(epoch from clock_timestamp() - v_begun)
  where id = v_id;
  perform private.count_use(v_org_id, 'tool_calls');
  return v_answer;
end
$$;
comment on function public.tool_call(text, jsonb, jsonb) is
  'Carries out a tool call and returns its result. p_call: {callId, chatId, sessionId, previousChatId, toolCallId, assistantId, '
  'phoneNumberId, metadataOrgId, metadataIsOurs, customerNumber: for a phone call, channels: {sms, calendar}, requestId, replayKey: for a '
  'signed request, elapsedMs: spent by the function so far}; p_args: what the function has validated. Runs private.tool_<name>(org, call, '
  'args); if the call is delivered again, it returns the same answer. A tool whose function is declared stable only reads, and reads '
  'again. Refuses as org_of_call and require_room do.';
grant execute on function public.tool_call(text, jsonb, jsonb) to service_role;
