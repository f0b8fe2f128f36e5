/** A provider who has left, and a service that is no longer offered: callers are told, and hear what there is instead. */
import assert from "node:assert/strict";
import { clinics } from "./support/clinic.ts";

const world = clinics();
const PATIENT = { patientName: "Jane Roe", patientPhone: "+12025550142" };
const CALLER = { number: "+12025550142" };

async function clinicOfTwo() {
  const clinic = await world.open();
  const { sql } = world.stack;
  await sql`update calendars set name = 'Dr. Wu' where org_id = ${clinic.id}`;
  await sql`insert into calendars (org_id, name, position) values (${clinic.id}, 'Dr. Lee', 1)`;
  await sql`
    insert into services (org_id, name, duration_minutes, position)
    values (${clinic.id}, 'Cleaning', 30, 1), (${clinic.id}, 'Whitening', 30, 2)`;
  const { result } = await clinic.call("bookClinicAppointment", {
    ...PATIENT,
    appointmentDate: clinic.day(),
    appointmentTime: "10:00",
    provider: "Dr. Wu",
  });
  assert.equal(result.success, true, String(result.message));
  return { clinic, sql, appointmentId: String(result.appointmentId) };
}

Deno.test("a visit with a provider who has left is moved to another one, who is named", async () => {
  const { clinic, sql, appointmentId } = await clinicOfTwo();
  await sql`update calendars set active = false where org_id = ${clinic.id} and name = 'Dr. Wu'`;
  for (const time of ["10:00", "11:30"]) {
    const { result } = await clinic.call("rescheduleAppointment", {
      newDate: clinic.day(),
      newTime: time,
    }, CALLER);
    assert.equal(result.success, true, String(result.message));
    const [row] = await sql`
      select name, to_char(starts_at at time zone 'America/New_York', 'HH24:MI') as time
      from appointments join calendars on calendars.id = calendar_id where appointments.id = ${appointmentId}`;
    assert.deepEqual({ ...row }, { name: "Dr. Lee", time });
    if (time === "10:00") {
      assert.match(
        String(result.message),
        /^Dr\. Wu no longer takes appointments here\. Moved to Dr\. Lee, /,
      );
    }
  }
});

Deno.test("where the others are not free either, the caller hears who has left and what they have", async () => {
  const { clinic, sql } = await clinicOfTwo();
  await sql`update calendars set active = false where org_id = ${clinic.id} and name = 'Dr. Wu'`;
  await sql`
    insert into closures (org_id, first_day, last_day) values (${clinic.id}, ${clinic.day(3)}, ${
    clinic.day(3)
  })`;
  const { result } = await clinic.call("rescheduleAppointment", {
    newDate: clinic.day(3),
    newTime: "10:00",
  }, CALLER);
  assert.equal(result.code, "closed");
  assert.match(
    String(result.message),
    /^Dr\. Wu no longer takes appointments here, so I looked with the others\./,
  );
  assert.ok(Array.isArray(result.alternatives) && result.alternatives.length > 0);
});

Deno.test("a visit stays with its provider as long as they are there", async () => {
  const { clinic, sql } = await clinicOfTwo();
  const { result } = await clinic.call("rescheduleAppointment", {
    newDate: clinic.day(),
    newTime: "11:00",
  }, CALLER);
  assert.match(String(result.message), /^Moved to Tuesday/);
  const [row] = await sql`
    select name from appointments join calendars on calendars.id = calendar_id where appointments.org_id = ${clinic.id}`;
  assert.equal(row?.name, "Dr. Wu");
});

Deno.test("a caller who asks for a provider or a service that is gone hears that, and what is available", async () => {
  const { clinic, sql } = await clinicOfTwo();
  await sql`insert into calendars (org_id, name, position) values (${clinic.id}, 'Dr. Peter Wu', 2)`;
  await sql`update calendars set active = false where org_id = ${clinic.id} and name = 'Dr. Wu'`;
  await sql`update services set active = false where org_id = ${clinic.id} and name = 'Whitening'`;
  const ask = async (wish: Record<string, string>) =>
    (await clinic.call("checkAvailability", { date: clinic.day(), ...wish })).result;
  const who = await ask({ provider: "Doctor Wu" });
  assert.equal(who.code, "unknown_provider");
  assert.match(
    String(who.message),
    /^Dr\. Wu no longer takes appointments here\. I can book with Dr\. Lee or Dr\. Peter Wu\./,
  );
  const what = await ask({ service: "whitening" });
  assert.equal(what.code, "unknown_service");
  assert.match(
    String(what.message),
    /^Whitening is no longer offered\. I can book Appointment or Cleaning\./,
  );
});
