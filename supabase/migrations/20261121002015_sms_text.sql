-- What a text message may contain, and how much of it.

create function private.plain_text(p_text text) returns text
language plpgsql immutable set search_path = '' as $$
begin
  return btrim(regexp_replace(regexp_replace(
    -- A character that looks like another, such as a full-width full stop, is replaced by that.
    translate(normalize(p_text, NFKC), '‘’‚“”„–—‐‑−', '''''''"""-----'),
    -- Line breaks and other spaces: a new line could pass for a separate message.
    '[[:space:]\u00A0\u2028\u2029]+', ' ', 'g'),
    -- Invisible characters: control characters, marks that change the direction of writing, joiners that hide a link.
    '[\u0001-\u001F\u007F-\u009F\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180E\u200B-\u200F\u202A-\u202E\u2060-\u206F\u3164\uFE00-\uFE0E\uFEFF\uFFA0\uFFF9-\uFFFB\U000E0000-\U000E0FFF]',
    '', 'g'));
end
$$;
comment on function private.plain_text(text) is
  'A text on one line without invisible characters, and with quotes and dashes as in the GSM alphabet.';
grant execute on function private.plain_text(text) to service_role;

create function private.sms_segments(p_text text) returns integer
language plpgsql immutable set search_path = '' as $$
declare
  v_basic    constant text := E'@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&''()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
  v_extended constant text := E'\f^{}\\[~]|€';
  v_is_gsm   boolean := translate(p_text, v_basic || v_extended, '') = '';
  v_single   integer := case when v_is_gsm then 160 else 70 end;
  v_several  integer := case when v_is_gsm then 153 else 67 end;
  v_char     text;
  v_size     integer;
  v_total    integer := 0;
  v_used     integer := 0;
  v_parts    integer := 1;
begin
  foreach v_char in array coalesce(string_to_array(p_text, null), '{}') loop
    v_size := case
      when v_is_gsm then case when strpos(v_extended, v_char) > 0 then 2 else 1 end
      when ascii(v_char) > 65535 then 2 else 1
    end;
    v_total := v_total + v_size;
    -- A character is never split between two parts.
    if v_used + v_size > v_several then
      v_parts := v_parts + 1;
      v_used := 0;
    end if;
    v_used := v_used + v_size;
  end loop;
  return case when v_total <= v_single then 1 else v_parts end;
end
$$;
comment on function private.sms_segments(text) is
  'The number of parts in which a text is sent: 160 characters of the GSM alphabet (some count twice) or 70 of UCS-2 (emoji count twice) '
  'fit into one, 153 or 67 into each of several.';
grant execute on function private.sms_segments(text) to service_role;

create function private.linked_hosts(p_text text) returns text[]
language sql immutable set search_path = '' as $$
  select coalesce(array_agg(distinct lower(btrim(host, '.'))), '{}')
  from (
    -- Anything with a scheme, whatever its host; and anything that a phone could turn into a link.
    select regexp_replace(regexp_replace(found[1], '^.*@', ''), ':[0-9]*$', '') as host
    from regexp_matches(p_text, '[[:alpha:]][[:alnum:]+.-]*:[/\\]+([^/?#\\[:space:]]*)', 'g') found
    union all
    select found[1] from regexp_matches(p_text, '((?:[[:alnum:]_-]+[.。])+[[:alpha:]][[:alnum:]-]+)', 'g') found
    union all
    select found[1] from regexp_matches(p_text, '\m([0-9]{1,3}(?:[.。][0-9]{1,3}){3})\M', 'g') found
  ) as links
$$;
comment on function private.linked_hosts(text) is 'Hosts of all links in a plain text, with a scheme or without; of e-mail addresses too.';
grant execute on function private.linked_hosts(text) to service_role;

create function private.without_links(p_org_id uuid, p_text text) returns text
language plpgsql stable set search_path = '' as $$
begin
  if exists (select from public.sms_policies where org_id = p_org_id and sms_link_hosts <> '{}') or private.linked_hosts(p_text) = '{}' then
    return p_text;
  end if;
  return regexp_replace(regexp_replace(p_text, ':[/\\]+', ': ', 'g'), '([[:alnum:]_-])[.。](?=[[:alnum:]])', '\1. ', 'g');
end
$$;
comment on function private.without_links(uuid, text) is
  'The text with a space where a phone would make a link of it, for example in a clinic''s name that is a domain; unchanged if the '
  'organization may send links.';
grant execute on function private.without_links(uuid, text) to service_role;

create function private.text_refusal(p_org_id uuid, p_kind text, p_body text, p_said text) returns text
language plpgsql stable set search_path = '' as $$
begin
  return case
    when p_said = '' then 'empty'
    when p_kind <> 'message' then case when length(p_body) > 1600 then 'too_long' end
    when private.sms_segments(p_body) > 2 then 'too_long'
    when exists (
      select from unnest(private.linked_hosts(p_said)) host
      where not exists (
        select from public.sms_policies policy cross join unnest(policy.sms_link_hosts) allowed
        where policy.org_id = p_org_id and (host = lower(allowed) or right(host, length(allowed) + 1) = '.' || lower(allowed)))
    ) then 'link_not_allowed'
  end;
end
$$;
comment on function private.text_refusal(uuid, text, text, text) is
  'Why a text may not be sent as it is: empty, too_long (free text in more than two parts), link_not_allowed; null if it may. p_body: as '
  'it would be sent, p_said: as it was requested.';
grant execute on function private.text_refusal(uuid, text, text, text) to service_role;
