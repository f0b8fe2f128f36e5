-- What Twilio reports: texts to our number, and the status of our messages.

create function private.opt_out(p_phone text, p_source text) returns void
language sql set search_path = '' as $$
  insert into public.sms_opt_outs (phone, source) values (p_phone, p_source)
  on conflict (phone, org_id) where opted_in_at is null do nothing
$$;
comment on function private.opt_out(text, text) is 'From now on nobody texts this number.';
grant execute on function private.opt_out(text, text) to service_role;

create table private.sms_words (
  language text not null check (language ~ '^[a-z]{2}$'),
  meaning  text not null check (meaning in (
             'stop', 'stop_first', 'stop_said', 'not_stop', 'polite', 'not', 'start', 'help', 'attend', 'call_off', 'take', 'decline')),
  words    text not null,
  primary key (language, meaning)
);
comment on table private.sms_words is
  'What people text us, by language: alternatives separated by |, in plain lower-case letters. stop, start, help: the whole text, without '
  'spaces. stop_first: begins a text, apart from polite words before it. stop_said: anywhere, but not after a word of `not`. not_stop: '
  'begins like stop_first, but means something else. attend, call_off: the whole text, as an answer to a reminder; take, decline: to an '
  'offer of the waiting list.';
grant select, insert on private.sms_words to service_role;

create function private.sms_words_for(p_meaning text) returns text
language sql stable strict set search_path = '' as $$
  select '(' || string_agg(words, '|' order by language) || ')' from private.sms_words where meaning = p_meaning
$$;
comment on function private.sms_words_for(text) is
  'The words of all languages as one regular expression: the sender may not know the agent''s language.';
grant execute on function private.sms_words_for(text) to service_role;

create function private.sms_keyword(p_body text) returns text
language sql stable strict set search_path = '' as $$
  select case
    when together ~ ('^' || private.sms_words_for('stop') || '$') then 'stop'
    when together ~ ('^' || private.sms_words_for('start') || '$') then 'start'
    when together ~ ('^' || private.sms_words_for('help') || '$') then 'help'
    when together ~ ('^' || private.sms_words_for('attend') || '$') then 'attend'
    when together ~ ('^' || private.sms_words_for('call_off') || '$') then 'call_off'
    when together ~ ('^' || private.sms_words_for('take') || '$') then 'take'
    when together ~ ('^' || private.sms_words_for('decline') || '$') then 'decline'
    when exists (
      select from (
        select jsonb_object_agg(meaning, '(' || words || ')') as words from private.sms_words group by language
      ) as spoken
      where said ~ format('^(%s )*%s\M', words ->> 'polite', words ->> 'stop_first')
          and said !~ ('^(\w+ ){0,3}' || private.sms_words_for('not_stop') || '\M')
        or said ~ format('\m%s\M', words ->> 'stop_said')
          and said !~ format('\m%s (\w+ )?%s\M', words ->> 'not', words ->> 'stop_said')
    ) then 'stop'
  end
  from (select btrim(regexp_replace(private.plain_letters(p_body), '[^[:alnum:]]+', ' ', 'g')) as said) as text,
    lateral (select replace(said, ' ', '') as together) as joined
$$;
comment on function private.sms_keyword(text) is
  'stop, start, help, attend, call_off, take, decline, or null for any other text. As the whole text, the words that Twilio itself acts '
  'on and their equivalents in other languages, in any case, with any punctuation. Any reasonable way to say it opts out (47 CFR '
  '64.1200(a)(10)): a text that begins with a stop word, or asks for no more messages.';
grant execute on function private.sms_keyword(text) to service_role;

create function private.sender_to(p_phone text, out org_id uuid, out name text, out phone text, out opt_out_line text, out language text)
language sql stable set search_path = '' as $$
  select org.id, org.name, org.phone, coalesce(policy.opt_out_line, 'Reply STOP to opt out.'), private.language_of_clinic(org.id)
  from (select 1) as always
  left join lateral (
    select message.org_id from public.sms_messages message where message.recipient = p_phone order by message.created_at desc limit 1
  ) latest on true
  left join public.organizations org on org.id = latest.org_id
  left join public.sms_policies policy on policy.org_id = latest.org_id
$$;
comment on function private.sender_to(text) is
  'The clinic that last texted a number, and the language of its first agent; all but the opt-out line are null if none has.';
grant execute on function private.sender_to(text) to service_role;

create function private.sms_help(p_phone text) returns text
language plpgsql set search_path = '' as $$
declare
  v_sender record := private.sender_to(p_phone);
begin
  perform private.speak(v_sender.language);
  return concat_ws(' ',
    private.say('{clinic} texts you about your appointments.', jsonb_build_object(
      'clinic', coalesce(v_sender.name, private.say('The clinic that you called')))),
    case when v_sender.phone is not null then private.say('Call {phone} for help.', jsonb_build_object('phone', v_sender.phone)) end,
    private.say(v_sender.opt_out_line));
end
$$;
comment on function private.sms_help(text) is 'Answer to HELP: who has been texting this number, and how to make it stop.';
grant execute on function private.sms_help(text) to service_role;

create table private.text_answers (
  sender_key text primary key,
  answered_at timestamptz not null default now()
);
comment on table private.text_answers is
  'Who was told that nobody reads texts, by a digest of the number: once a day is enough. Deleted after a day.';
create index text_answers_answered_at on private.text_answers (answered_at);
grant select, insert, update, delete on private.text_answers to service_role;

create function private.sms_reply(p_phone text) returns text
language plpgsql set search_path = '' as $$
declare
  v_sender record := private.sender_to(p_phone);
begin
  insert into private.text_answers as told (sender_key)
  values (encode(sha256(convert_to(p_phone, 'UTF8')), 'hex'))
  on conflict (sender_key) do update set answered_at = now() where told.answered_at <= now() - interval '24 hours';
  if not found then
    return null;
  end if;
  perform private.speak(v_sender.language);
  return case
    when v_sender.name is null then private.say('Nobody reads messages to this number. Please call the clinic.')
    when v_sender.phone is null then private.say('Nobody reads messages to this number. Please call {clinic}.', jsonb_build_object('clinic', v_sender.name))
    else private.say('Nobody reads messages to this number. Please call {clinic} at {phone}.',
      jsonb_build_object('clinic', v_sender.name, 'phone', v_sender.phone))
  end;
end
$$;
comment on function private.sms_reply(text) is
  'The answer to any other text, once a day: that nobody reads it, and whom to call. Null if that has been said.';
grant execute on function private.sms_reply(text) to service_role;

create table private.received_keywords (
  message_key text primary key,
  received_at timestamptz not null default now()
);
comment on table private.received_keywords is
  'Every text that was acted on: STOP, START, and answers to reminders and offers, by Twilio''s id of the text. Its signature has no '
  'date, so an old START could otherwise be replayed for ever. Kept as long as what they proved.';
grant select, insert on private.received_keywords to service_role;

create function private.may_answer(p_phone text) returns boolean
language sql stable set search_path = '' as $$
  select texts_enabled and not private.is_opted_out(null, p_phone) from public.platform_settings
$$;
comment on function private.may_answer(text) is 'Whether a text to us may be answered with one.';
grant execute on function private.may_answer(text) to service_role;

create function public.receive_sms(p_from text, p_body text, p_handled_as text default null, p_message_key text default null) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_keyword text := coalesce(lower(p_handled_as), private.sms_keyword(p_body));
  v_answer  jsonb;
  v_reply   text;
begin
  if v_keyword in ('stop', 'start', 'attend', 'call_off', 'take', 'decline') and p_message_key is not null then
    insert into private.received_keywords (message_key) values (p_message_key) on conflict do nothing;
    if not found then
      return jsonb_build_object('keyword', v_keyword, 'reply', null);
    end if;
  end if;

  if v_keyword = 'stop' then
    perform private.opt_out(p_from, 'keyword');
  elsif v_keyword = 'start' then
    update public.sms_opt_outs set opted_in_at = now() where phone = p_from and org_id is null and opted_in_at is null;
    -- To the networks, a yes means START; from somebody who was offered something, it is an answer.
    if private.plain_letters(p_body) ~ '^\W*yes\W*$' then
      v_answer := private.answer_offer(p_from, 'take');
    end if;
  elsif v_keyword in ('attend', 'call_off') then
    v_answer := private.answer_reminder(p_from, v_keyword);
  elsif v_keyword in ('take', 'decline') then
    v_answer := private.answer_offer(p_from, v_keyword);
  elsif v_keyword = 'help' and p_handled_as is null and private.may_answer(p_from) then
    v_reply := private.sms_help(p_from);
  end if;
  -- From somebody who got neither a reminder nor an offer, it means nothing to us.
  if v_keyword is null or v_keyword in ('attend', 'call_off', 'take', 'decline') and v_answer is null then
    v_keyword := null;
    v_reply := case when private.may_answer(p_from) then private.sms_reply(p_from) end;
  elsif v_answer is not null and private.may_answer(p_from) then
    v_reply := v_answer ->> 'reply';
  end if;
  return jsonb_build_object('keyword', v_keyword, 'reply', v_reply);
end
$$;
comment on function public.receive_sms(text, text, text, text) is
  'Somebody texted the platform''s number. p_handled_as: what Twilio''s Advanced Opt-Out took it for (STOP, START, HELP) and has already '
  'answered. p_message_key: identifies a text that is delivered, or replayed, again: it changes nothing. Returns {keyword, reply}. Twilio '
  'itself confirms STOP and START, so there is a reply to HELP, to the answer to a reminder or an offer and, once a day, to other texts; '
  'but none to somebody who has opted out, nor while the platform''s texts are off.';
grant execute on function public.receive_sms(text, text, text, text) to service_role;

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
