/** A clinic's limits on its days and providers: no day has more visits than allowed, and no provider does what they do not offer. */
import { z } from "zod";
import type { Platform } from "../platform.ts";

const rowsSchema = z.array(z.object({ violation: z.string() }));

/** Of what is booked and held at this moment. To be called again and again: a hold is gone after some minutes. */
export async function limitViolations(platform: Platform): Promise<string[]> {
  const rows = await platform.withSql((sql) => sql.unsafe(AGAINST_LIMITS));
  return rowsSchema.parse([...rows]).map(({ violation }) => violation);
}

/** In a storm nobody changes a clinic's limits, so they apply to every visit, whenever it was booked. */
const AGAINST_LIMITS = `
with visit as (
  select booked.*, (booked.starts_at at time zone org.timezone)::date as day, org.name as org, calendar.name as calendar,
    service.name as service, policy.max_per_day as of_org, calendar.max_per_day as of_calendar, service.max_per_day as of_service,
    own.service_id is not null as is_own, coalesce(own.duration_minutes, service.duration_minutes) as minutes,
    exists (select from calendar_services given where given.service_id = booked.service_id) as is_for_some
  from appointments booked
  join organizations org on org.id = booked.org_id
  join booking_policies policy on policy.org_id = booked.org_id
  join calendars calendar on calendar.id = booked.calendar_id and not calendar.for_tests
  join services service on service.id = booked.service_id
  left join calendar_services own on own.calendar_id = booked.calendar_id and own.service_id = booked.service_id
  where booked.state in ('confirmed', 'completed', 'no_show') or booked.state = 'held' and booked.hold_expires_at > clock_timestamp()
)
select format('%s has %s visits on %s, and wants %s', org, count(*), day, of_org) as violation
from visit group by org_id, org, day, of_org having count(*) > of_org
union all
select format('%s has %s visits on %s, and wants %s', calendar, count(*), day, of_calendar)
from visit group by calendar_id, calendar, day, of_calendar having count(*) > of_calendar
union all
select format('There are %s visits for %s on %s, and %s are wanted', count(*), service, day, of_service)
from visit group by service_id, service, day, of_service having count(*) > of_service
union all
select format('Appointment %s is with %s, who does no %s', id, calendar, service) from visit where is_for_some and not is_own
union all
select format('Appointment %s takes %s, and %s with %s takes %s minutes', id, ends_at - starts_at, service, calendar, minutes)
from visit where ends_at - starts_at <> make_interval(mins => minutes)`;
