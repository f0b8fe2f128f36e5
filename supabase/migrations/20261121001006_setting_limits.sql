-- How large a number and how long a text in a setting may be, naming the column. The tables' own constraints are the final safeguard.

create function private.check_limits() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_row jsonb := to_jsonb(new);
begin
  for i in 0 .. tg_nargs - 3 by 3 loop
    if jsonb_typeof(v_row -> tg_argv[i]) = 'number' then
      if (v_row ->> tg_argv[i])::numeric not between tg_argv[i + 1]::numeric and tg_argv[i + 2]::numeric then
        perform private.raise_invalid(tg_argv[i],
          format('Cannot use %s: give a number from %s to %s', v_row ->> tg_argv[i], tg_argv[i + 1], tg_argv[i + 2]));
      end if;
    elsif length(btrim(v_row ->> tg_argv[i])) not between tg_argv[i + 1]::integer and tg_argv[i + 2]::integer then
      perform private.raise_invalid(tg_argv[i],
        format('Cannot use this %s: it has to have %s to %s characters', tg_argv[i], tg_argv[i + 1], tg_argv[i + 2]));
    end if;
  end loop;
  return new;
end
$$;
comment on function private.check_limits() is
  'Trigger: says which number is too small or large, and which text is empty or too long. Its arguments are columns, each with its '
  'minimum and maximum. Definer: as private.check_organization.';

create trigger check_limits before insert or update of name on public.organizations
  for each row execute function private.check_limits('name', '1', '200');
create trigger check_limits before insert or update of name, buffer_before_minutes, buffer_after_minutes on public.services
  for each row execute function private.check_limits('name', '1', '100', 'buffer_before_minutes', '0', '240', 'buffer_after_minutes', '0', '240');
create trigger check_limits before insert or update of name, google_calendar_id on public.calendars
  for each row execute function private.check_limits('name', '1', '100', 'google_calendar_id', '1', '254');
create trigger check_limits before insert or update of weekday on public.business_hours
  for each row execute function private.check_limits('weekday', '1', '7');
create trigger check_limits before insert or update of reason on public.closures
  for each row execute function private.check_limits('reason', '1', '200');
create trigger check_limits before update of slot_minutes, lead_minutes, horizon_days, reminder_hours, complete_after_hours on public.booking_policies
  for each row execute function private.check_limits(
    'slot_minutes', '5', '240', 'lead_minutes', '0', '525600', 'horizon_days', '1', '730', 'reminder_hours', '1', '168',
    'complete_after_hours', '0', '720');
