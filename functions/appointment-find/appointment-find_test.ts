import assert from "node:assert/strict";
import { type Clinic, clinics, SHAPES } from "../../scripts/tests/support/clinic.ts";

import { twoPlaces } from "../../scripts/tests/support/doctors.ts";

const world = clinics();

const ANNA = { patientName: "Anna Example", patientPhone: "+15551230001" };
const STRANGER = "+15551230009";

async function book(clinic: Clinic, appointmentTime: string, patient = ANNA): Promise<string> {
  const args = { ...patient, appointmentDate: clinic.day(), appointmentTime };
  const { result } = await clinic.call("bookClinicAppointment", args);
  assert.equal(result.success, true, String(result.message));
  return String(result.appointmentId);
}

const find = async (clinic: Clinic, number: string, args: Record<string, string> = {}) =>
  (await clinic.call("findAppointments", args, { number })).result;

for (const shape of SHAPES) {
  Deno.test(`findAppointments tells the caller's own, or that there is none, in the ${shape} format`, async () => {
    const clinic = await world.open();
    const ask = async () =>
      (await clinic.call("findAppointments", {}, { number: ANNA.patientPhone, shape })).result;
    assert.equal((await ask()).code, "no_appointment");
    const appointmentId = await book(clinic, "09:00");
    const found = await ask();
    assert.equal(found.success, true, String(found.message));
    assert.match(String(found.message), /^Your appointment is on Tuesday, \w+ \d+ at 9 AM\.$/);
    assert.partialDeepStrictEqual(found.appointments, [{ appointmentId, service: "Appointment" }]);
  });
}

Deno.test("findAppointments tells several in order, a family's by name, and changes none", async () => {
  const clinic = await world.open();
  await book(clinic, "11:00", { ...ANNA, patientName: "Ben Example" });
  await book(clinic, "09:00");
  const { success, message } = await find(clinic, ANNA.patientPhone);
  assert.equal(success, true);
  assert.match(
    String(message),
    /^Your appointments: for Anna Example on .* at 9 AM; for Ben Example on .* at 11 AM\.$/,
  );
  assert.deepEqual(await clinic.states(), ["confirmed", "confirmed"]);
});

Deno.test("findAppointments says at which of several places a visit is", async () => {
  const clinic = await twoPlaces(world);
  const at = async (appointmentTime: string, provider: string) => {
    const args = { ...ANNA, appointmentDate: clinic.day(), service: "Check-up" };
    const { result } = await clinic.call("bookClinicAppointment", {
      ...args,
      appointmentTime,
      provider,
    });
    assert.equal(result.success, true, String(result.message));
  };
  await at("09:00", "Uptown");
  const one = await find(clinic, ANNA.patientPhone);
  assert.match(String(one.message), / at 9 AM \(Uptown, 99 High St\)\.$/);
  assert.partialDeepStrictEqual(one.appointments, [{ location: "Uptown" }]);
  await at("11:00", "Downtown");
  const both = await find(clinic, ANNA.patientPhone);
  assert.match(String(both.message), / at 9 AM \(Uptown\); .* at 11 AM \(Downtown\)\.$/);
  assert.partialDeepStrictEqual(both.appointments, [{ location: "Uptown" }, {
    location: "Downtown",
  }]);
});

Deno.test("findAppointments tells a stranger nothing of another number, until its code is said", async () => {
  const clinic = await world.open();
  await book(clinic, "09:00");
  const phone = ANNA.patientPhone;
  const callId = crypto.randomUUID();
  const ask = async (args: Record<string, string>) =>
    (await clinic.call("findAppointments", args, { number: STRANGER, callId })).result;
  const asked = await ask({ phone });
  assert.equal(asked.code, "code_sent");
  assert.ok(!JSON.stringify(asked).includes("9 AM"));
  const code = /\b\d{6}\b/.exec((await clinic.messages()).at(-1)?.body ?? "")?.[0] ?? "";
  const found = await ask({ phone, code });
  assert.equal(found.success, true, String(found.message));
  assert.match(String(found.message), /^Your appointment is on /);
});
