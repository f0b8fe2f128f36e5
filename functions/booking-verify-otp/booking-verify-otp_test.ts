import assert from "node:assert/strict";
import { type Clinic, clinics, SHAPES } from "../../scripts/tests/support/clinic.ts";

const world = clinics();

const ANNA = { patientName: "Anna Example", patientPhone: "+15551230001" };

/** Reserves an appointment and returns the call, the hold and the code that was sent. */
async function reserve(clinic: Clinic, time = "09:00") {
  const callId = crypto.randomUUID();
  const args = { ...ANNA, appointmentDate: clinic.day(), appointmentTime: time };
  const { result } = await clinic.call("reserveAppointment", args, { callId });
  assert.equal(result.success, true, String(result.message));
  return { callId, holdId: String(result.holdId), code: await clinic.latestCode() };
}

/** Six digits that are not the code. */
function wrong(code: string): string {
  return code === "999999" ? "100000" : String(Number(code) + 1);
}

for (const shape of SHAPES) {
  Deno.test(`verifyBookingCode refuses a wrong code and confirms with the right one in the ${shape} format`, async () => {
    const clinic = await world.open();
    const { callId, holdId, code } = await reserve(clinic);
    const refused =
      (await clinic.call("verifyBookingCode", { code: wrong(code) }, { callId, shape })).result;
    assert.equal(refused.success, false);
    assert.equal(refused.code, "wrong_code");
    assert.equal(refused.attemptsLeft, 4);
    assert.deepEqual(await clinic.states(), ["held"]);

    const booked = (await clinic.call("verifyBookingCode", { code }, { callId, shape })).result;
    assert.equal(booked.success, true);
    assert.equal(booked.appointmentId, holdId);
    assert.match(String(booked.message), /^You are booked for Tuesday/);
    assert.deepEqual(booked.notifications, { sms: "queued", calendar: "not_configured" });
    assert.deepEqual(await clinic.states(), ["confirmed"]);
  });
}

Deno.test("verifyBookingCode understands a code however it is spoken", async () => {
  const names = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
  const spoken: ((code: string) => string)[] = [
    (code) => `${code.slice(0, 3)} ${code.slice(3)}`,
    (code) => [...code].map((digit) => names[Number(digit)]).join(" "),
    (code) => [...code].join("-"),
  ];
  const clinic = await world.open();
  for (const [i, say] of spoken.entries()) {
    const { callId, code } = await reserve(clinic, `1${i}:00`);
    const { result } = await clinic.call("verifyBookingCode", { code: say(code) }, { callId });
    assert.equal(result.success, true, say(code));
  }
});

Deno.test("verifyBookingCode asks for six digits and counts no attempt for less", async () => {
  const clinic = await world.open();
  const { callId, code } = await reserve(clinic);
  for (const said of ["12345", "I have no code", "1234567"]) {
    const { error } = await clinic.call("verifyBookingCode", { code: said }, { callId });
    assert.equal(
      error,
      "I need the six digits of the code in the text message. (Write: six digits)",
    );
  }
  const [row] = await world.stack
    .sql`select attempts from verification_codes where org_id = ${clinic.id}`;
  assert.equal(row?.attempts, 0);
  assert.equal((await clinic.call("verifyBookingCode", { code }, { callId })).result.success, true);
});

Deno.test("five wrong codes at once count as five, and the sixth attempt is refused even if right", async () => {
  const clinic = await world.open();
  const { callId, code } = await reserve(clinic);
  const answers = await Promise.all(
    Array.from(
      { length: 5 },
      () => clinic.call("verifyBookingCode", { code: wrong(code) }, { callId }),
    ),
  );
  assert.deepEqual(answers.map(({ result }) => result.attemptsLeft).sort(), [0, 1, 2, 3, 4]);
  const right = (await clinic.call("verifyBookingCode", { code }, { callId })).result;
  assert.equal(right.code, "too_many_attempts");
  assert.equal(right.attemptsLeft, 0);
  assert.deepEqual(await clinic.states(), ["held"]);
});

Deno.test("of 20 attempts at once, wrong ones first, no more than five are judged", async () => {
  const clinic = await world.open();
  const { callId, code } = await reserve(clinic);
  const answers = await Promise.all(
    Array.from(
      { length: 20 },
      () => clinic.call("verifyBookingCode", { code: wrong(code) }, { callId }),
    ),
  );
  const codes = answers.map(({ result }) => result.code);
  assert.equal(codes.filter((each) => each === "wrong_code").length, 5);
  assert.equal(codes.filter((each) => each === "too_many_attempts").length, 15);
});

Deno.test("the right code sent five times at once confirms once, and each of them hears of the booking", async () => {
  const clinic = await world.open();
  const { callId, code } = await reserve(clinic);
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => clinic.call("verifyBookingCode", { code }, { callId })),
  );
  assert.deepEqual(await clinic.states(), ["confirmed"]);
  assert.ok(answers.every(({ result }) => result.success === true));
  assert.equal(new Set(answers.map(({ result }) => result.appointmentId)).size, 1);
  assert.equal((await clinic.messages()).filter(({ kind }) => kind === "confirmation").length, 1);
});

Deno.test("a used code works in no other call, and a wrong one in none", async () => {
  const clinic = await world.open();
  const { callId, code, holdId } = await reserve(clinic);
  await clinic.call("verifyBookingCode", { code }, { callId });
  const other = await clinic.call("verifyBookingCode", { code, holdId: `${holdId}` });
  assert.equal(other.result.code, "code_used");
  const guess = await clinic.call("verifyBookingCode", { code: wrong(code) }, { callId });
  assert.equal(guess.result.code, "code_used");
});

Deno.test("an expired code is refused, and an expired hold is never confirmed", async () => {
  const clinic = await world.open();
  const { sql } = world.stack;
  const first = await reserve(clinic, "09:00");
  await sql`update verification_codes set expires_at = now() where org_id = ${clinic.id}`;
  const expired = (await clinic.call("verifyBookingCode", { code: first.code }, first)).result;
  assert.equal(expired.code, "code_expired");

  const second = await reserve(clinic, "10:00");
  await sql`update appointments set hold_expires_at = now() where id = ${second.holdId}`;
  const late = (await clinic.call("verifyBookingCode", { code: second.code }, second)).result;
  assert.equal(late.code, "hold_expired");
  assert.ok(!(await clinic.states()).includes("confirmed"));
});

Deno.test("a slot whose hold ran out and was taken by somebody else stays theirs", async () => {
  const clinic = await world.open();
  const { callId, code, holdId } = await reserve(clinic);
  await world.stack.sql`update appointments set hold_expires_at = now() where id = ${holdId}`;
  const other = await clinic.call("bookClinicAppointment", {
    patientName: "Ben Example",
    patientPhone: "+15551230002",
    appointmentDate: clinic.day(),
    appointmentTime: "09:00",
  });
  assert.equal(other.result.success, true);
  const late = (await clinic.call("verifyBookingCode", { code }, { callId })).result;
  assert.equal(late.code, "hold_expired");
  assert.deepEqual(await clinic.states(), ["expired", "confirmed"]);
});

Deno.test("a code is found by its call, by the hold's id, or by the number that calls back", async () => {
  const clinic = await world.open();
  const stranger = await reserve(clinic, "09:00");
  const unrelated = (await clinic.call("verifyBookingCode", { code: stranger.code })).result;
  assert.equal(unrelated.code, "no_code");

  const byId = await clinic.call("verifyBookingCode", {
    code: stranger.code,
    holdId: stranger.holdId,
  });
  assert.equal(byId.result.success, true);
  const { code } = await reserve(clinic, "10:00");
  const byNumber = await clinic.call("verifyBookingCode", { code }, { number: ANNA.patientPhone });
  assert.equal(byNumber.result.success, true);
});

Deno.test("a code of another clinic does not count here", async () => {
  const [ours, theirs] = [await world.open(), await world.open()];
  const { callId, code, holdId } = await reserve(theirs);
  const { result } = await ours.call("verifyBookingCode", { code, holdId }, {
    callId,
    number: ANNA.patientPhone,
  });
  assert.equal(result.code, "no_code");
  assert.deepEqual(await theirs.states(), ["held"]);
});
