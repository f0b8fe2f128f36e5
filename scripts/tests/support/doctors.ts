/** Clinics in which not everybody does everything, and what callers ask there. */
import assert from "node:assert/strict";
import type { JsonObject } from "../../../shared/json.ts";
import type { Caller, Clinic, Clinics } from "./clinic.ts";

export const JANE = { patientName: "Jane Roe", patientPhone: "+12025550142" };

/** Dr. Lee cleans in 30 minutes and Dr. Wu in 60; Dr. Fox does not. Everybody does check-ups, and nobody whitens. */
export async function threeDoctors(world: Clinics): Promise<Clinic> {
  const clinic = await world.open();
  const { sql } = clinic.stack;
  await sql`delete from calendars where org_id = ${clinic.id}`;
  await sql`delete from services where org_id = ${clinic.id}`;
  await sql`
    insert into calendars (org_id, name, position)
    values (${clinic.id}, 'Dr. Fox', 0), (${clinic.id}, 'Dr. Lee', 1), (${clinic.id}, 'Dr. Wu', 2)`;
  await sql`
    insert into services (org_id, name, duration_minutes, position)
    values (${clinic.id}, 'Check-up', 30, 0), (${clinic.id}, 'Cleaning', 30, 1), (${clinic.id}, 'Whitening', 30, 2)`;
  await offer(clinic, "Cleaning", { "Dr. Lee": null, "Dr. Wu": 60 });
  await offer(clinic, "Whitening", { "Dr. Lee": null });
  return clinic;
}

export async function offer(
  clinic: Clinic,
  service: string,
  minutes: Record<string, number | null>,
): Promise<void> {
  for (const [calendar, duration] of Object.entries(minutes)) {
    await clinic.stack.sql`
      insert into calendar_services (org_id, calendar_id, service_id, duration_minutes)
      select ${clinic.id}, c.id, s.id, ${duration} from calendars c, services s
      where c.org_id = ${clinic.id} and s.org_id = ${clinic.id} and c.name = ${calendar} and s.name = ${service}`;
  }
}

/** A caller's words to a tool; what the tool answers. */
export async function ask(
  clinic: Clinic,
  tool: string,
  args: JsonObject,
  caller: Caller = {},
): Promise<JsonObject> {
  const { result, error } = await clinic.call(tool, args, caller);
  assert.equal(error, null);
  return result;
}

export const check = (clinic: Clinic, args: JsonObject, caller?: Caller): Promise<JsonObject> =>
  ask(clinic, "checkAvailability", { date: clinic.day(), ...args }, caller);

export const book = (
  clinic: Clinic,
  time: string,
  args: JsonObject = {},
  caller?: Caller,
): Promise<JsonObject> =>
  ask(clinic, "bookClinicAppointment", {
    appointmentDate: clinic.day(),
    appointmentTime: time,
    ...JANE,
    ...args,
  }, caller);

/** "Dr. Lee 10:00-10:30" for each visit that is booked or held. */
export async function visits(clinic: Clinic): Promise<string[]> {
  const rows = await clinic.stack.sql<{ visit: string }[]>`
    select calendar.name || to_char(starts_at at time zone 'America/New_York', ' HH24:MI-')
      || to_char(ends_at at time zone 'America/New_York', 'HH24:MI') as visit
    from appointments join calendars calendar on calendar.id = calendar_id
    where appointments.org_id = ${clinic.id} and state in ('confirmed', 'held') order by starts_at, 1`;
  return rows.map(({ visit }) => visit);
}

/** Dr. Fox and Dr. Lee downtown, Dr. Wu uptown. */
export async function twoPlaces(world: Clinics): Promise<Clinic> {
  const clinic = await threeDoctors(world);
  const { sql } = clinic.stack;
  await sql`
    insert into locations (org_id, name, address, position)
    values (${clinic.id}, 'Downtown', '12 Main St', 0), (${clinic.id}, 'Uptown', '99 High St', 1)`;
  await sql`
    update calendars set location_id = (
      select id from locations
      where org_id = ${clinic.id} and locations.name = case calendars.name when 'Dr. Wu' then 'Uptown' else 'Downtown' end)
    where org_id = ${clinic.id}`;
  return clinic;
}
