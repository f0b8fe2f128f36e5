import assert from "node:assert/strict";
import { type Clinic, clinics, SHAPES } from "../../scripts/tests/support/clinic.ts";

const world = clinics();

const ANNA = { patientName: "Anna Example", patientPhone: "+15551230001" };
const BEN = { patientName: "Ben Example", patientPhone: "+15551230002" };

function booking(clinic: Clinic, patient: typeof ANNA, time = "09:00") {
  return { ...patient, appointmentDate: clinic.day(), appointmentTime: time };
}

for (const shape of SHAPES) {
  Deno.test(`reserveAppointment holds the slot and sends a code in the ${shape} format`, async () => {
    const clinic = await world.open();
    const { result, text } = await clinic.call("reserveAppointment", booking(clinic, ANNA), {
      shape,
    });
    assert.equal(result.success, true, String(result.message));
    assert.deepEqual(result.notifications, { sms: "queued" });
    const minutes = (Date.parse(String(result.expiresAt)) - Date.now()) / 60_000;
    assert.ok(minutes > 9 && minutes <= 10, `expires in ${minutes} min`);

    const [message, ...more] = await clinic.messages();
    assert.equal(message?.recipient, ANNA.patientPhone);
    assert.match(
      message?.body ?? "",
      /^Example Clinic: your code is \d{6}\. It is valid for 10 minutes\./,
    );
    assert.deepEqual(more, []);
    assert.ok(!text.includes(await clinic.latestCode()), "the answer doesn't hold the code");
    assert.deepEqual(await clinic.states(), ["held"]);

    const refused =
      (await clinic.call("reserveAppointment", booking(clinic, BEN), { shape })).result;
    assert.equal(refused.code, "slot_taken");
    assert.equal((await clinic.messages()).length, 1);
  });
}

Deno.test("reserveAppointment keeps the code as a hash only", async () => {
  const clinic = await world.open();
  await clinic.call("reserveAppointment", booking(clinic, ANNA));
  const code = await clinic.latestCode();
  const [row] = await world.stack.sql`
    select code_hash, (select jsonb_agg(calls) from tool_calls calls where calls.org_id = codes.org_id)::text as calls
    from verification_codes codes where org_id = ${clinic.id}`;
  assert.match(row?.code_hash, /^\$2a\$/);
  assert.ok(!row?.calls.includes(code));
});

Deno.test("reserveAppointment takes over the hold of its own call", async () => {
  const clinic = await world.open();
  const callId = crypto.randomUUID();
  const held =
    (await clinic.call("reserveSlot", { date: clinic.day(), time: "09:00" }, { callId })).result;
  const reserved =
    (await clinic.call("reserveAppointment", booking(clinic, ANNA), { callId })).result;
  assert.equal(reserved.holdId, held.holdId);
  assert.deepEqual(await clinic.states(), ["held"]);
});

Deno.test("reserveAppointment asked again in the same call sends a new code, and only that one counts", async () => {
  const clinic = await world.open();
  const callId = crypto.randomUUID();
  const first = (await clinic.call("reserveAppointment", booking(clinic, ANNA), { callId })).result;
  const oldCode = await clinic.latestCode();
  const again = (await clinic.call("reserveAppointment", booking(clinic, ANNA), { callId })).result;
  assert.equal(again.holdId, first.holdId);
  const newCode = await clinic.latestCode();
  if (oldCode !== newCode) {
    assert.equal(
      (await clinic.call("verifyBookingCode", { code: oldCode }, { callId })).result.code,
      "wrong_code",
    );
  }
  assert.equal(
    (await clinic.call("verifyBookingCode", { code: newCode }, { callId })).result.success,
    true,
  );
});

Deno.test("a reservation that waits for its code can't be booked around it", async () => {
  const clinic = await world.open();
  const callId = crypto.randomUUID();
  await clinic.call("reserveAppointment", booking(clinic, ANNA), { callId });
  for (const tool of ["bookClinicAppointment", "reserveSlot"]) {
    const args = { ...booking(clinic, ANNA), date: clinic.day(), time: "09:00" };
    const { result } = await clinic.call(tool, args, { callId });
    assert.equal(result.code, "verification_pending");
  }
  assert.deepEqual(await clinic.states(), ["held"]);
});

Deno.test("reserveAppointment recognises what the patient has booked already", async () => {
  const clinic = await world.open();
  const booked = (await clinic.call("bookClinicAppointment", booking(clinic, ANNA))).result;
  const again = (await clinic.call(
    "reserveAppointment",
    booking(clinic, { ...ANNA, patientName: "anna  example" }),
  )).result;
  assert.equal(again.success, true);
  assert.equal(again.appointmentId, booked.appointmentId);
  assert.deepEqual(await clinic.states(), ["confirmed"]);
});

Deno.test("a number that opted out gets no code, and the reservation is undone with it", async () => {
  const clinic = await world.open();
  const callId = crypto.randomUUID();
  const phone = "+15551239901";
  await world.stack
    .sql`insert into sms_opt_outs (phone, source, org_id) values (${phone}, 'staff', ${clinic.id})`;
  await clinic.call("reserveSlot", { date: clinic.day(), time: "09:00" }, { callId });
  const args = booking(clinic, { ...ANNA, patientPhone: phone });
  const { result } = await clinic.call("reserveAppointment", args, { callId });
  assert.equal(result.code, "sms_blocked", "who opted out is nobody else's business");
  const rows = await world.stack
    .sql`select state, contact_id from appointments where org_id = ${clinic.id}`;
  assert.deepEqual(
    rows.map((row) => ({ ...row })),
    [{ state: "held", contact_id: null }],
    "the first hold is as it was",
  );
  assert.deepEqual(await clinic.messages(), []);
});

Deno.test("a number gets so many codes an hour and no more", async () => {
  const clinic = await world.open();
  await world.stack.sql`update sms_policies set max_codes_per_hour = 2 where org_id = ${clinic.id}`;
  const reserve = async (time: string) =>
    (await clinic.call("reserveAppointment", booking(clinic, ANNA, time))).result;
  assert.equal((await reserve("09:00")).success, true);
  assert.equal((await reserve("10:00")).success, true);
  assert.equal((await reserve("11:00")).code, "sms_frequency_cap");
  assert.deepEqual(await clinic.states(), ["held", "held"]);
});

Deno.test("50 parallel reservations of one slot make one hold and one code", async () => {
  const clinic = await world.open();
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      clinic.call(
        "reserveAppointment",
        booking(clinic, {
          patientName: `Patient ${i}`,
          patientPhone: `+1555125${String(i).padStart(4, "0")}`,
        }),
      )),
  );
  assert.equal(answers.filter(({ result }) => result.success === true).length, 1);
  assert.equal(answers.filter(({ result }) => result.code === "slot_taken").length, 49);
  assert.deepEqual(await clinic.states(), ["held"]);
  assert.equal((await clinic.messages()).length, 1);
});
