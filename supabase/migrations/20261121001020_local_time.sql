-- Local time, correct on the days when clocks change, and how it is spoken: in English, otherwise as the languages' files say.

create function private.instant_of(p_local timestamp, p_timezone text) returns timestamptz
-- Not in SQL: it is called for every start time of every day, and PL/pgSQL takes a fifth of the time.
language plpgsql immutable strict parallel safe set search_path = '' as $$
declare
  v_instant timestamptz := p_local at time zone p_timezone;
  v_earlier timestamptz;
begin
  -- The clocks skipped it.
  if (v_instant at time zone p_timezone) <> p_local then
    return null;
  end if;
  -- Does it occur twice, and has Postgres chosen the second? Compare with the clocks three hours earlier; no zone turns back by more than
  -- that.
  v_earlier := v_instant + (p_local - interval '3 hours' - ((v_instant - interval '3 hours') at time zone p_timezone));
  if (v_earlier at time zone p_timezone) = p_local then
    return v_earlier;
  end if;
  return v_instant;
end
$$;
comment on function private.instant_of(timestamp, text) is
  'The moment at which local clocks show this time. Null if they never do, the first of two moments if they do twice, so that every local '
  'time has at most one moment.';
grant execute on function private.instant_of(timestamp, text) to service_role;

create function private.edge_of(p_local timestamp, p_timezone text) returns timestamptz
language plpgsql immutable strict parallel safe set search_path = '' as $$
declare
  v_guess timestamptz;
begin
  v_guess := private.instant_of(p_local, p_timezone);
  if v_guess is not null then
    return v_guess;
  end if;
  -- Postgres reads such a time by the clocks before the jump: the jump lies at most as far back as the clocks went forward.
  v_guess := date_trunc('minute', p_local at time zone p_timezone);
  return (
    select min(moment)
    from generate_series(
      v_guess - ((v_guess at time zone p_timezone) - date_trunc('minute', p_local)), v_guess, interval '1 minute') moment
    where moment at time zone p_timezone >= p_local);
end
$$;
comment on function private.edge_of(timestamp, text) is
  'As instant_of, for the edge of a period: the first moment at which local clocks show this time or a later one. A time that they skip '
  'becomes the moment of the jump, so that the later of two edges never comes first.';
grant execute on function private.edge_of(timestamp, text) to service_role;

create function private.iso_local(p_instant timestamptz, p_timezone text) returns text
language plpgsql stable strict parallel safe set search_path = '' as $$
begin
  return (
    select to_char(local, 'YYYY-MM-DD"T"HH24:MI:SS')
        || case when ahead < 0 then '-' else '+' end
        || to_char(make_interval(mins => abs(ahead)), 'HH24:MI')
    from (
      select p_instant at time zone p_timezone as local,
             (extract(epoch from (p_instant at time zone p_timezone) - (p_instant at time zone 'UTC')) / 60)::integer as ahead
    ) as wall);
end
$$;
comment on function private.iso_local(timestamptz, text) is 'ISO 8601 with the offset of that place at that moment.';
grant execute on function private.iso_local(timestamptz, text) to service_role;

create function private.say_day(p_local timestamp) returns text
language plpgsql stable strict parallel safe set search_path = '' as $$
begin
  return private.say(case extract(day from p_local) when 1 then '{weekday}, {month} 1' else '{weekday}, {month} {day}' end, jsonb_build_object(
    'weekday', private.say(to_char(p_local, 'FMDay')),
    'month', private.say(to_char(p_local, 'FMMonth')),
    'day', to_char(p_local, 'FMDD')));
end
$$;
comment on function private.say_day(timestamp) is '"Tuesday, November 24".';
grant execute on function private.say_day(timestamp) to service_role;

create function private.say_time(p_local timestamp) returns text
language plpgsql stable strict parallel safe set search_path = '' as $$
begin
  return private.say(
    case when extract(minute from p_local) = 0 then '{hour} {half}' else '{hour}:{minute} {half}' end,
    jsonb_build_object('hour', to_char(p_local, 'FMHH12'), 'half', to_char(p_local, 'AM'),
      'hour24', to_char(p_local, 'FMHH24'), 'minute', to_char(p_local, 'MI')));
end
$$;
comment on function private.say_time(timestamp) is '"2 PM", "2:30 PM".';
grant execute on function private.say_time(timestamp) to service_role;

create function private.say_when(p_local timestamp) returns text
language plpgsql stable strict parallel safe set search_path = '' as $$
begin
  return private.say('{day} at {time}', jsonb_build_object('day', private.say_day(p_local), 'time', private.say_time(p_local)));
end
$$;
comment on function private.say_when(timestamp) is '"Tuesday, November 24 at 2:30 PM".';
grant execute on function private.say_when(timestamp) to service_role;

create function private.say_list(p_items text[], p_last text default ' or ') returns text
language plpgsql stable strict parallel safe set search_path = '' as $$
begin
  return case cardinality(p_items)
    when 0 then ''
    when 1 then p_items[1]
    else array_to_string(p_items[:cardinality(p_items) - 1], ', ') || private.say(p_last) || p_items[cardinality(p_items)]
  end;
end
$$;
comment on function private.say_list(text[], text) is '"a", "a or b", "a, b or c".';
grant execute on function private.say_list(text[], text) to service_role;
