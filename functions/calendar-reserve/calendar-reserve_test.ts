import assert from "node:assert/strict";
import { type Clinic, clinics, SHAPES, speakDate } from "../../scripts/tests/support/clinic.ts";
import { addDays, todayIn } from "../../shared/tools/local_date.ts";

const world = clinics();

const ANNA = { patientName: "Anna Example", patientPhone: "+15551230001" };
const BEN = { patientName: "Ben Example", patientPhone: "+15551230002" };

function slot(clinic: Clinic, time = "09:00") {
  return { date: clinic.day(), time };
}

function booking(clinic: Clinic, patient: typeof ANNA, time = "09:00") {
  return { ...patient, appointmentDate: clinic.day(), appointmentTime: time };
}

for (const shape of SHAPES) {
  Deno.test(`reserveSlot holds a slot for five minutes and refuses it to others in the ${shape} format`, async () => {
    const clinic = await world.open();
    const held = (await clinic.call("reserveSlot", slot(clinic), { shape })).result;
    assert.equal(held.success, true);
    assert.equal(held.timezone, "America/New_York");
    assert.match(String(held.scheduledAt), new RegExp(`^${clinic.day()}T09:00:00-0[45]:00$`));
    const seconds = (Date.parse(String(held.expiresAt)) - Date.now()) / 1000;
    assert.ok(seconds > 240 && seconds <= 300, `expires in ${seconds} s`);
    assert.equal(
      held.message,
      `${speakDate(clinic.day())} at 9 AM is held for you for five minutes. It is not booked yet.`,
    );

    const refused = (await clinic.call("reserveSlot", slot(clinic), { shape })).result;
    assert.equal(refused.success, false);
    assert.equal(refused.code, "slot_taken");
    assert.ok(Array.isArray(refused.alternatives) && refused.alternatives.length > 0);
    assert.deepEqual(await clinic.states(), ["held"]);
  });
}

Deno.test("reserveSlot asked again in the same call gives the same hold", async () => {
  const clinic = await world.open();
  const callId = crypto.randomUUID();
  const first = (await clinic.call("reserveSlot", slot(clinic), { callId })).result;
  const again = (await clinic.call("reserveSlot", slot(clinic), { callId })).result;
  assert.equal(again.success, true);
  assert.equal(again.holdId, first.holdId);
  assert.equal(again.expiresAt, first.expiresAt);
});

Deno.test("reserveSlot lets one call hold three slots at most", async () => {
  const clinic = await world.open();
  const callId = crypto.randomUUID();
  for (const time of ["09:00", "10:00", "11:00"]) {
    assert.equal(
      (await clinic.call("reserveSlot", slot(clinic, time), { callId })).result.success,
      true,
    );
  }
  const fourth = (await clinic.call("reserveSlot", slot(clinic, "12:00"), { callId })).result;
  assert.equal(fourth.code, "too_many_holds");
});

Deno.test("a hold becomes the appointment of its own call, with or without its id", async () => {
  const clinic = await world.open();
  const callId = crypto.randomUUID();
  const { holdId } = (await clinic.call("reserveSlot", slot(clinic), { callId })).result;
  const named = await clinic.call("bookClinicAppointment", {
    ...booking(clinic, ANNA),
    holdId: holdId ?? null,
  }, { callId });
  assert.equal(named.result.appointmentId, holdId);

  await clinic.call("reserveSlot", slot(clinic, "10:00"), { callId });
  const unnamed = await clinic.call("bookClinicAppointment", booking(clinic, BEN, "10:00"), {
    callId,
  });
  assert.equal(unnamed.result.success, true);
  assert.deepEqual(await clinic.states(), ["confirmed", "confirmed"]);
});

Deno.test("a hold keeps other calls away, even one that knows its id", async () => {
  const clinic = await world.open();
  const { holdId } = (await clinic.call("reserveSlot", slot(clinic))).result;
  const args = { ...booking(clinic, BEN), holdId: holdId ?? null };
  const { result } = await clinic.call("bookClinicAppointment", args);
  assert.equal(result.code, "slot_taken");
  assert.deepEqual(await clinic.states(), ["held"]);
});

Deno.test("an expired hold is free for others, and its own call books the slot anew", async () => {
  const clinic = await world.open();
  const callId = crypto.randomUUID();
  const { holdId } = (await clinic.call("reserveSlot", slot(clinic), { callId })).result;
  await clinic.call("reserveSlot", slot(clinic, "10:00"), { callId });
  await world.stack.sql`
    update appointments set hold_expires_at = now() - interval '1 second' where org_id = ${clinic.id}`;

  const other = await clinic.call("bookClinicAppointment", booking(clinic, BEN));
  assert.equal(other.result.success, true);
  assert.notEqual(other.result.appointmentId, holdId);
  const late = await clinic.call("bookClinicAppointment", {
    ...booking(clinic, ANNA),
    holdId: holdId ?? null,
  }, { callId });
  assert.equal(late.result.code, "slot_taken");
  const own = await clinic.call("bookClinicAppointment", booking(clinic, ANNA, "10:00"), {
    callId,
  });
  assert.equal(own.result.success, true);
  assert.deepEqual((await clinic.states()).sort(), [
    "confirmed",
    "confirmed",
    "expired",
    "expired",
  ]);
});

const REFUSALS: [
  code: string,
  args: (clinic: Clinic) => { date: string; time: string; service?: string; provider?: string },
][] = [
  [
    "in_the_past",
    (clinic) => ({ date: addDays(todayIn(clinic.timezone, new Date()), -1), time: "09:00" }),
  ],
  ["too_far_ahead", (clinic) => ({ date: clinic.day(2, 30), time: "09:00" })],
  ["closed", (clinic) => ({ date: clinic.day(7), time: "09:00" })],
  ["outside_hours", (clinic) => ({ date: clinic.day(), time: "16:45" })],
  ["not_a_start_time", (clinic) => ({ date: clinic.day(), time: "09:10" })],
  ["unknown_provider", (clinic) => ({ ...slot(clinic), provider: "Dr. Nobody" })],
];

for (const [code, args] of REFUSALS) {
  Deno.test(`reserveSlot refuses with ${code}, and helps on`, async () => {
    const clinic = await world.open();
    await world.stack.sql`insert into calendars (org_id, name) values (${clinic.id}, 'Second')`;
    const { result } = await clinic.call("reserveSlot", args(clinic));
    assert.equal(result.success, false);
    assert.equal(result.code, code);
    const help = result.alternatives ?? result.providers;
    assert.ok(Array.isArray(help) && help.length > 0);
    assert.deepEqual(await clinic.states(), []);
  });
}
