-- Rehearsals: a member tries an agent's tools from the console, without a call. The same tools do the same work, on calendars that callers
-- never get, with numbers that nobody has; no text is sent, the member reads it instead.
--
-- Anything else that a tool might do is stopped where it would happen, whatever the tool: a rehearsal queues no job, changes no visit on
-- another calendar, and puts nobody on the waiting list for real.

create function private.in_rehearsal() returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return coalesce(current_setting('app.rehearsal', true), '') <> '';
end
$$;
comment on function private.in_rehearsal() is 'Whether this transaction rehearses: its setting app.rehearsal holds the texts so far.';
grant execute on function private.in_rehearsal() to service_role;

create function private.keep_rehearsed_text(p_to text, p_body text) returns jsonb
language plpgsql set search_path = '' as $$
begin
  perform set_config('app.rehearsal',
    (current_setting('app.rehearsal')::jsonb || jsonb_build_object('to', p_to, 'body', p_body))::text, true);
  return '{"status": "queued"}';
end
$$;
comment on function private.keep_rehearsed_text(text, text) is
  'The answer of queue_sms in a rehearsal: the text is shown to the member, and is not sent.';
grant execute on function private.keep_rehearsed_text(text, text) to service_role;

create function private.keep_out_of_rehearsals() returns trigger
language plpgsql set search_path = '' as $$
begin
  return null;
end
$$;
comment on function private.keep_out_of_rehearsals() is 'Trigger: skips what a rehearsal would write here.';
create trigger keep_out_of_rehearsals before insert on public.jobs
  for each row when (private.in_rehearsal()) execute function private.keep_out_of_rehearsals();

create function private.keep_visits_from_rehearsals() returns trigger
language plpgsql set search_path = '' as $$
begin
  if exists (
    select from public.calendars
    where id in (old.calendar_id, new.calendar_id) and not for_tests
  ) then
    perform private.raise_error('VT004', 'That visit is a real one: a rehearsal changes visits of test calendars only.');
  end if;
  return coalesce(new, old);
end
$$;
comment on function private.keep_visits_from_rehearsals() is
  'Trigger: refuses what a rehearsal would do to a visit on a calendar that callers get.';
create trigger keep_visits_from_rehearsals before insert or update or delete on public.appointments
  for each row when (private.in_rehearsal()) execute function private.keep_visits_from_rehearsals();

create function private.let_nobody_wait() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.state := 'removed';
  return new;
end
$$;
comment on function private.let_nobody_wait() is 'Trigger: somebody who joins the waiting list in a rehearsal is never offered a slot.';
create trigger let_nobody_wait before insert on public.waitlist_entries
  for each row when (private.in_rehearsal()) execute function private.let_nobody_wait();

create function private.agent_to_rehearse(p_user_id uuid, p_agent_id uuid) returns public.agents
language plpgsql stable set search_path = '' as $$
declare
  v_agent public.agents;
begin
  select agent.* into v_agent from public.agents agent
  join public.members member on member.org_id = agent.org_id and member.user_id = p_user_id
  where agent.id = p_agent_id;
  if v_agent.id is null then
    perform private.raise_error('VT001', 'There is no such agent');
  end if;
  return v_agent;
end
$$;
comment on function private.agent_to_rehearse(uuid, uuid) is
  'The agent, for a member of its organization; refuses with VT001 for everybody else, as if it did not exist.';
grant execute on function private.agent_to_rehearse(uuid, uuid) to service_role;

create function private.forget_rehearsals(p_org_id uuid, p_user_id uuid, p_session text) returns void
language plpgsql set search_path = '' as $$
declare
  v_contacts uuid[];
begin
  perform private.allow_change_of_visits(true);
  with gone as (
    delete from public.appointments
    where org_id = p_org_id and session_id ^@ format('rehearsal:%s:', p_user_id) and session_id <> p_session
    returning contact_id
  )
  select array_agg(contact_id) into v_contacts from gone;
  perform private.allow_change_of_visits(false);
  delete from public.contacts contact
  where id = any (v_contacts) and not exists (select from public.appointments where contact_id = contact.id);
end
$$;
comment on function private.forget_rehearsals(uuid, uuid, text) is
  'Removes what a member rehearsed before, so that caps and slots of this rehearsal are those of a first call.';
grant execute on function private.forget_rehearsals(uuid, uuid, text) to service_role;

create function public.begin_rehearsal(p_user_id uuid, p_agent_id uuid, p_session_id uuid) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_agent   public.agents := private.agent_to_rehearse(p_user_id, p_agent_id);
  v_session text := format('rehearsal:%s:%s', p_user_id, p_session_id);
begin
  perform private.require_room(v_agent.org_id, 'tool_calls', 'Too much is being asked of the booking system at the moment. Please try again in a minute.');
  perform set_config('app.rehearsal', '[]', true);
  if not exists (select from public.calendars where org_id = v_agent.org_id and for_tests and active) then
    insert into public.calendars as calendar (org_id, name, position, for_tests)
    values (v_agent.org_id, 'Test calendar', 999, true)
    on conflict (org_id, name) do update set active = true where calendar.for_tests;
    if not found then
      perform private.raise_error('VT004', 'Cannot rehearse: the clinic''s calendar "Test calendar" is not a test calendar. Rename it, or add one for tests.');
    end if;
  end if;
  perform private.forget_rehearsals(v_agent.org_id, p_user_id, v_session);
  return jsonb_build_object(
    'call', jsonb_strip_nulls(jsonb_build_object('callId', v_session, 'assistantId', v_agent.assistant_id, 'metadataOrgId', v_agent.org_id)),
    'tools', v_agent.tools,
    'calendars', (select jsonb_agg(name order by position, name) from public.calendars where org_id = v_agent.org_id and for_tests and active));
end
$$;
comment on function public.begin_rehearsal(uuid, uuid, uuid) is
  'What a member needs to rehearse with an agent: {call: whose it is, tools: that the agent may use, calendars: their names}. Makes a '
  'test calendar if there is none, and removes what the member rehearsed in other sessions. Refuses with VT001, VT004, VT009.';
grant execute on function public.begin_rehearsal(uuid, uuid, uuid) to service_role;

create function private.require_invented_numbers(p_values jsonb) returns void
language plpgsql stable set search_path = '' as $$
declare
  v_named text;
begin
  select key into v_named from jsonb_each_text(p_values)
  where value ~ '^\+[1-9][0-9]{6,14}$' and value !~ '^\+1[2-9][0-9]{2}55501[0-9]{2}$' limit 1;
  if v_named is not null then
    perform private.raise_invalid(v_named, 'A rehearsal takes numbers that nobody has: +1 202 555 0100 to +1 202 555 0199');
  end if;
end
$$;
comment on function private.require_invented_numbers(jsonb) is
  'Refuses with VT004 a phone number that somebody may have. Those reserved for fiction belong to nobody: no patient is found, changed or '
  'texted through them.';
grant execute on function private.require_invented_numbers(jsonb) to service_role;

-- Plans are kept as in tool_call.
create function public.rehearse_tool(p_user_id uuid, p_agent_id uuid, p_tool text, p_call jsonb, p_args jsonb) returns jsonb
language plpgsql set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
  v_begun  timestamptz := clock_timestamp();
  v_agent  public.agents := private.agent_to_rehearse(p_user_id, p_agent_id);
  v_answer jsonb;
begin
  -- The session is the member's own: another member's hold or code is not theirs.
  if not p_call ->> 'callId' ^@ format('rehearsal:%s:', p_user_id) or private.org_of_call(p_call) <> v_agent.org_id then
    perform private.raise_error('VT002', 'That rehearsal is somebody else''s');
  end if;
  perform private.require_room(v_agent.org_id, 'tool_calls', 'Too much is being asked of the booking system at the moment. Please try again in a minute.');
  perform private.require_invented_numbers(p_args), private.require_invented_numbers(jsonb_build_object('caller', p_call ->> 'customerNumber'));
  perform set_config('app.rehearsal', '[]', true), private.speak(v_agent.language);
  v_answer := case when not p_tool = any (v_agent.tools) then private.refusal('tool_disabled', private.say('I can''t do that here. Please call the clinic''s staff.'))
    else public.refusal_of_tool(p_tool, p_call) end;
  if v_answer is null then
    execute format('select private.%I($1, $2, $3)', private.function_of_tool(p_tool)) into v_answer using v_agent.org_id, p_call, p_args;
  end if;
  perform private.count_use(v_agent.org_id, 'tool_calls');
  return jsonb_build_object(
    'result', v_answer || jsonb_build_object('message', private.say(v_answer ->> 'message')),
    'texts', current_setting('app.rehearsal')::jsonb,
    'ms', round(1000 * extract(epoch from clock_timestamp() - v_begun)::numeric, 1));
end
$$;
comment on function public.rehearse_tool(uuid, uuid, text, jsonb, jsonb) is
  'Does for a member what a tool would do in a call: {result: as tool_call returns it, texts: [{to, body}] that would have been sent, '
  'ms}. p_call: of begin_rehearsal, with toolCallId, customerNumber and channels. None of it counts as a call. Refuses with VT001, VT002, '
  'VT004, VT009.';
grant execute on function public.rehearse_tool(uuid, uuid, text, jsonb, jsonb) to service_role;

notify pgrst, 'reload schema';
