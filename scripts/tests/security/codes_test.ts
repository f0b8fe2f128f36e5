/** What a code proves, to whom, and whose guesses use it up. */
import assert from "node:assert/strict";
import { type Clinic, clinics } from "../support/clinic.ts";

const world = clinics();

const VICTIM = "+12025550142";
const ATTACKER = "+12025550199";

async function bookVictim(clinic: Clinic): Promise<string> {
  const { result } = await clinic.call("bookClinicAppointment", {
    patientName: "Anna Example",
    patientPhone: VICTIM,
    appointmentDate: clinic.day(),
    appointmentTime: "09:00",
  }, { number: VICTIM });
  assert.equal(result.success, true, String(result.message));
  return String(result.appointmentId);
}

function wrong(code: string): string {
  return code === "999999" ? "100000" : String(Number(code) + 1);
}

Deno.test("a code proves the call in which it is said, not the one that asked for it", async () => {
  const clinic = await world.open();
  await bookVictim(clinic);
  const attack = { callId: crypto.randomUUID(), number: ATTACKER };
  const cancel = async (args = {}) =>
    (await clinic.call("cancelAppointment", { phone: VICTIM, ...args }, attack)).result;
  assert.equal((await cancel()).code, "code_sent");

  // The victim wonders what it is, calls the clinic, and reads it out.
  const code = await clinic.latestCode();
  const own = { callId: crypto.randomUUID(), number: VICTIM };
  const said = (await clinic.call("verifyBookingCode", { code }, own)).result;
  assert.equal(said.success, true);
  assert.equal((await cancel({ code })).code, "code_used");
  assert.equal((await cancel()).code, "code_sent");
  assert.deepEqual(await clinic.states(), ["confirmed"]);
  const text = await clinic.call("sendSms", { message: "Hello", phone: VICTIM }, attack);
  assert.equal(text.result.code, "sms_no_relation");
});

Deno.test("wrong guesses in one call use up nobody else's attempts", async () => {
  const clinic = await world.open();
  const callId = crypto.randomUUID();
  const { result } = await clinic.call("reserveAppointment", {
    patientName: "Anna Example",
    patientPhone: VICTIM,
    appointmentDate: clinic.day(),
    appointmentTime: "09:00",
  }, { callId });
  const code = await clinic.latestCode();
  const say = async (said: string, options: { callId: string; number?: string }) =>
    (await clinic.call("verifyBookingCode", { code: said, holdId: String(result.holdId) }, options))
      .result;
  for (let guesser = 0; guesser < 6; guesser++) {
    const options = { callId: crypto.randomUUID(), number: VICTIM };
    for (let guess = 0; guess < 5; guess++) await say(wrong(code), options);
    assert.equal((await say(code, options)).code, "too_many_attempts");
  }
  const mistaken = await say(wrong(code), { callId });
  assert.equal(mistaken.attemptsLeft, 4);
  assert.equal((await say(code, { callId })).success, true);
});

Deno.test("all other calls together guess at a code no more than 25 times", async () => {
  const clinic = await world.open();
  await bookVictim(clinic);
  await clinic.call("cancelAppointment", { phone: VICTIM });
  const code = await clinic.latestCode();
  const codes = [];
  for (let i = 0; i < 30; i++) {
    const { result } = await clinic.call("verifyBookingCode", { code: wrong(code) }, {
      number: VICTIM,
    });
    codes.push(result.code);
  }
  assert.equal(codes.filter((each) => each === "wrong_code").length, 25);
});

Deno.test("asking for a code in one call doesn't end the code that another one waits for", async () => {
  const clinic = await world.open();
  await bookVictim(clinic);
  const own = { callId: crypto.randomUUID() };
  const cancel = async (options: { callId: string }, args = {}) =>
    (await clinic.call("cancelAppointment", { phone: VICTIM, ...args }, options)).result;
  await cancel(own);
  const code = await clinic.latestCode();
  await cancel({ callId: crypto.randomUUID() });
  assert.equal((await cancel(own, { code })).success, true);
});
