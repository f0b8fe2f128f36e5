/** What nobody may ever exceed, whoever asks and however many at once. docs/security.md has the limits and their reasons. */
import { z } from "zod";
import type { Platform } from "../platform.ts";
import { STRANGE_WORDS } from "../storm/abuse.ts";

const rowsSchema = z.array(
  z.object({ what: z.string(), whose: z.string(), count: z.int(), cap: z.int() }),
);

/** Our invented numbers are recognised by their area code; no costly number has one of these. */
const COSTLY = /^\+(?!1)|^\+1(?:900|876)/;

/** What exceeds its cap at this moment. To be called again and again: a hold is gone after some minutes. */
export async function capViolations(platform: Platform): Promise<string[]> {
  const rows = await platform.withSql((sql) => sql.unsafe(OVER_CAP));
  return rowsSchema.parse([...rows]).map(({ what, whose, count, cap }) =>
    `${whose} has ${count} ${what}, and may have ${cap}`
  );
}

/** Texts that nobody should have received. */
export function strayTexts({ stack }: Platform): string[] {
  return stack.integrations.twilio.textsTo().flatMap(({ to, body }) => [
    ...(COSTLY.test(to) ? [`A text went to ${to}, which costs more than a text should`] : []),
    ...(body.includes(STRANGE_WORDS) ? [`A stranger's words went to ${to}: ${body}`] : []),
  ]);
}

/**
 * `others`: numbers that are not the caller's own, since pumping is about those. What staff book belongs to no call and no caller, and what
 * is proved by a code belongs to no single caller.
 */
const OVER_CAP = `
with held as (
  select org_id, session_id, caller_key, contact_id from appointments
  where state = 'held' and hold_expires_at > clock_timestamp()
), booked as (
  select org_id, session_id, caller_key, contact_id, confirmed_at from appointments where state = 'confirmed' and starts_at > now()
), today as (
  select org_id from sms_messages where (created_at at time zone 'UTC')::date = (now() at time zone 'UTC')::date
), others as (
  select org_id, session_id, caller_key, recipient from sms_messages
  where caller_key is distinct from encode(sha256(convert_to(recipient, 'UTF8')), 'hex')
), counted as (
  select 'numbers texted' as what, 'Call ' || session_id as whose, org_id, count(distinct recipient) as count, 'recipients_per_call' as cap
  from others where session_id is not null group by session_id, org_id
  union all
  select 'numbers texted within the hour', 'Caller ' || caller_key, org_id, count(distinct recipient),
    case caller_key when 'anonymous' then 'anonymous_recipients' else 'recipients_per_caller' end
  from others where caller_key is not null group by caller_key, org_id
  union all
  select 'texts of a day', 'Clinic ' || org_id, org_id, count(*), 'texts_per_day' from today group by org_id
  union all
  select 'slots held', 'Call ' || session_id, org_id, count(*), 'holds_per_call'
  from held where session_id is not null group by session_id, org_id
  union all
  select 'slots held', 'Caller ' || caller_key, org_id, count(*),
    case caller_key when 'anonymous' then 'anonymous_holds' else 'holds_per_caller' end
  from held where caller_key is not null group by caller_key, org_id
  union all
  select 'slots held', 'Clinic ' || org_id, org_id, count(*), 'holds' from held group by org_id
  union all
  select 'appointments', 'Call ' || session_id, org_id, count(*), 'bookings_per_call'
  from booked where session_id is not null group by session_id, org_id
  union all
  select 'appointments', 'Caller ' || caller_key, org_id, count(*), 'bookings_per_caller'
  from booked where caller_key not in ('anonymous', 'proved') group by caller_key, org_id
  union all
  select 'appointments and holds', 'Patient ' || contact_id, org_id, count(*), 'appointments_per_patient'
  from (select org_id, contact_id from booked union all select org_id, contact_id from held) visits
  where contact_id is not null group by contact_id, org_id
  union all
  select 'attempts', 'Code ' || code_id, code.org_id, max(tried.attempts), 'attempts'
  from private.code_attempts tried join verification_codes code on code.id = code_id group by code_id, code.org_id
), caps as (
  select org_id, cap.name, cap.value
  from sms_policies sms join booking_policies booking using (org_id)
  cross join lateral (values
    ('recipients_per_call', sms.max_recipients_per_call), ('recipients_per_caller', sms.max_recipients_per_caller),
    ('anonymous_recipients', sms.max_anonymous_recipients), ('texts_per_day', sms.max_texts_per_day),
    ('holds_per_call', booking.max_holds_per_call), ('holds_per_caller', booking.max_holds_per_caller),
    ('anonymous_holds', booking.max_anonymous_holds), ('holds', booking.max_holds),
    ('bookings_per_call', booking.max_bookings_per_call), ('bookings_per_caller', booking.max_bookings_per_caller),
    ('appointments_per_patient', booking.max_appointments_per_patient), ('attempts', 5)
  ) as cap (name, value)
)
select what, whose, count::integer, value::integer as cap from counted join caps on caps.org_id = counted.org_id and caps.name = counted.cap
where count > value
union all
select 'texts of a day', 'The platform', texts.count::integer, max_texts_per_day
from platform_settings, (select count(*) from today) texts where texts.count > max_texts_per_day`;
