-- What callers hear, in the language of the agent that they talk to. Sentences are in English where they are used; the
-- `*_language_<code>.sql` files contain the other languages, one file each.

create table private.phrases (
  language text not null check (language ~ '^[a-z]{2}$'),
  english  text not null,
  phrase   text not null,
  primary key (language, english)
);
comment on table private.phrases is
  'Sentences in other languages, with the same {names} in them. A sentence without a translation is said in English.';
grant select, insert on private.phrases to service_role;

create function private.speak(p_language text) returns void
language sql set search_path = '' as $$
  select set_config('app.language', coalesce(lower(substring(p_language from '^[A-Za-z]{2}')), 'en'), true)
$$;
comment on function private.speak(text) is
  'Sets the language (BCP 47; null: English) of everything that is said until the end of the transaction.';
grant execute on function private.speak(text) to service_role;

create function private.spoken_language() returns text
language plpgsql stable set search_path = '' as $$
begin
  return coalesce(nullif(current_setting('app.language', true), ''), 'en');
end
$$;
comment on function private.spoken_language() is 'ISO 639-1 code of the language that is spoken in this transaction.';
grant execute on function private.spoken_language() to service_role;

create function private.phrase(p_language text, p_english text) returns text
language sql stable set search_path = '' as $$
  select coalesce((
    select phrase from private.phrases
    where language = lower(substring(p_language from '^[A-Za-z]{2}')) and english = p_english), p_english)
$$;
comment on function private.phrase(text, text) is 'The sentence in that language (BCP 47; null: English), with its {names} unchanged.';
grant execute on function private.phrase(text, text) to service_role;

create function private.say(p_english text, p_values jsonb default '{}') returns text
language plpgsql stable set search_path = '' as $$
declare
  v_spoken text := private.spoken_language();
  v_text   text := p_english;
  v_value  record;
  v_begins boolean;
begin
  if v_spoken <> 'en' then
    v_text := private.phrase(v_spoken, p_english);
  end if;
  -- Weekdays are lower case in some languages, but not at the beginning of a sentence.
  v_begins := v_text ~ '^\{(when|day)\}.*[.?]$';
  for v_value in select key, value from jsonb_each_text(p_values) loop
    v_text := replace(v_text, '{' || v_value.key || '}', coalesce(v_value.value, ''));
  end loop;
  return case when v_begins then upper(left(v_text, 1)) || substr(v_text, 2) else v_text end;
end
$$;
comment on function private.say(text, jsonb) is 'The sentence in the language that is spoken, with its {names} filled in.';
grant execute on function private.say(text, jsonb) to service_role;
