/** How much of a clinic's calendar callers can take away from others. */
import assert from "node:assert/strict";
import { type CallOptions, type Clinic, clinics } from "../support/clinic.ts";

const world = clinics();

const CALLER = "+12025550142";

/** Patients whose numbers nobody else has. */
let patients = 0;
function patient() {
  const patientPhone = `+1202557${String(++patients).padStart(4, "0")}`;
  return { patientName: `Patient ${patients}`, patientPhone };
}

/** The start times of a day, one visit each. */
const TIMES = Array.from(
  { length: 16 },
  (_, i) => `${String(9 + Math.floor(i / 2)).padStart(2, "0")}:${i % 2 === 0 ? "00" : "30"}`,
);

/** Tries to take every slot of a day with one tool; returns how many it got, and how the others were refused. */
async function flood(
  clinic: Clinic,
  tool: string,
  optionsOf: (i: number) => CallOptions,
  who: () => object = patient,
): Promise<{ taken: number; refusals: unknown[] }> {
  const results = [];
  for (const [i, time] of TIMES.entries()) {
    const args = tool === "reserveSlot"
      ? { date: clinic.day(), time }
      : { ...who(), appointmentDate: clinic.day(), appointmentTime: time };
    results.push((await clinic.call(tool, args, optionsOf(i))).result);
  }
  return {
    taken: results.filter(({ success }) => success === true).length,
    refusals: [...new Set(results.flatMap(({ code }) => code === undefined ? [] : [code]))],
  };
}

Deno.test("one call books a family's appointments and not a whole day", async () => {
  const clinic = await world.open();
  const call = { callId: crypto.randomUUID(), number: CALLER };
  assert.deepEqual(await flood(clinic, "bookClinicAppointment", () => call), {
    taken: 5,
    refusals: ["too_many_bookings"],
  });
});

Deno.test("one call can't book and cancel without end", async () => {
  const clinic = await world.open();
  await world.stack
    .sql`update booking_policies set max_bookings_per_call = 1 where org_id = ${clinic.id}`;
  const call = { callId: crypto.randomUUID(), number: CALLER };
  const codes = [];
  for (let i = 0; i < 5; i++) {
    const booked = await clinic.call("bookClinicAppointment", {
      patientName: "Test Patient",
      patientPhone: CALLER,
      appointmentDate: clinic.day(),
      appointmentTime: "09:00",
    }, { ...call, toolCallId: `book ${i}` });
    codes.push(booked.result.code ?? "booked");
    await clinic.call("cancelAppointment", {}, { ...call, toolCallId: `cancel ${i}` });
  }
  assert.deepEqual(codes, ["booked", "booked", "booked", "too_many_bookings", "too_many_bookings"]);
});

Deno.test("32 bookings in one message take no more than one after the other", async () => {
  const clinic = await world.open();
  const toolCallList = TIMES.map((appointmentTime, i) => ({
    id: `t${i}`,
    function: {
      name: "bookClinicAppointment",
      arguments: { ...patient(), appointmentDate: clinic.day(), appointmentTime },
    },
  }));
  const call = { id: crypto.randomUUID(), customer: { number: CALLER } };
  const customer = { metadata: { org_id: clinic.id } };
  const response = await clinic.post("bookClinicAppointment", {
    message: { type: "tool-calls", toolCallList, call, customer },
  });
  await response.body?.cancel();
  assert.equal((await clinic.states()).length, 5);
});

Deno.test("one number books ten in a day over all its calls, and callers without a number twelve in an hour", async () => {
  const clinic = await world.open();
  assert.deepEqual(await flood(clinic, "bookClinicAppointment", () => ({ number: CALLER })), {
    taken: 10,
    refusals: ["too_many_bookings"],
  });
  const other = await world.open();
  const pseudo = ["+266696687", "anonymous", "+2562533", undefined];
  const anonymous = await flood(other, "bookClinicAppointment", (i) => {
    const number = pseudo[i % pseudo.length];
    return number === undefined ? { callId: null } : { number };
  });
  assert.deepEqual(anonymous, { taken: 12, refusals: ["too_many_anonymous"] });
});

Deno.test("one patient has ten appointments ahead and no more, whoever books them", async () => {
  const clinic = await world.open();
  const one = patient();
  let caller = 0;
  const flooded = await flood(
    clinic,
    "bookClinicAppointment",
    () => ({ number: `+1202558${String(++caller).padStart(4, "0")}` }),
    () => one,
  );
  assert.deepEqual(flooded, { taken: 10, refusals: ["too_many_appointments"] });
});

Deno.test("holds are capped over both tools that hold, per call and per number", async () => {
  const clinic = await world.open();
  const call = { callId: crypto.randomUUID(), number: CALLER };
  const hold = async (tool: string, time: string, options: CallOptions) =>
    (await clinic.call(tool, {
      ...patient(),
      appointmentDate: clinic.day(),
      appointmentTime: time,
      date: clinic.day(),
      time,
    }, options)).result.code;
  assert.deepEqual([
    await hold("reserveSlot", "09:00", call),
    await hold("reserveAppointment", "10:00", call),
    await hold("reserveSlot", "11:00", call),
    await hold("reserveAppointment", "12:00", call),
    await hold("reserveSlot", "13:00", { number: CALLER }),
    await hold("reserveSlot", "13:00", { number: "+12025550155" }),
  ], [undefined, undefined, undefined, "too_many_holds", "too_many_holds", undefined]);
  assert.equal((await clinic.states()).length, 4);
});

Deno.test("one call holds three slots, however many its number may hold", async () => {
  const clinic = await world.open();
  await world.stack
    .sql`update booking_policies set max_holds_per_caller = 9 where org_id = ${clinic.id}`;
  const call = { callId: crypto.randomUUID(), number: CALLER };
  assert.deepEqual(await flood(clinic, "reserveSlot", () => call), {
    taken: 3,
    refusals: ["too_many_holds"],
  });
});

Deno.test("callers without a number hold ten slots together, and all callers as many as the clinic says", async () => {
  const clinic = await world.open();
  assert.deepEqual(await flood(clinic, "reserveSlot", () => ({})), {
    taken: 10,
    refusals: ["too_many_anonymous"],
  });
  const other = await world.open();
  await world.stack.sql`update booking_policies set max_holds = 4 where org_id = ${other.id}`;
  let caller = 0;
  const flooded = await flood(
    other,
    "reserveSlot",
    () => ({ number: `+1202559${String(++caller).padStart(4, "0")}` }),
  );
  assert.deepEqual(flooded, { taken: 4, refusals: ["clinic_busy"] });
});

Deno.test("a proved number books although callers without a number have had their share", async () => {
  const clinic = await world.open();
  await world.stack
    .sql`update booking_policies set max_anonymous_bookings = 0 where org_id = ${clinic.id}`;
  const args = { ...patient(), appointmentDate: clinic.day(), appointmentTime: "09:00" };
  const options = { callId: crypto.randomUUID() };
  const refused = await clinic.call("bookClinicAppointment", args, options);
  assert.equal(refused.result.code, "too_many_anonymous");
  await clinic.call("reserveAppointment", args, options);
  const booked = await clinic.call(
    "verifyBookingCode",
    { code: await clinic.latestCode() },
    options,
  );
  assert.equal(booked.result.success, true);
});
