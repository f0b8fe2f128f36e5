-- Verification of the configuration at Vapi, as operators ask for it.

create function public.operator_verify() returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  perform private.require_operator();
  perform private.call_function('verify-config', '{"record": true, "background": true}');
  perform private.audit('verify');
  return jsonb_build_object('requested', true);
end
$$;
comment on function public.operator_verify() is
  'Requests a verification: its report is the next row of operator_verifications. Refuses with VT002. Definer: see the head of '
  '…_operators.sql.';
grant execute on function public.operator_verify() to authenticated;

create function private.repairable_findings() returns text[]
language sql immutable set search_path = '' as $$
  select array[
    'not_registered', 'outdated_definition', 'missing_tool', 'localhost_url', 'insecure_url', 'stale_host', 'wrong_path', 'wrong_url',
    'missing_required', 'property_missing', 'property_differs', 'description_differs', 'async_tool', 'no_auth', 'wrong_secret',
    'duplicate_tool', 'not_synced', 'missing_assistant', 'not_linked', 'linked_but_disabled', 'retired_tool', 'dangling_tool',
    'pinned_version', 'outdated_facts', 'wrong_metadata', 'messages_filtered', 'wrong_server', 'wrong_server_secret',
    'number_wrong_assistant', 'number_wrong_server']
$$;
comment on function private.repairable_findings() is
  'The codes of findings that verify-config repairs: those of functions/verify-config/finding.ts with a fix, which a test holds to them.';

create function public.operator_repair(
  p_code text default null, p_agent_id uuid default null, p_tool text default null, p_phone_number_id text default null
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_only jsonb := jsonb_strip_nulls(jsonb_build_object(
    'code', p_code, 'agentId', p_agent_id, 'tool', p_tool, 'phoneNumberId', p_phone_number_id));
begin
  perform private.require_operator();
  -- The verification runs later and would find nothing by a wrong name, so that all would seem to be in order.
  if p_code <> all (private.repairable_findings()) then
    perform private.raise_invalid('p_code', format('No finding of the kind "%s" is repaired', p_code));
  elsif p_agent_id is not null and not exists (select from public.agents where id = p_agent_id) then
    perform private.raise_error('VT001', 'There is no such agent');
  -- A tool that is new in this deployment may not be registered yet: then a report names it.
  elsif p_tool is not null and not exists (select from public.vapi_tools where name = p_tool)
    and not exists (
      select from public.verifications where findings @> jsonb_build_array(jsonb_build_object('tool', p_tool))) then
    perform private.raise_error('VT001', format('There is no tool "%s"', p_tool));
  elsif p_phone_number_id is not null
    and not exists (select from public.phone_numbers where vapi_phone_number_id = p_phone_number_id) then
    perform private.raise_error('VT001', 'There is no such number');
  end if;
  perform private.call_function('verify-config', jsonb_strip_nulls(jsonb_build_object(
    'record', true, 'background', true, 'fix', true, 'only', nullif(v_only, '{}'))));
  perform private.audit('repair', p_code, v_only);
  return jsonb_build_object('requested', true);
end
$$;
comment on function public.operator_repair(text, uuid, text, text) is
  'Has everything verified again, and repairs what can be repaired: all of it, or findings of one kind, one agent, one tool or one '
  'number. The repairs are jobs of the queue tool-sync. Refuses with VT002; an agent, tool or number that does not exist with VT001, a kind '
  'that is not repaired with VT004. Definer: see the head of …_operators.sql.';
grant execute on function public.operator_repair(text, uuid, text, text) to authenticated;

create function public.operator_verifications()
returns table (id uuid, org_id uuid, ok boolean, summary jsonb, findings jsonb, checked_at timestamptz)
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_operator();
  return query
    select report.id, report.org_id, report.ok, report.summary, report.findings, report.checked_at
    from public.verifications report order by report.checked_at desc limit 100;
end
$$;
comment on function public.operator_verifications() is
  'Reports of verifications, newest first, at most 100. Refuses with VT002. Definer: see the head of …_operators.sql.';
grant execute on function public.operator_verifications() to authenticated;

notify pgrst, 'reload schema';
