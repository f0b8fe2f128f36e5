/** A family with one phone: several patients of one contact, distinguished by name. */
import assert from "node:assert/strict";
import type { JsonObject } from "../../shared/json.ts";
import { type Answer, type Clinic, clinics } from "./support/clinic.ts";

const world = clinics();
const PHONE = "+12025550142";
const FAMILY = { callId: "parent", number: PHONE };

async function book(clinic: Clinic, patientName: string, time: string, more: JsonObject = {}) {
  const { result } = await clinic.call("bookClinicAppointment", {
    patientName,
    patientPhone: PHONE,
    appointmentDate: clinic.day(),
    appointmentTime: time,
    ...more,
  });
  assert.equal(result.success, true, String(result.message));
  return String(result.appointmentId);
}

/** A clinic that two children of one phone number visit. */
async function ofFamily() {
  const clinic = await world.open();
  await world.stack
    .sql`insert into calendars (org_id, name, position) values (${clinic.id}, 'Dr. Wu', 1)`;
  const ann = await book(clinic, "Ann Roe", "10:00");
  const ben = await book(clinic, "Ben Roe", "10:00");
  return { clinic, ann, ben };
}

const named = ({ result }: Answer) =>
  Array.isArray(result.appointments)
    ? result.appointments.map((each) =>
      typeof each === "object" && each !== null && "patientName" in each ? each.patientName : null
    )
    : [];

Deno.test("a contact has several patients, and keeps its own name", async () => {
  const { clinic } = await ofFamily();
  await book(clinic, "ANN ROE", "11:00");
  const patients = await world.stack.sql`
    select patient.name, count(visit.id)::int as visits
    from patients patient join appointments visit on visit.patient_id = patient.id
    where patient.org_id = ${clinic.id} group by patient.id order by patient.name`;
  assert.deepEqual(patients.map((row) => ({ ...row })), [
    { name: "Ann Roe", visits: 2 },
    { name: "Ben Roe", visits: 1 },
  ]);
  const contacts = await world.stack.sql`select name from contacts where org_id = ${clinic.id}`;
  assert.deepEqual(contacts.map(({ name }) => name), ["Ann Roe"]);
});

Deno.test("short names that differ by their last letter are two people, a name with an umlaut written out is one", async () => {
  const { clinic } = await ofFamily();
  const jo = await book(clinic, "Jo Roe", "11:00");
  const joe = await book(clinic, "Joe Roe", "11:00");
  assert.notEqual(joe, jo);
  const said = await book(clinic, "Uwe Müller", "12:00");
  assert.equal(await book(clinic, "Uwe Mueller", "12:00"), said);
});

Deno.test("two patients of one name and number are told apart by their dates of birth", async () => {
  const { clinic, ann } = await ofFamily();
  const [patient] = await world.stack.sql`
    update patients set date_of_birth = '1980-02-03'
    where id = (select patient_id from appointments where id = ${ann}) returning contact_id`;
  await world.stack.sql`
    insert into patients (org_id, contact_id, name, date_of_birth)
    values (${clinic.id}, ${patient?.contact_id}, 'Ann Roe', '2020-02-03')`;
  await assert.rejects(
    Promise.resolve(world.stack.sql`
      insert into patients (org_id, contact_id, name, date_of_birth)
      values (${clinic.id}, ${patient?.contact_id}, 'ann roe', '2020-02-03')`),
    /patients_one_per_name/,
  );
});

Deno.test("a caller from the family's number hears whose visits there are, and cancels one", async () => {
  const { clinic, ann, ben } = await ofFamily();
  const asked = await clinic.call("cancelAppointment", {}, FAMILY);
  assert.equal(asked.result.code, "which_appointment");
  assert.match(
    String(asked.result.message),
    /^There are several appointments: for Ann Roe on Tuesday, .+ at 10 AM or for Ben Roe on Tuesday, .+ at 10 AM\. Which one\?$/,
  );
  assert.deepEqual(named(asked), ["Ann Roe", "Ben Roe"]);
  const { result } = await clinic.call("cancelAppointment", { appointmentId: ben }, FAMILY);
  assert.equal(result.success, true);
  const left = await world.stack.sql`
    select id from appointments where org_id = ${clinic.id} and state = 'confirmed'`;
  assert.deepEqual(left.map(({ id }) => id), [ann]);
});

Deno.test("another caller hears the names after the code that was sent to the number, not before", async () => {
  const { clinic } = await ofFamily();
  const stranger = { callId: "stranger", number: "+12025550177" };
  const before = await clinic.call("cancelAppointment", { phone: PHONE }, stranger);
  assert.equal(before.result.code, "code_sent");
  assert.ok(!/Ann|Ben/.test(before.text));
  const after = await clinic.call(
    "cancelAppointment",
    { phone: PHONE, code: await clinic.latestCode() },
    stranger,
  );
  assert.deepEqual(named(after), ["Ann Roe", "Ben Roe"]);
});

Deno.test("a caller without a number hears times only, of what was booked in the same call", async () => {
  const clinic = await world.open();
  const call = { callId: "web call" };
  for (const [patientName, appointmentTime] of [["Ann Roe", "10:00"], ["Ben Roe", "11:00"]]) {
    const { result } = await clinic.call("bookClinicAppointment", {
      patientName: patientName ?? "",
      patientPhone: PHONE,
      appointmentDate: clinic.day(),
      appointmentTime: appointmentTime ?? "",
    }, call);
    assert.equal(result.success, true, String(result.message));
  }
  const asked = await clinic.call("cancelAppointment", {}, call);
  assert.equal(asked.result.code, "which_appointment");
  assert.ok(!/Ann|Ben/.test(asked.text));
});

Deno.test("the visits of one patient are told apart by time alone", async () => {
  const clinic = await world.open();
  await book(clinic, "Ann Roe", "10:00");
  await book(clinic, "Ann Roe", "11:00");
  const asked = await clinic.call("cancelAppointment", {}, FAMILY);
  assert.equal(asked.result.code, "which_appointment");
  assert.ok(!/Ann/.test(asked.text));
});

Deno.test("erasing a number erases all of its patients, and where they were named", async () => {
  const { clinic } = await ofFamily();
  await clinic.call("cancelAppointment", {}, FAMILY);
  await world.stack.sql`select erase_patient(${clinic.id}, ${PHONE})`;
  const [left] = await world.stack.sql`
    select (select count(*)::int from patients where org_id = ${clinic.id}) as patients,
      (select count(*)::int from tool_calls where org_id = ${clinic.id} and answer::text ~ 'Ann|Ben') as answers,
      (select count(*)::int from appointments where org_id = ${clinic.id} and patient_name is not null) as visits`;
  assert.deepEqual({ ...left }, { patients: 0, answers: 0, visits: 0 });
});
