-- Who is calling: the parts of a tool call that only Vapi can have written. docs/security.md has the table.

create function private.session_of(p_call jsonb) returns text
language plpgsql immutable set search_path = '' as $$
begin
  return coalesce(p_call ->> 'callId', p_call ->> 'sessionId', p_call ->> 'chatId');
end
$$;
comment on function private.session_of(jsonb) is 'The call or chat session that a tool call belongs to; null if the request names none.';
grant execute on function private.session_of(jsonb) to service_role;

create function private.is_pseudo_number(p_phone text) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  -- ANONYMOUS, UNAVAILABLE, UNKNOWN, BLOCKED and RESTRICTED on a telephone's keypad.
  return substr(p_phone, 2) in ('266696687', '86282452253', '8656696', '2562533', '7378742833');
end
$$;
comment on function private.is_pseudo_number(text) is
  'Whether networks send this number in place of a withheld one: thousands share it, so it identifies nobody.';
grant execute on function private.is_pseudo_number(text) to service_role;

create function private.caller_number(p_call jsonb) returns text
language plpgsql immutable set search_path = '' as $$
begin
  return (
    select case when not private.is_pseudo_number(phone) then phone end
    from substring(p_call ->> 'customerNumber' from '^\+[1-9][0-9]{6,14}$') phone);
end
$$;
comment on function private.caller_number(jsonb) is
  'The number that the caller calls from, in E.164; null if the request names none, or one that identifies nobody. The function passes on '
  'the numbers of phone calls only.';
grant execute on function private.caller_number(jsonb) to service_role;

create function private.caller_key(p_call jsonb) returns text
language plpgsql immutable set search_path = '' as $$
begin
  return case
    when private.caller_number(p_call) is not null then encode(sha256(convert_to(private.caller_number(p_call), 'UTF8')), 'hex')
    when p_call ? 'toolCallId' or private.session_of(p_call) is not null then 'anonymous'
  end;
end
$$;
comment on function private.caller_key(jsonb) is
  'The caller as the caps per caller count them: a digest of the number, `anonymous` for all callers without one, null if it is not a '
  'call at all.';
grant execute on function private.caller_key(jsonb) to service_role;
