-- The most visits in one day: of the whole organization, of one calendar, of one service (max_per_day of each).

create function private.has_shared_limit(p_request private.slot_request) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return exists (select from public.booking_policies where org_id = p_request.org_id and max_per_day is not null)
    or exists (select from public.services where id = p_request.service_id and max_per_day is not null);
end
$$;
comment on function private.has_shared_limit(private.slot_request) is
  'Whether visits on other calendars count against a limit of this request: the organization''s or the service''s.';
grant execute on function private.has_shared_limit(private.slot_request) to service_role;

create function private.has_limit(p_request private.slot_request) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return private.has_shared_limit(p_request)
    or exists (
      select from public.calendars
      where org_id = p_request.org_id and max_per_day is not null and (p_request.calendar_id is null or id = p_request.calendar_id));
end
$$;
comment on function private.has_limit(private.slot_request) is
  'Whether a limit may close a day to this request, however many slots are free on it.';
grant execute on function private.has_limit(private.slot_request) to service_role;

create function private.full_days(p_request private.slot_request, p_from date, p_until date, p_ignore uuid)
returns table (calendar_id uuid, day date)
language plpgsql stable set search_path = '' as $$
#variable_conflict use_column
declare
  v_is_shared boolean := private.has_shared_limit(p_request);
begin
  -- Most clinics have no limit, so nothing is counted for them.
  if not private.has_limit(p_request) then
    return;
  end if;
  return query
    with visit as materialized (
      select visit.calendar_id, (visit.starts_at at time zone p_request.timezone)::date as day, count(*) as visits,
        count(*) filter (where visit.service_id = p_request.service_id) as of_service
      from public.appointments visit
      join public.calendars calendar on calendar.id = visit.calendar_id and not calendar.for_tests
      where visit.org_id = p_request.org_id and visit.id is distinct from p_ignore
        and visit.starts_at >= private.edge_of(p_from::timestamp, p_request.timezone)
        and visit.starts_at < private.edge_of((p_until + 1)::timestamp, p_request.timezone)
        and (v_is_shared or p_request.calendar_id is null or visit.calendar_id = p_request.calendar_id)
        and (visit.state in ('confirmed', 'completed', 'no_show')
          or visit.state = 'held' and visit.hold_expires_at > clock_timestamp())
      group by 1, 2
    ), shared_day as (
      select day from visit group by day
      having sum(visits) >= (select max_per_day from public.booking_policies where org_id = p_request.org_id)
        or sum(of_service) >= (select max_per_day from public.services where id = p_request.service_id)
    )
    select calendar.id, shared_day.day
    from shared_day join public.calendars calendar on calendar.org_id = p_request.org_id and not calendar.for_tests
    union
    select calendar.id, visit.day
    from visit join public.calendars calendar on calendar.id = visit.calendar_id and visit.visits >= calendar.max_per_day;
end
$$;
comment on function private.full_days is
  'The local days on which a calendar takes no more visits of the requested service, because the maximum number begin on it: booked, seen '
  'or held. Those on test calendars do not count, nor does p_ignore, the caller''s own hold or the visit that is to be moved.';
grant execute on function private.full_days to service_role;
