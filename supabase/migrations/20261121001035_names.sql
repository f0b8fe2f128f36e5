-- Which of a clinic's providers or services a caller means. What was said went through a telephone, a transcript and a
-- model: accents, punctuation and titles are lost on the way, and a letter may be another one.

create function private.plain_letters(p_text text) returns text
language plpgsql immutable strict set search_path = '' as $$
begin
  return regexp_replace(
    extensions.unaccent('extensions.unaccent', regexp_replace(lower(normalize(p_text, nfkd)), '[\u0300-\u036f]', '', 'g')),
    '[''’‘`´ʼ]', '', 'g');
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
comment on function private.name_key(text) is 'The same for spellings of one name: "Doctor O''Brien" and "Dr. Obrien", "Check-up" and "checkup".';
grant execute on function private.name_key(text) to service_role;

create function private.without_umlauts(p_text text) returns text
language plpgsql immutable strict set search_path = '' as $$
begin
  -- No German name ends in one: Joe is not Jo.
  return regexp_replace(p_text, '([aou])e(?=[[:alpha:]])', '\1', 'g');
end
$$;
comment on function private.without_umlauts(text) is 'Mueller and Müller alike, where both have gone through plain_letters.';
grant execute on function private.without_umlauts(text) to service_role;

create function private.person_key(p_name text) returns text
language plpgsql immutable strict set search_path = '' as $$
begin
  return private.name_key(private.without_umlauts(private.plain_letters(p_name)));
end
$$;
comment on function private.person_key(text) is 'As name_key, and the same for Müller and Mueller.';
grant execute on function private.person_key(text) to service_role;

create function private.words_of(p_text text) returns text[]
language plpgsql immutable strict set search_path = '' as $$
begin
  return (
    select case when telling.words = '{}' then every_one.words else telling.words end
    from (
      select array(
        select word from regexp_split_to_table(private.without_umlauts(private.plain_letters(p_text)), '[^[:alnum:]]+')
          with ordinality as part (word, position)
        where word <> '' order by position) as words
    ) as every_one,
    lateral (
      select array(
        select word from unnest(every_one.words) with ordinality as part (word, position)
        where word <> all ('{dr,doctor,doc,doktor,docteur,dra,prof,professor,mr,mister,mrs,ms,mx,miss,sr,sra,srta,senor,senora,'
          'herr,frau,fru,mme,mlle,monsieur,madame,nurse,md,dds,dmd,phd}'::text[])
        order by position) as words
    ) as telling);
end
$$;
comment on function private.words_of(text) is 'The words of a name, however short, in plain letters and without titles; with them if there is nothing else.';
grant execute on function private.words_of(text) to service_role;

create function private.telling_words(p_words text[]) returns text[]
language plpgsql immutable strict set search_path = '' as $$
begin
  return array(
    select word from unnest(p_words) word
    where length(word) > 1 and word <> all ('{a,an,and,at,for,in,my,of,or,please,the,to,with,de,del,el,en,la,le,les,con,para,'
      'der,die,das,bei,fur,mit,und,du,et,um,uma,com}'::text[])
    union
    -- A transcript joins words and parts them: "check up" and "checkup", "O Brien" and "Obrien".
    select p_words[i] || p_words[i + 1] from generate_series(1, cardinality(p_words) - 1) i);
end
$$;
comment on function private.telling_words(text[]) is 'Words that tell names apart, and each two neighbours as one.';
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
  'How alike the two most similar words are, by their trigrams, from 0 to 1. Words under four letters have too few to compare.';
grant execute on function private.likeness(text[], text[]) to service_role;

create function private.match_names(p_names text[], p_said text) returns text[]
language plpgsql immutable set search_path = '' as $$
declare
  v_words   text[] := private.words_of(p_said);
  v_telling text[] := private.telling_words(v_words);
  v_found   text[];
begin
  -- The first way to compare that finds any decides; if it finds several, they are near each other.
  for v_way in 1 .. 6 loop
    select array_agg(name order by position) into v_found
    from (
      select name, position, case v_way
          when 1 then (lower(name) = lower(btrim(p_said)))::integer
          when 2 then (private.name_key(name) = private.name_key(p_said))::integer
          when 3 then (private.person_key(name) = private.person_key(p_said))::integer
          when 4 then (v_words <> '{}' and (private.words_of(name) <@ v_words or private.words_of(name) @> v_words))::integer
          when 5 then (select count(*) from unnest(v_telling) said where said = any (private.telling_words(private.words_of(name))))
          -- More than half of the trigrams: Katherine is taken for Catherine (0.54), Brown not for Browning (0.50).
          else (private.likeness(private.telling_words(private.words_of(name)), v_telling) > 0.52)::integer
        end as score
      from unnest(p_names) with ordinality as given (name, position)
    ) compared
    where score > 0 and (v_way <> 5 or score = (
      select max((select count(*) from unnest(v_telling) said where said = any (private.telling_words(private.words_of(other)))))
      from unnest(p_names) other));
    exit when v_found is not null;
  end loop;
  return coalesce(v_found, '{}');
end
$$;
comment on function private.match_names(text[], text) is
  'The names that may be meant. Compared in this order until any is found: the same text; the same name written otherwise; umlauts '
  'written out; all words of one in the other; the most words in common; a similar word. One is meant, several are to be asked about.';
grant execute on function private.match_names(text[], text) to service_role;
