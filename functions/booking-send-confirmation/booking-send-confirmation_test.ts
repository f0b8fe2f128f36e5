import assert from "node:assert/strict";
import {
  type CallOptions,
  type Clinic,
  clinics,
  SHAPES,
} from "../../scripts/tests/support/clinic.ts";

const world = clinics();

const ANNA = { patientName: "Anna Example", patientPhone: "+15551230001" };

async function book(clinic: Clinic, options: CallOptions = {}): Promise<string> {
  const args = { ...ANNA, appointmentDate: clinic.day(), appointmentTime: "09:00" };
  const { result } = await clinic.call("bookClinicAppointment", args, options);
  assert.equal(result.success, true);
  return String(result.appointmentId);
}

async function confirmations(clinic: Clinic): Promise<number> {
  return (await clinic.messages()).filter(({ kind }) => kind === "confirmation").length;
}

for (const shape of SHAPES) {
  Deno.test(`sendBookingConfirmation sends once, again only if asked, and refuses without appointment in the ${shape} format`, async () => {
    const clinic = await world.open();
    const callId = crypto.randomUUID();
    const send = async (args = {}) =>
      (await clinic.call("sendBookingConfirmation", args, { callId, shape })).result;

    assert.equal((await send()).code, "no_appointment");
    const appointmentId = await book(clinic, { callId });
    assert.equal(await confirmations(clinic), 1, "the booking sends one by itself");

    const repeated = await send();
    assert.equal(repeated.success, true);
    assert.equal(repeated.appointmentId, appointmentId);
    assert.deepEqual(repeated.notifications, { sms: "already_sent" });
    assert.equal(await confirmations(clinic), 1);

    const again = await send({ again: true });
    assert.deepEqual(again.notifications, { sms: "queued" });
    assert.equal(await confirmations(clinic), 2);
  });
}

Deno.test("the confirmation goes to the number on record and tells day and time", async () => {
  const clinic = await world.open();
  await book(clinic);
  const [message] = await clinic.messages();
  assert.equal(message?.recipient, ANNA.patientPhone);
  assert.match(
    message?.body ?? "",
    /^Example Clinic: your appointment is confirmed for Tuesday, \w+ \d+ at 9 AM\./,
  );
});

Deno.test("sendBookingConfirmation finds the appointment by its id, or by the caller's own number", async () => {
  const clinic = await world.open();
  const appointmentId = await book(clinic);
  const byId = (await clinic.call("sendBookingConfirmation", { appointmentId })).result;
  assert.equal(byId.success, true);
  const byNumber =
    (await clinic.call("sendBookingConfirmation", {}, { number: ANNA.patientPhone })).result;
  assert.equal(byNumber.appointmentId, appointmentId);
  const stranger =
    (await clinic.call("sendBookingConfirmation", {}, { number: "+15551230002" })).result;
  assert.equal(stranger.code, "no_appointment");
});

Deno.test("sendBookingConfirmation knows no appointment of another clinic", async () => {
  const [ours, theirs] = [await world.open(), await world.open()];
  const appointmentId = await book(theirs);
  const { result } = await ours.call("sendBookingConfirmation", { appointmentId }, {
    number: ANNA.patientPhone,
  });
  assert.equal(result.code, "no_appointment");
});

Deno.test("sendBookingConfirmation tells the number's owner alone that it has opted out, and sends once it opts in", async () => {
  const clinic = await world.open();
  const phone = ANNA.patientPhone;
  const { sql } = world.stack;
  await sql`insert into sms_opt_outs (phone, source, org_id) values (${phone}, 'staff', ${clinic.id})`;
  const appointmentId = await book(clinic);
  assert.equal(await confirmations(clinic), 0);
  const stranger = await clinic.call("sendBookingConfirmation", { appointmentId });
  assert.equal(stranger.result.code, "sms_blocked");
  const owner = await clinic.call("sendBookingConfirmation", { appointmentId }, { number: phone });
  assert.equal(owner.result.code, "sms_opted_out");

  await sql`update sms_opt_outs set opted_in_at = now() where org_id = ${clinic.id}`;
  const sent = (await clinic.call("sendBookingConfirmation", { appointmentId })).result;
  assert.deepEqual(sent.notifications, { sms: "queued" });
});

Deno.test("a clinic that switched confirmations off sends none, and the booking says so", async () => {
  const clinic = await world.open();
  await world.stack
    .sql`update booking_policies set sms_confirmations = false where org_id = ${clinic.id}`;
  const appointmentId = await book(clinic);
  assert.deepEqual(await clinic.messages(), []);
  const { result } = await clinic.call("sendBookingConfirmation", { appointmentId });
  assert.equal(result.code, "sms_switched_off");
});
