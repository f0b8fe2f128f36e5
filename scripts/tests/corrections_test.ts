/** A booking repeated with another name is corrected or asked about, never taken over, and never a second row unasked. */
import assert from "node:assert/strict";
import type { JsonObject } from "../../shared/json.ts";
import { type Clinic, clinics } from "./support/clinic.ts";

const world = clinics();

/** Books in one conversation. */
function conversation(clinic: Clinic, tool = "bookClinicAppointment") {
  const callId = crypto.randomUUID();
  return async (patientName: string, more: JsonObject = {}) =>
    (await clinic.call(tool, {
      patientName,
      patientPhone: "+12025550142",
      appointmentDate: clinic.day(),
      appointmentTime: "10:00",
      ...more,
    }, { callId })).result;
}

async function names(clinic: Clinic): Promise<(string | null)[][]> {
  const rows = await clinic.stack.sql<{ visit: string; patient: string; contact: string }[]>`
    select visit.patient_name as visit, patient.name as patient, contact.name as contact
    from appointments visit join contacts contact on contact.id = contact_id join patients patient on patient.id = patient_id
    where visit.org_id = ${clinic.id} and state = 'confirmed' order by visit.created_at`;
  return rows.map(({ visit, patient, contact }) => [visit, patient, contact]);
}

Deno.test("a name that was misheard is corrected everywhere, in one appointment", async () => {
  const clinic = await world.open();
  const book = conversation(clinic);
  const first = await book("Katherine Jones");
  const again = await book("Catherine Jones");
  assert.deepEqual([again.success, again.appointmentId], [true, first.appointmentId]);
  assert.match(String(again.message), /^I have corrected the name to Catherine Jones: Tuesday/);
  assert.deepEqual(await names(clinic), [[
    "Catherine Jones",
    "Catherine Jones",
    "Catherine Jones",
  ]]);
  const [{ count } = { count: 0 }] = await clinic.stack.sql<{ count: number }[]>`
    select count(*)::int as count from patients where org_id = ${clinic.id}`;
  assert.equal(count, 1);
  assert.equal((await clinic.messages()).length, 1, "the text names nobody, so one is enough");
});

Deno.test("a quite different name is asked about, and either answer is carried out", async () => {
  for (const tool of ["bookClinicAppointment", "reserveAppointment"]) {
    const clinic = await world.open();
    await clinic.stack.sql`insert into calendars (org_id, name) values (${clinic.id}, 'Second')`;
    const book = conversation(clinic);
    const first = await book("Anna Jones");
    const asked = await conversationOf(clinic, tool, String(first.appointmentId))("Ben Jones");
    assert.equal(asked.code, "another_patient");
    assert.match(
      String(asked.message),
      /booked for Anna Jones already\. Is Ben Jones another patient/,
    );
    assert.deepEqual(await clinic.states(), ["confirmed"]);
  }
  const clinic = await world.open();
  await clinic.stack.sql`insert into calendars (org_id, name) values (${clinic.id}, 'Second')`;
  const book = conversation(clinic);
  await book("Anna Jones");
  assert.equal((await book("Hannelore Smith", { anotherPatient: "no" })).success, true);
  assert.deepEqual((await names(clinic)).map(([visit]) => visit), ["Hannelore Smith"]);
  assert.equal((await book("Ben Jones", { anotherPatient: true })).success, true);
  assert.deepEqual((await names(clinic)).map(([visit]) => visit), ["Hannelore Smith", "Ben Jones"]);
});

Deno.test("a number that was misheard is asked about: never taken, never a second row; cancelled, it is booked anew", async () => {
  const clinic = await world.open();
  await clinic.stack.sql`insert into calendars (org_id, name) values (${clinic.id}, 'Second')`;
  const callId = crypto.randomUUID();
  const book = (patientPhone: string, more: JsonObject = {}) =>
    clinic.call("bookClinicAppointment", {
      patientName: "Jane Roe",
      patientPhone,
      appointmentDate: clinic.day(),
      appointmentTime: "10:00",
      ...more,
    }, { callId });
  const { result: first } = await book("+12025550142");
  const { result: asked } = await book("+12025550143");
  assert.deepEqual([asked.code, asked.appointmentId], ["other_number", first.appointmentId]);
  assert.match(
    String(asked.message),
    /booked for Jane Roe already, under the number that ends in 42/,
  );
  assert.deepEqual(await clinic.states(), ["confirmed"]);
  const { appointmentId = "" } = asked;
  const { result: cancelled } = await clinic.call("cancelAppointment", { appointmentId }, {
    callId,
  });
  assert.equal(cancelled.success, true, String(cancelled.message));
  assert.equal((await book("+12025550143")).result.success, true);
  assert.deepEqual(await clinic.states(), ["cancelled", "confirmed"]);
  // Another patient with nearly that name is another booking.
  const { result: other } = await book("+12025550144", {
    patientName: "Janet Roe",
    anotherPatient: true,
  });
  assert.equal(other.success, true, String(other.message));
});

Deno.test("an e-mail address that is said after the booking is kept", async () => {
  const clinic = await world.open();
  const book = conversation(clinic);
  await book("Jane Roe");
  const { success, appointmentId } = await book("Jane Roe", { patientEmail: "jane@example.com" });
  const [row] = await clinic.stack.sql<{ email: string }[]>`
    select email from contacts where org_id = ${clinic.id}`;
  assert.deepEqual([success, row?.email, (await names(clinic)).length], [
    true,
    "jane@example.com",
    1,
  ]);
  assert.ok(appointmentId);
});

Deno.test("another conversation's booking is not corrected", async () => {
  const clinic = await world.open();
  await conversation(clinic)("Katherine Jones");
  assert.equal((await conversation(clinic)("Catherine Jones")).code, "slot_taken");
  assert.deepEqual((await names(clinic)).map(([visit]) => visit), ["Katherine Jones"]);
});

/** Continues the conversation that booked this appointment. */
function conversationOf(clinic: Clinic, tool: string, appointmentId: string) {
  return async (patientName: string) => {
    const [row] = await clinic.stack.sql<{ call_id: string }[]>`
      select call_id from appointments where id = ${appointmentId}`;
    const { result } = await clinic.call(tool, {
      patientName,
      patientPhone: "+12025550142",
      appointmentDate: clinic.day(),
      appointmentTime: "10:00",
    }, { callId: row?.call_id ?? "" });
    return result;
  };
}
