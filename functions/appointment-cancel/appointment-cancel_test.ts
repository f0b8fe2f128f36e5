import assert from "node:assert/strict";
import { type Clinic, clinics, SHAPES } from "../../scripts/tests/support/clinic.ts";

const world = clinics();

const ANNA = { patientName: "Anna Example", patientPhone: "+15551230001" };
const BEN = { patientName: "Ben Example", patientPhone: "+15551230002" };

async function book(
  clinic: Clinic,
  patient = ANNA,
  time = "09:00",
  callId?: string,
): Promise<string> {
  const args = { ...patient, appointmentDate: clinic.day(), appointmentTime: time };
  const { result } = await clinic.call("bookClinicAppointment", args, callId ? { callId } : {});
  assert.equal(result.success, true, String(result.message));
  return String(result.appointmentId);
}

/** Six digits that are not the code. */
function other(code: string): string {
  return code === "999999" ? "100000" : String(Number(code) + 1);
}

for (const shape of SHAPES) {
  Deno.test(`cancelAppointment cancels the caller's own and refuses when there is none in the ${shape} format`, async () => {
    const clinic = await world.open();
    const cancel = async () =>
      (await clinic.call("cancelAppointment", {}, { number: ANNA.patientPhone, shape })).result;
    assert.equal((await cancel()).code, "no_appointment");

    const appointmentId = await book(clinic);
    const cancelled = await cancel();
    assert.equal(cancelled.success, true, String(cancelled.message));
    assert.equal(cancelled.appointmentId, appointmentId);
    assert.match(String(cancelled.message), /^Cancelled: Tuesday, \w+ \d+ at 9 AM\./);
    assert.deepEqual(await clinic.states(), ["cancelled"]);
    assert.equal((await clinic.messages()).at(-1)?.kind, "cancellation");
    assert.equal((await cancel()).code, "no_appointment");
  });
}

Deno.test("a cancelled slot is free again", async () => {
  const clinic = await world.open();
  await book(clinic);
  await clinic.call("cancelAppointment", {}, { number: ANNA.patientPhone });
  await book(clinic, BEN);
  assert.deepEqual(await clinic.states(), ["cancelled", "confirmed"]);
});

Deno.test("cancelAppointment cancels what was booked in the same call, whatever number it comes from", async () => {
  const clinic = await world.open();
  const callId = crypto.randomUUID();
  await book(clinic, ANNA, "09:00", callId);
  assert.equal((await clinic.call("cancelAppointment", {}, { callId })).result.success, true);
});

Deno.test("cancelAppointment asks which one, and takes day, time or id for an answer", async () => {
  const clinic = await world.open();
  const first = await book(clinic, ANNA, "09:00");
  const second = await book(clinic, ANNA, "11:00");
  const third = await book(clinic, ANNA, "15:00");
  const cancel = async (args = {}) =>
    (await clinic.call("cancelAppointment", args, { number: ANNA.patientPhone })).result;

  const which = await cancel();
  assert.equal(which.code, "which_appointment");
  assert.match(String(which.message), /at 9 AM, .* at 11 AM or .* at 3 PM\. Which one\?$/);
  assert.ok(Array.isArray(which.appointments));
  assert.equal(which.appointments.length, 3);

  assert.equal((await cancel({ time: "11 am" })).appointmentId, second);
  assert.equal((await cancel({ appointmentId: third })).appointmentId, third);
  assert.equal((await cancel({ date: clinic.day() })).appointmentId, first);
});

Deno.test("an appointment of another number needs the code that is sent there", async () => {
  const clinic = await world.open();
  await book(clinic, BEN);
  const options = { callId: crypto.randomUUID(), number: ANNA.patientPhone };
  const cancel = async (args: Record<string, string>) =>
    (await clinic.call("cancelAppointment", { phone: BEN.patientPhone, ...args }, options)).result;

  assert.equal((await cancel({})).code, "code_sent");
  const code = await clinic.latestCode();
  assert.equal((await clinic.messages()).at(-1)?.recipient, BEN.patientPhone);
  const wrong = await cancel({ code: other(code) });
  assert.equal(wrong.code, "wrong_code");
  assert.equal(wrong.attemptsLeft, 4);
  assert.deepEqual(await clinic.states(), ["confirmed"]);
  assert.equal((await cancel({ code: [...code].join(" ") })).success, true);
  assert.deepEqual(await clinic.states(), ["cancelled"]);
});

Deno.test("a code given to verifyBookingCode proves the number for the rest of the call", async () => {
  const clinic = await world.open();
  await book(clinic, BEN);
  const options = { callId: crypto.randomUUID() };
  const args = { phone: BEN.patientPhone };
  await clinic.call("cancelAppointment", args, options);
  const proved = await clinic.call(
    "verifyBookingCode",
    { code: await clinic.latestCode() },
    options,
  );
  assert.equal(proved.result.verified, true);
  assert.equal((await clinic.call("cancelAppointment", args, options)).result.success, true);
});

Deno.test("the answer is the same whether or not a number has an appointment", async () => {
  const clinic = await world.open();
  await book(clinic, BEN);
  const before = (await clinic.messages()).length;
  const ask = async (phone: string) =>
    (await clinic.call("cancelAppointment", { phone }, { toolCallId: "same" })).text;
  const known = await ask(BEN.patientPhone);
  assert.equal((await clinic.messages()).length, before + 1);
  assert.equal(await ask("+15551230077"), known);
  assert.equal(
    (await clinic.messages()).length,
    before + 1,
    "nothing is sent to a number without appointment",
  );
});

Deno.test("a number that gets no more codes keeps the last one that was sent, with its attempts", async () => {
  const clinic = await world.open();
  await book(clinic, BEN);
  const { sql } = world.stack;
  await sql`update sms_policies set max_codes_per_hour = 2 where org_id = ${clinic.id}`;
  const callId = crypto.randomUUID();
  const cancel = async (args: Record<string, string> = {}) =>
    (await clinic.call("cancelAppointment", { phone: BEN.patientPhone, ...args }, { callId }))
      .result;

  const answers = [await cancel(), await cancel()];
  const code = await clinic.latestCode();
  const wrong = await cancel({ code: other(code) });
  assert.equal(wrong.attemptsLeft, 4);
  answers.push(await cancel());
  assert.equal((await clinic.messages()).filter(({ kind }) => kind === "code").length, 2);
  const codes = await sql`select from verification_codes where org_id = ${clinic.id}`;
  assert.equal(codes.length, 2, "no code without its text");
  assert.deepEqual(answers[2], answers[0], "who gets texts is nobody else's business");
  const again = await cancel({ code: other(code) });
  assert.equal(again.attemptsLeft, 3, "no fresh attempts");
  assert.equal((await cancel({ code })).success, true);
});

Deno.test("no code is made for a number that wants no texts, and the answer doesn't say so", async () => {
  const clinic = await world.open();
  await book(clinic, BEN);
  const { sql } = world.stack;
  await sql`insert into sms_opt_outs (phone, org_id, source) values (${BEN.patientPhone}, ${clinic.id}, 'staff')`;
  const { result } = await clinic.call("cancelAppointment", { phone: BEN.patientPhone });
  assert.equal(result.code, "code_sent");
  assert.equal((await sql`select from verification_codes where org_id = ${clinic.id}`).length, 0);
});

Deno.test("cancelAppointment believes an id only where it is one of the caller's own", async () => {
  const clinic = await world.open();
  const appointmentId = await book(clinic, BEN);
  const { result } = await clinic.call("cancelAppointment", { appointmentId }, {
    number: ANNA.patientPhone,
  });
  assert.equal(result.code, "no_appointment");
  assert.deepEqual(await clinic.states(), ["confirmed"]);
});

Deno.test("cancelAppointment asks for the number when the call has none", async () => {
  const clinic = await world.open();
  assert.equal((await clinic.call("cancelAppointment", {})).result.code, "phone_needed");
});

Deno.test("cancelled twice at once, an appointment is cancelled once and one text goes out", async () => {
  const clinic = await world.open();
  await book(clinic);
  const answers = await Promise.all(
    Array.from(
      { length: 5 },
      () => clinic.call("cancelAppointment", {}, { number: ANNA.patientPhone }),
    ),
  );
  assert.equal(answers.filter(({ result }) => result.success === true).length, 1);
  assert.equal((await clinic.messages()).filter(({ kind }) => kind === "cancellation").length, 1);
});
