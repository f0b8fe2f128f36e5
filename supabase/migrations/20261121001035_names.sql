-- Which of a clinic's providers or services a caller means. The words came through a telephone, a transcript and a model: accents,
-- punctuation and titles get lost on the way, and a letter may have become another.

create function private.straight_apostrophes(p_text text) returns text
language plpgsql immutable strict set search_path = '' as $$
begin
  return translate(p_text, '’‘`´ʼ′', '''''''''''''');
end
$$;
comment on function private.straight_apostrophes(text) is 'Whatever is written for an apostrophe becomes one.';
grant execute on function private.straight_apostrophes(text) to service_role;

create function private.plain_letters(p_text text) returns text
language plpgsql immutable strict set search_path = '' as $$
begin
  return extensions.unaccent('extensions.unaccent', regexp_replace(
    -- Apostrophes first: one that is an accent by itself becomes a space.
    lower(normalize(replace(private.straight_apostrophes(p_text), '''', ''), nfkd)), '[\u0300-\u036f]', '', 'g'));
end
$$;
comment on function private.plain_letters(text) is 'In lower case, without accents and apostrophes: O''Brien is obrien, Müller is muller.';
grant execute on function private.plain_letters(text) to service_role;

create function private.name_key(p_name text) returns text
language plpgsql immutable strict set search_path = '' as $$
begin
  return regexp_replace(
    regexp_replace(
      regexp_replace(private.plain_letters(p_name), '\m(doctor|doc|doktor|docteur|dra)\M', 'dr', 'g'),
      '\m(professor|professeur|profesor)\M', 'prof', 'g'),
    '[^[:alnum:]]', '', 'g');
end
$$;
comment on function private.name_key(text) is
  'Equal for different spellings of a name: "Doctor O''Brien" and "Dr. Obrien", "Check-up" and "checkup".';
grant execute on function private.name_key(text) to service_role;

create function private.without_umlauts(p_text text) returns text
language plpgsql immutable strict set search_path = '' as $$
begin
  -- No German name ends in one: Joe is not Jo.
  return regexp_replace(p_text, '([aou])e(?=[[:alpha:]])', '\1', 'g');
end
$$;
comment on function private.without_umlauts(text) is 'The same for Mueller and Müller, if both have gone through plain_letters.';
grant execute on function private.without_umlauts(text) to service_role;

create function private.person_key(p_name text) returns text
language plpgsql immutable strict set search_path = '' as $$
begin
  return private.name_key(private.without_umlauts(private.plain_letters(p_name)));
end
$$;
comment on function private.person_key(text) is 'As name_key, but also equal for Müller and Mueller.';
grant execute on function private.person_key(text) to service_role;

create function private.plain_words(p_text text) returns text[]
language plpgsql immutable strict set search_path = '' as $$
begin
  return array(
    select word from regexp_split_to_table(
      -- Whoever says "Dr. Wu's" means Dr. Wu.
      private.without_umlauts(private.plain_letters(regexp_replace(private.straight_apostrophes(p_text), '''s\M', '', 'gi'))), '[^[:alnum:]]+')
      with ordinality as part (word, position)
    where word <> '' order by position);
end
$$;
comment on function private.plain_words(text) is 'The words of a name, however short, in plain letters.';
grant execute on function private.plain_words(text) to service_role;

create function private.words_of(p_text text) returns text[]
language plpgsql immutable strict set search_path = '' as $$
declare
  v_words   text[] := private.plain_words(p_text);
  v_telling text[] := array(
    select word from unnest(v_words) with ordinality as part (word, position)
    where word <> all ('{dr,doctor,doc,doktor,docteur,dra,prof,professor,mr,mister,mrs,ms,mx,miss,sr,sra,srta,senor,senora,'
      'herr,frau,fru,mme,mlle,monsieur,madame,nurse,md,dds,dmd,phd}'::text[])
    order by position);
begin
  return case when v_telling = '{}' then v_words else v_telling end;
end
$$;
comment on function private.words_of(text) is 'The words of a name, however short, in plain letters and without titles; with them if there is nothing else.';
grant execute on function private.words_of(text) to service_role;

create function private.is_filler(p_word text) returns boolean
language plpgsql immutable strict set search_path = '' as $$
begin
  return p_word = any ('{a,an,and,at,for,in,my,of,or,please,the,to,with,de,del,el,en,la,le,les,con,para,'
    'der,die,das,bei,fur,mit,und,du,et,um,uma,com}'::text[]);
end
$$;
comment on function private.is_filler(text) is 'Whether a word is said around names, and does not distinguish one from another.';
grant execute on function private.is_filler(text) to service_role;

create function private.telling_words(p_words text[]) returns text[]
language plpgsql immutable strict set search_path = '' as $$
begin
  return array(
    select word from unnest(p_words) word where length(word) > 1 and not private.is_filler(word)
    union
    -- A transcript joins and separates words: "check up" and "checkup", "O Brien" and "Obrien".
    select p_words[i] || p_words[i + 1] from generate_series(1, cardinality(p_words) - 1) i);
end
$$;
comment on function private.telling_words(text[]) is 'Words that distinguish names, and each two neighbours joined.';
grant execute on function private.telling_words(text[]) to service_role;

create function private.likeness(p_some text[], p_others text[]) returns real
language plpgsql immutable strict set search_path = '' as $$
begin
  return (
    select coalesce(max(extensions.similarity(one, other)), 0)
    from unnest(p_some) one cross join unnest(p_others) other
    where length(one) >= 4 and length(other) >= 4);
end
$$;
comment on function private.likeness(text[], text[]) is
  'How similar the two most similar words are, by their trigrams, from 0 to 1. Words under four letters have too few to compare.';
grant execute on function private.likeness(text[], text[]) to service_role;

create function private.says_all_of(p_words text[], p_name text[]) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  return p_words <> '{}' and (p_name <@ p_words or p_name @> p_words)
    -- A single letter is a name by itself; before another word it is the beginning of one: "O Brien" does not mean Dr. O.
    and (exists (select from unnest(p_name) word where length(word) > 1)
      or not exists (select from unnest(p_words) word where word <> all (p_name) and not private.is_filler(word)));
end
$$;
comment on function private.says_all_of(text[], text[]) is
  'Whether all words of a name were said, or everything that was said is in the name.';
grant execute on function private.says_all_of(text[], text[]) to service_role;

create function private.match_names(p_names text[], p_said text) returns text[]
language plpgsql immutable set search_path = '' as $$
declare
  v_words   text[] := private.words_of(p_said);
  v_telling text[] := private.telling_words(v_words);
  v_left    text[];
  v_found   text[];
begin
  -- The first way to compare that finds any name decides; if it finds several, they are similar.
  for v_way in 1 .. 7 loop
    select array_agg(name order by position) into v_found
    from (
      select name, position, case v_way
          when 1 then (lower(name) = lower(btrim(p_said)))::integer
          when 2 then (private.name_key(name) = private.name_key(p_said))::integer
          when 3 then (private.person_key(name) = private.person_key(p_said))::integer
          when 4 then private.says_all_of(v_words, private.words_of(name))::integer
          when 5 then (select count(*) from unnest(v_telling) said where said = any (private.telling_words(private.words_of(name))))
          -- More than half of the trigrams: Katherine matches Catherine (0.54), Brown does not match Browning (0.50).
          when 6 then (private.likeness(private.telling_words(private.words_of(name)), v_telling) > 0.52)::integer
          -- Names that consist of a title only: "the nurse".
          else (private.plain_words(name) <@ private.plain_words(p_said))::integer
        end as score
      from unnest(p_names) with ordinality as given (name, position)
    ) compared
    where score > 0 and (v_way <> 5 or score = (
      select max((select count(*) from unnest(v_telling) said where said = any (private.telling_words(private.words_of(other)))))
      from unnest(p_names) other));
    if v_way = 5 and v_found is not null then
      -- "Whiten my teeth" nearly contains a word of one service and of another: either may be meant.
      v_left := array(
        select said from unnest(v_telling) said
        where not exists (select from unnest(v_found) name where said = any (private.telling_words(private.words_of(name)))));
      v_found := array(
        select name
        from unnest(p_names) with ordinality as given (name, position),
          lateral (select private.telling_words(private.words_of(name)) as words) as telling
        where name = any (v_found) or telling.words && v_left or private.likeness(telling.words, v_left) > 0.52
        order by position);
    end if;
    exit when v_found is not null;
  end loop;
  return coalesce(v_found, '{}');
end
$$;
comment on function private.match_names(text[], text) is
  'The names that may be meant. Compared in this order until any is found: the same text; the same name in another spelling; umlauts '
  'written out; all words of one in the other; the most words in common, and similar remaining ones; a similar word; the same title. A '
  'single one is meant, several have to be asked about.';
grant execute on function private.match_names(text[], text) to service_role;
