-- What Twilio reports: texts to our number, and what became of ours.

create function private.opt_out(p_phone text, p_source text) returns void
language sql set search_path = '' as $$
  insert into public.sms_opt_outs (phone, source) values (p_phone, p_source)
  on conflict (phone, org_id) where opted_in_at is null do nothing
$$;
comment on function private.opt_out(text, text) is 'From now on nobody texts this number.';
grant execute on function private.opt_out(text, text) to service_role;

create function private.sms_keyword(p_body text) returns text
language sql immutable strict set search_path = '' as $$
  select case
    when word in ('STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'REVOKE', 'OPTOUT') then 'stop'
    when word in ('START', 'UNSTOP', 'YES') then 'start'
    when word in ('HELP', 'INFO') then 'help'
  end
  from (select upper(regexp_replace(p_body, '[^[:alpha:]]', '', 'g')) as word) as said
$$;
comment on function private.sms_keyword(text) is
  'stop, start, help, or null for any other text. The words are those that Twilio itself acts on, in any case, with any '
  'punctuation; a longer text is none of them.';
grant execute on function private.sms_keyword(text) to service_role;

create function private.sms_help(p_phone text) returns text
language sql stable set search_path = '' as $$
  select concat_ws(' ',
    coalesce(org.name, 'The clinic that you called') || ' texts you about your appointments.',
    'Call ' || org.phone || ' for help.',
    coalesce(policy.opt_out_line, 'Reply STOP to opt out.'))
  from (select 1) as always
  left join lateral (
    select org_id from public.sms_messages where recipient = p_phone order by created_at desc limit 1
  ) latest on true
  left join public.organizations org on org.id = latest.org_id
  left join public.sms_policies policy on policy.org_id = latest.org_id
$$;
comment on function private.sms_help(text) is 'Answer to HELP: who has been texting this number, and how to make it stop.';
grant execute on function private.sms_help(text) to service_role;

create function public.receive_sms(p_from text, p_body text, p_handled_as text default null) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_keyword text := coalesce(lower(p_handled_as), private.sms_keyword(p_body));
  v_reply   text;
begin
  if v_keyword = 'stop' then
    perform private.opt_out(p_from, 'keyword');
  elsif v_keyword = 'start' then
    update public.sms_opt_outs set opted_in_at = now() where phone = p_from and org_id is null and opted_in_at is null;
  elsif v_keyword = 'help' and p_handled_as is null and not private.is_opted_out(null, p_from) then
    v_reply := private.sms_help(p_from);
  end if;
  return jsonb_build_object('keyword', v_keyword, 'reply', v_reply);
end
$$;
comment on function public.receive_sms(text, text, text) is
  'Somebody texted the platform''s number. p_handled_as: what Twilio''s Advanced Opt-Out took it for (STOP, START, HELP) and '
  'has answered. Returns {keyword, reply}. Twilio itself confirms STOP and START, so there is a reply to HELP only, and none '
  'to somebody who has opted out.';
grant execute on function public.receive_sms(text, text, text) to service_role;

create function public.record_sms_status(
  p_message_id uuid, p_sid text, p_provider_status text, p_error_code integer default null
) returns text
language sql set search_path = '' as $$
  select private.apply_sms_status(message.id, p_sid, p_provider_status, p_error_code)
  from public.sms_messages message
  where message.provider_sid = p_sid or (message.id = p_message_id and message.provider_sid is null)
$$;
comment on function public.record_sms_status(uuid, text, text, integer) is
  'Twilio''s callback about a message, known by its id here or there. Returns the new status, null if nothing changed.';
grant execute on function public.record_sms_status(uuid, text, text, integer) to service_role;
