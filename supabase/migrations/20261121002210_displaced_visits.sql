-- Visits that were booked before the clinic closed, changed its hours or took a calendar out of use. Nobody is moved automatically. The
-- clinic is notified of closures and calendars when they are entered (hours are changed in several steps, each of which says little); a
-- list shows all such visits until each is moved, cancelled or possible again, and the clinic can ask the patients to choose another time.

create function private.displaced_visits(p_org_id uuid)
returns table (visit public.appointments, reason text, closure text)
language sql stable set search_path = '' as $$
  with upcoming as (
    select visit from public.appointments visit
    where visit.org_id = p_org_id and visit.state = 'confirmed' and visit.starts_at > now()
  ), span as (
    select org.timezone, min((visit).starts_at at time zone org.timezone)::date as first,
      max((visit).ends_at at time zone org.timezone)::date as last
    from upcoming, public.organizations org where org.id = p_org_id group by 1
  ), calendar as materialized (
    -- Opening hours are read once, for all days with visits.
    select calendar.id, calendar.active, span.timezone, open_one.open
    from span
    join public.calendars calendar on calendar.org_id = p_org_id and not calendar.for_tests
    left join private.open_calendars(
      jsonb_populate_record(null::private.slot_request, jsonb_build_object('org_id', p_org_id, 'timezone', span.timezone)),
      span.first, span.last) open_one on open_one.calendar_id = calendar.id
  ), displaced as (
    select visit, active, timezone from upcoming join calendar on calendar.id = (visit).calendar_id
    where not active or not tstzrange((visit).starts_at, (visit).ends_at) <@ open
  )
  select visit,
    case when not active then 'provider_left' when closing.id is not null then 'closed' else 'outside_hours' end,
    case when active then closing.reason end
  from displaced
  left join lateral (
    select closure.id, closure.reason from public.closures closure
    where closure.org_id = p_org_id and (closure.calendar_id is null or closure.calendar_id = (visit).calendar_id)
      and ((visit).starts_at at time zone timezone)::date <= closure.last_day
      and ((visit).ends_at at time zone timezone)::date >= closure.first_day
      and (closure.starts is null
        or ((visit).starts_at at time zone timezone)::time < closure.ends and ((visit).ends_at at time zone timezone)::time > closure.starts)
    order by closure.first_day limit 1
  ) closing on true
$$;
comment on function private.displaced_visits(uuid) is
  'Upcoming visits at times that can no longer be booked, why (provider_left, closed, outside_hours), and the reason that a closure gives.';
grant execute on function private.displaced_visits(uuid) to service_role;

create function public.displaced_appointments(p_org_id uuid, p_limit integer default 50)
returns table (
  appointment_id uuid, starts_at timestamptz, calendar text, service text, patient_name text, phone text,
  reason text, closure text, alternatives jsonb)
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_role(p_org_id, '{owner, admin, member}');
  return query
    select (displaced.visit).id, (displaced.visit).starts_at, calendars.name, services.name,
      coalesce((displaced.visit).patient_name, contacts.name), contacts.phone, displaced.reason, displaced.closure,
      private.alternatives(private.slot_request_to_move(displaced.visit, local::date, local::time), (displaced.visit).id)
    from (
      select * from private.displaced_visits(p_org_id) every_one
      order by (every_one.visit).starts_at, (every_one.visit).id limit p_limit
    ) displaced
    join public.organizations org on org.id = p_org_id
    join public.calendars on calendars.id = (displaced.visit).calendar_id
    join public.services on services.id = (displaced.visit).service_id
    left join public.contacts on contacts.id = (displaced.visit).contact_id,
    lateral (select (displaced.visit).starts_at at time zone org.timezone as local) as wall
    order by (displaced.visit).starts_at, (displaced.visit).id;
end
$$;
comment on function public.displaced_appointments(uuid, integer) is
  'Visits in a closure, outside the hours or on a calendar out of use, the next ones first, each with free times near it ([{date, '
  'slots}], for move_appointment). Refuses with VT002. Definer: what is free depends on tables that members have no access to.';
grant execute on function public.displaced_appointments(uuid, integer) to authenticated;

create function public.offer_to_move(p_appointment_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_visit public.appointments := private.visit_for_staff(p_appointment_id);
  v_org   public.organizations := (select o from public.organizations o where o.id = v_visit.org_id);
  v_sent  jsonb;
begin
  if v_visit.state <> 'confirmed' or v_visit.starts_at <= now() then
    return private.refusal('no_appointment', 'That appointment is over or cancelled already.');
  end if;
  perform private.speak_for_clinic(v_org.id);
  v_sent := private.queue_sms(
    v_org.id, v_visit.contact_id, (select phone from public.contacts where id = v_visit.contact_id), 'move_offer',
    private.say(case
      when v_org.phone is null then '{clinic}: we can''t see you on {when}. Please call us to choose another time.'
      else '{clinic}: we can''t see you on {when}. Please call us at {phone} to choose another time.'
    end, jsonb_build_object('clinic', v_org.name, 'phone', v_org.phone,
      'when', private.say_when(v_visit.starts_at at time zone v_org.timezone))),
    p_dedupe      => format('move_offer:%s:%s', v_visit.id, v_visit.starts_at at time zone 'UTC'),
    p_call        => private.staff_call(),
    p_appointment => v_visit.id,
    p_expires_at  => v_visit.starts_at);
  return jsonb_build_object('success', v_sent ->> 'status' in ('queued', 'deferred'), 'appointmentId', v_visit.id,
    'notifications', jsonb_build_object('sms', v_sent -> 'status'));
end
$$;
comment on function public.offer_to_move(uuid) is
  'Asks the patient by text message, once for each time, to call for another one: {success, appointmentId, notifications}. Refuses with '
  'VT001. Definer: as book_appointment.';
grant execute on function public.offer_to_move(uuid) to authenticated;

create function private.notify_of_displaced(p_org_id uuid, p_visits public.appointments[], p_why text) returns void
language plpgsql set search_path = '' as $$
declare
  v_org   public.organizations := (select o from public.organizations o where o.id = p_org_id);
  v_count integer := cardinality(p_visits);
begin
  if v_count is null then
    return;
  elsif v_org.alert_email is null then
    perform private.raise_alert('visits_displaced', 'warning',
      format('%s: %s booked visits can''t take place. The clinic has left no address to be told at.', p_why, v_count),
      jsonb_build_object('appointmentIds', (select jsonb_agg(id) from (select id from unnest(p_visits) limit 50) listed)), p_org_id);
    return;
  end if;
  perform private.queue_email(p_org_id, v_org.alert_email,
    case when v_count = 1 then 'One booked visit has to be moved' else format('%s booked visits have to be moved', v_count) end,
    concat_ws(E'\n',
      p_why || '. These visits were booked before and can''t take place. The patients have not been told:', '',
      (select string_agg(line, E'\n' order by starts_at, id) from (
        select visit.id, visit.starts_at, concat_ws(', ',
          private.say_when(visit.starts_at at time zone v_org.timezone), calendar.name,
          left(coalesce(visit.patient_name, contact.name), 100), contact.phone, 'appointment ' || visit.id) as line
        from unnest(p_visits) visit
        join public.calendars calendar on calendar.id = visit.calendar_id
        left join public.contacts contact on contact.id = visit.contact_id
        order by visit.starts_at, visit.id limit 50) listed),
      case when v_count > 50 then format('and %s more.', v_count - 50) end, '',
      'Move or cancel them in the console, or ask the patients there by text message to choose another time.'),
    'displaced:' || p_org_id || ':' || (select md5(string_agg(visit.id || ' ' || visit.starts_at, ',' order by visit.id)) from unnest(p_visits) visit));
end
$$;
comment on function private.notify_of_displaced is
  'Notifies the clinic by e-mail, or the administrator if it left no address, which visits cannot take place. Once for the same visits.';
grant execute on function private.notify_of_displaced to service_role;

create function private.notify_of_closures() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_closure record;
begin
  for v_closure in select changed.*, org.timezone from changed join public.organizations org on org.id = changed.org_id loop
    perform private.notify_of_displaced(v_closure.org_id,
      (select array_agg(displaced.visit) from private.displaced_visits(v_closure.org_id) displaced
       where displaced.reason = 'closed' and (v_closure.calendar_id is null or (displaced.visit).calendar_id = v_closure.calendar_id)
         and ((displaced.visit).starts_at at time zone v_closure.timezone)::date <= v_closure.last_day
         and ((displaced.visit).ends_at at time zone v_closure.timezone)::date >= v_closure.first_day),
      concat_ws(': ', case when v_closure.first_day = v_closure.last_day
        then format('Closed on %s', private.say_day(v_closure.first_day::timestamp))
        else format('Closed from %s to %s', private.say_day(v_closure.first_day::timestamp), private.say_day(v_closure.last_day::timestamp))
      end, v_closure.reason));
  end loop;
  return null;
end
$$;
comment on function private.notify_of_closures() is
  'Trigger: notifies the clinic of visits in a new closure. Definer: the role that closes a day cannot write e-mails.';
create trigger notify_of_added_closures after insert on public.closures
  referencing new table as changed for each statement execute function private.notify_of_closures();
create trigger notify_of_changed_closures after update on public.closures
  referencing new table as changed for each statement execute function private.notify_of_closures();

create function private.notify_of_left_calendar() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.notify_of_displaced(new.org_id,
    (select array_agg(displaced.visit) from private.displaced_visits(new.org_id) displaced
     where (displaced.visit).calendar_id = new.id),
    format('%s no longer takes appointments', new.name));
  return null;
end
$$;
comment on function private.notify_of_left_calendar() is
  'Trigger: notifies the clinic of visits with a provider who has left. Definer: as notify_of_closures.';
create trigger notify_of_left_calendar after update of active on public.calendars
  for each row when (old.active and not new.active) execute function private.notify_of_left_calendar();

create function private.notify_of_kept_hold() returns trigger
language plpgsql set search_path = '' as $$
declare
  v_calendar public.calendars := (select c from public.calendars c where c.id = new.calendar_id);
  v_timezone text := (select timezone from public.organizations where id = new.org_id);
begin
  if not v_calendar.active or not tstzrange(new.starts_at, new.ends_at) <@ private.open_time(new.org_id, new.calendar_id, v_timezone,
    (new.starts_at at time zone v_timezone)::date, (new.ends_at at time zone v_timezone)::date)
  then
    perform private.notify_of_displaced(new.org_id, array[new], 'Booked by a caller who held this time before it was closed');
  end if;
  return null;
end
$$;
comment on function private.notify_of_kept_hold() is
  'Trigger: a hold keeps its terms, so it may be booked after its time was closed. When that happened there was no visit to notify the '
  'clinic of.';
create trigger notify_of_kept_hold after update of state on public.appointments
  for each row when (old.state = 'held' and new.state = 'confirmed') execute function private.notify_of_kept_hold();

notify pgrst, 'reload schema';
