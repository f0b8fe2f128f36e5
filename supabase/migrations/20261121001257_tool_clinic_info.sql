-- What callers are told about the clinic itself, one thing at a time, so that the answer stays short.

create function private.clinic_hours(p_org_id uuid) returns table (weekday smallint, opens time, closes time)
language sql stable set search_path = '' as $$
  select hours.weekday, hours.opens, hours.closes
  from public.business_hours hours
  left join public.calendars calendar on calendar.id = hours.calendar_id
  where hours.org_id = p_org_id
    and case
      when exists (select from public.business_hours where org_id = p_org_id and calendar_id is null) then hours.calendar_id is null
      else calendar.active and not calendar.for_tests
    end
$$;
comment on function private.clinic_hours(uuid) is 'The opening hours of an organization; if only its calendars have any, all of theirs.';
grant execute on function private.clinic_hours(uuid) to service_role;

create function private.say_hours_of_day(p_open int4range[]) returns text
language sql stable set search_path = '' as $$
  select private.say_list(array(
    select private.say('from {opens} to {closes}', jsonb_build_object(
      'opens', private.say_time(date '2000-01-01' + make_interval(mins => lower(piece))),
      'closes', private.say_time(date '2000-01-01' + make_interval(mins => upper(piece)))))
    from unnest(p_open) piece order by lower(piece)), ' and ')
$$;
comment on function private.say_hours_of_day(int4range[]) is '"from 9 AM to 12 PM and from 1 PM to 5 PM": in minutes of the day.';
grant execute on function private.say_hours_of_day(int4range[]) to service_role;

create function private.say_hours(p_org_id uuid) returns text
language sql stable set search_path = '' as $$
  with day as (
    select weekday, range_agg(int4range((extract(epoch from opens) / 60)::integer, (extract(epoch from closes) / 60)::integer)) as open
    from private.clinic_hours(p_org_id) group by weekday
  ), spoken as (
    select weekday, private.say_hours_of_day(array(select unnest(open))) as hours from day
  ), run as (
    -- Consecutive days with the same hours become one item.
    select min(weekday) as first, max(weekday) as last, hours
    from (select *, weekday - row_number() over (partition by hours order by weekday) as run from spoken) numbered
    group by hours, run
  )
  select case when count(*) = 0 then private.say('We have no fixed opening hours.')
    else private.say('We are open {hours}.', jsonb_build_object('hours', string_agg(private.say(
      case when first = last then '{day}, {hours}' else '{first} to {last}, {hours}' end,
      jsonb_build_object(
        'day', private.say(names.name), 'first', private.say(names.name), 'last', private.say(until.name), 'hours', hours)), '; ' order by first)))
  end
  from run
  join unnest('{Monday,Tuesday,Wednesday,Thursday,Friday,Saturday,Sunday}'::text[]) with ordinality as names (name, weekday) on names.weekday = first
  join unnest('{Monday,Tuesday,Wednesday,Thursday,Friday,Saturday,Sunday}'::text[]) with ordinality as until (name, weekday) on until.weekday = last
$$;
comment on function private.say_hours(uuid) is '"We are open Monday to Friday, from 9 AM to 5 PM; Saturday, from 10 AM to 1 PM."';
grant execute on function private.say_hours(uuid) to service_role;

create function private.say_closures(p_org_id uuid) returns text
language sql stable set search_path = '' as $$
  select string_agg(private.say(
    case
      when first_day <> last_day then 'We are closed from {day} to {until}.'
      when starts is not null then 'On {day} we are closed from {from} to {to}.'
      else 'We are closed on {day}.'
    end, jsonb_build_object(
      'day', private.say_day(first_day::timestamp), 'until', private.say_day(last_day::timestamp),
      'from', private.say_time(first_day + starts), 'to', private.say_time(first_day + ends))), ' ' order by first_day)
  from (
    select closure.* from public.closures closure join public.organizations org on org.id = closure.org_id,
    lateral (select (now() at time zone org.timezone)::date as today) as wall
    where closure.org_id = p_org_id and closure.calendar_id is null and last_day >= today and first_day <= today + 30
    order by first_day limit 2
  ) soon
$$;
comment on function private.say_closures(uuid) is
  'On which of the next thirty days the whole clinic is closed, at most two closures; null if it is not.';
grant execute on function private.say_closures(uuid) to service_role;

create function private.info_hours(p_org_id uuid) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'success', true, 'message', concat_ws(' ', private.say_hours(p_org_id), private.say_closures(p_org_id)),
    'hours', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'weekday', weekday, 'opens', to_char(opens, 'HH24:MI'), 'closes', to_char(closes, 'HH24:MI')) order by weekday, opens), '[]')
      from private.clinic_hours(p_org_id)))
$$;
comment on function private.info_hours(uuid) is 'When the clinic is open, and when it is closed in the next thirty days.';
grant execute on function private.info_hours(uuid) to service_role;

create function private.offered_terms(p_org_id uuid)
returns table (name text, for_patients text, minutes integer, price text, providers text[], number bigint)
language sql stable set search_path = '' as $$
  select service.name, service.for_patients, coalesce(own.duration_minutes, service.duration_minutes), coalesce(own.price, service.price),
    array_agg(calendar.name order by calendar.position, calendar.name) filter (where calendar.id is not null),
    row_number() over (order by offered.number, min(calendar.position), min(calendar.name))
  from private.offered_services(p_org_id) offered
  join public.services service on service.id = offered.id
  left join (
    public.calendar_services own join public.calendars calendar on calendar.id = own.calendar_id and calendar.active and not calendar.for_tests
  ) on own.service_id = service.id
  group by offered.number, service.id, 3, 4
$$;
comment on function private.offered_terms(uuid) is
  'What is offered, how long it takes and what it costs; once for each group of providers with terms of their own. providers is null if '
  'everybody does it.';
grant execute on function private.offered_terms(uuid) to service_role;

create function private.info_services(p_org_id uuid, p_said text) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_names text[] := array(select name from private.offered_services(p_org_id) order by number);
  v_meant text[] := private.match_names(v_names, coalesce(p_said, ''));
begin
  if v_meant <> '{}' then
    v_names := v_meant;
  end if;
  return (
    select jsonb_build_object(
      'success', true,
      'message', private.say('We offer {services}.', jsonb_build_object('services', string_agg(
        private.say(case when price is null then '{service}, {count} minutes' else '{service}, {count} minutes, {price}' end,
          jsonb_build_object('count', minutes, 'price', price, 'service', name || private.in_brackets(concat_ws(', ',
            case for_patients when 'new' then private.say('new patients only') when 'returning' then private.say('not for new patients') end,
            private.say_list(providers))))), '; ' order by number)
        filter (where place <= 6))),
      'services', jsonb_agg(jsonb_strip_nulls(jsonb_build_object('name', name, 'minutes', minutes, 'price', price,
        'providers', providers, 'forPatients', nullif(for_patients, 'all'))) order by number))
    from (
      select *, row_number() over (order by number) as place
      from private.offered_terms(p_org_id) where name = any (v_names)
    ) offered
    having count(*) > 0);
end
$$;
comment on function private.info_services(uuid, text) is
  'What is offered, for whom, by whom (unless by all), how long it takes and what it costs: what was asked about, or else the first six; '
  'null if nothing is offered.';
grant execute on function private.info_services(uuid, text) to service_role;

create function private.info_place(p_org_id uuid, p_topic text, p_said text) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_org    public.organizations := (select o from public.organizations o where o.id = p_org_id);
  v_locations text[] := private.location_choices(p_org_id);
  v_meant  text[] := case when v_locations <> '{}' then private.match_names(v_locations, coalesce(p_said, ''))
    else array(select name from public.locations where org_id = p_org_id limit 2) end;
  v_location public.locations := (select l from public.locations l where l.org_id = p_org_id and l.name = v_meant[1]);
begin
  if cardinality(v_meant) <> 1 and v_locations <> '{}' and p_topic = 'directions' then
    return private.refusal('which_location', private.say('Do you mean {names}?', jsonb_build_object('names', private.say_list(v_locations))),
      jsonb_build_object('locations', v_locations));
  elsif cardinality(v_meant) <> 1 and v_locations <> '{}' then
    return (
      select jsonb_build_object('success', true,
        'message', private.say('We are at {address}.', jsonb_build_object('address', string_agg(concat_ws(', ', name, address), '; ' order by position, name))),
        'locations', jsonb_agg(jsonb_strip_nulls(jsonb_build_object('name', name, 'address', address, 'phone', phone)) order by position, name))
      from public.locations where org_id = p_org_id and name = any (v_locations));
  elsif cardinality(v_meant) = 1 then
    v_org.address := coalesce(v_location.address, v_org.address);
    v_org.directions := coalesce(v_location.directions, case when v_locations = '{}' then v_org.directions end);
    v_org.phone := coalesce(v_location.phone, v_org.phone);
  end if;
  return case when coalesce(case when p_topic = 'directions' then v_org.directions end, v_org.address) is not null then
    jsonb_strip_nulls(jsonb_build_object(
      'success', true,
      'message', case
        when p_topic = 'directions' and v_org.directions is not null then v_org.directions
        else private.say('We are at {address}.', jsonb_build_object('address', v_org.address))
      end,
      'address', v_org.address, 'directions', case when p_topic = 'directions' then v_org.directions end, 'phone', v_org.phone)) end;
end
$$;
comment on function private.info_place(uuid, text, text) is
  'Where the clinic is, or how to get there; of several places the one that was asked about, or else all, or which is meant. Null if the '
  'clinic has entered nothing.';
grant execute on function private.info_place(uuid, text, text) to service_role;

create function private.asking_words(p_text text) returns text[]
language sql immutable strict set search_path = '' as $$
  select array(
    select distinct word from unnest(private.words_of(p_text)) word
    where length(word) > 2 and word <> all ('{the,for,with,from,you,your,have,has,can,could,what,where,when,which,how,who,does,are,is,was,will,would,there,that,this,'
      'any,some,get,about,need,want,take,make,much,many,not,and,see,visit,appointment,clinic,'
      'con,para,que,cual,como,cuando,donde,hay,tiene,tienen,puedo,puede,pueden,una,uno,por,los,las,sus,cita,clinica,'
      'est,quel,quelle,quels,comment,quand,avez,vous,votre,puis,peut,les,des,une,pour,rendez,cabinet,'
      'der,die,das,den,mit,und,fur,ist,was,wie,wann,welche,haben,hat,gibt,kann,konnen,sie,ihr,ihre,ein,eine,einen,ich,man,termin,praxis,'
      'com,quando,onde,tem,voces,posso,pode,uns,umas,meu,minha,consulta,isso}'::text[]))
$$;
comment on function private.asking_words(text) is 'The words of a question that show what it is about.';
grant execute on function private.asking_words(text) to service_role;

create function private.count_alike(p_some text[], p_others text[]) returns bigint
language sql immutable strict set search_path = '' as $$
  select count(*) from unnest(p_some) one
  where exists (
    select from unnest(p_others) other
    where one = other or least(length(one), length(other)) >= 4
      and (starts_with(one, other) or starts_with(other, one) or extensions.similarity(one, other) > 0.5))
$$;
comment on function private.count_alike(text[], text[]) is 'How many of these words are among the others, in some form.';
grant execute on function private.count_alike(text[], text[]) to service_role;

create function private.info_question(p_org_id uuid, p_said text) returns jsonb
language plpgsql stable strict set search_path = '' as $$
declare
  -- Each word is compared with every word of every answer, so no more of them than a question has.
  v_said  text[] := private.asking_words(left(p_said, 200));
  v_found jsonb;
  v_sure  boolean;
begin
  with worded as (
    select entry.*, private.asking_words(question) as words, private.asking_words(answer) as answer_words,
      private.name_key(question) = private.name_key(p_said) as is_same
    from public.faq_entries entry where org_id = p_org_id and active
  ), scored as (
    -- Words of the answer count too, but less: "do you take Aetna" is about insurance.
    select worded.*, 1000 * is_same::integer + 3 * private.count_alike(v_said, words) + private.count_alike(v_said, answer_words) as score
    from worded
  )
  select jsonb_agg(jsonb_build_object('question', question, 'answer', answer) order by position, question),
    -- More than half of one is in the other. Dogs are not children, though both are treated.
    bool_and(is_same or 2 * private.count_alike(v_said, words || answer_words) > cardinality(v_said)
      or 2 * private.count_alike(words, v_said) > cardinality(words))
  into v_found, v_sure
  from scored where score > 0 and score = (select max(score) from scored);
  return case
    when v_found is null then private.refusal('no_answer', 'I don''t know that. Please ask the clinic''s staff.', jsonb_build_object('questions', coalesce((
      select jsonb_agg(question order by position, question) from public.faq_entries where org_id = p_org_id and active), '[]')))
    when jsonb_array_length(v_found) > 1 or not v_sure then private.refusal('which_question',
      private.say('Do you mean {names}?', jsonb_build_object('names', private.say_list(array(
        select '"' || rtrim(entry ->> 'question', '? ') || '"' from jsonb_array_elements(v_found) entry limit 3)))),
      jsonb_build_object('answers', jsonb_path_query_array(v_found, '$[0 to 2]')))
    else jsonb_build_object('success', true, 'message', v_found #>> '{0,answer}', 'question', v_found #>> '{0,question}')
  end;
end
$$;
comment on function private.info_question(uuid, text) is
  'The clinic''s own answer to a question like this; a question in return, if several are equally similar or it is uncertain; the '
  'questions that have answers, if none is similar; null if nothing was asked.';
grant execute on function private.info_question(uuid, text) to service_role;

create function private.tool_clinic_info(p_org_id uuid, p_call jsonb, p_args jsonb) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(
    case p_args ->> 'topic'
      when 'hours' then private.info_hours(p_org_id)
      when 'services' then private.info_services(p_org_id, p_args ->> 'question')
      when 'address' then private.info_place(p_org_id, 'address', p_args ->> 'question')
      when 'directions' then private.info_place(p_org_id, 'directions', p_args ->> 'question')
    end,
    private.info_question(p_org_id, coalesce(p_args ->> 'question', nullif(p_args ->> 'topic', 'question'))),
    private.refusal('question_needed', 'What would you like to know about the clinic?'))
$$;
comment on function private.tool_clinic_info(uuid, jsonb, jsonb) is
  'p_args: {topic?: hours, services, address, directions or question, question?}. What the clinic wants callers to be told: {success, '
  'message, …}, or that it has entered nothing about it.';
grant execute on function private.tool_clinic_info(uuid, jsonb, jsonb) to service_role;
