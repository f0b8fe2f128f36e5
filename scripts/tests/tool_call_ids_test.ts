/** What a repeated id means: Vapi delivers a call twice, and models use an id twice for different calls. */
import assert from "node:assert/strict";
import type { JsonObject } from "../../shared/json.ts";
import { type CallOptions, type Clinic, clinics } from "./support/clinic.ts";

const world = clinics();

const PATIENT = { patientName: "Test Patient", patientPhone: "+12025550142" };
const at = (clinic: Clinic, appointmentTime: string): JsonObject => ({
  ...PATIENT,
  appointmentDate: clinic.day(),
  appointmentTime,
});
const inOneCall = (): CallOptions => ({ callId: crypto.randomUUID(), toolCallId: "call_0" });

Deno.test("a model that begins at call_0 in each turn has each of its calls carried out", async () => {
  const clinic = await world.open();
  const options = inOneCall();
  const looked = await clinic.call("checkAvailability", { date: clinic.day() }, options);
  assert.equal(looked.result.success, true);
  const booked = await clinic.call("bookClinicAppointment", at(clinic, "10:00"), options);
  assert.ok(booked.result.appointmentId, booked.text);
  const other = await clinic.call("bookClinicAppointment", at(clinic, "11:00"), options);
  assert.notEqual(other.result.appointmentId, booked.result.appointmentId);
  assert.deepEqual(await clinic.states(), ["confirmed", "confirmed"]);
});

Deno.test("a model that gives the tool's name as id has each of its calls carried out", async () => {
  const clinic = await world.open();
  const options = { ...inOneCall(), toolCallId: "reserveSlot" };
  for (const time of ["10:00", "11:00"]) {
    const { result } = await clinic.call("reserveSlot", { date: clinic.day(), time }, options);
    assert.ok(result.holdId);
  }
  assert.deepEqual(await clinic.states(), ["held", "held"]);
});

Deno.test("two calls of one message with one id are both carried out, and answered in order", async () => {
  const clinic = await world.open();
  const entry = (name: string, args: JsonObject) => ({
    id: "call_0",
    type: "function",
    function: { name, arguments: args },
  });
  const response = await clinic.post("vapi-webhook", {
    message: {
      type: "tool-calls",
      toolCallList: [
        entry("reserveSlot", { date: clinic.day(), time: "14:00" }),
        entry("bookClinicAppointment", at(clinic, "10:00")),
      ],
      call: { id: crypto.randomUUID(), customer: { metadata: { org_id: clinic.id } } },
    },
  });
  const { results } = await response.json();
  assert.deepEqual(results.map(({ toolCallId }: JsonObject) => toolCallId), ["call_0", "call_0"]);
  assert.ok(JSON.parse(results[0].result).holdId);
  assert.ok(JSON.parse(results[1].result).appointmentId);
});

Deno.test("what only looks is looked up anew, under a constant id and without a call too", async () => {
  for (const session of [{}, { shape: "root" as const, callId: null }]) {
    const clinic = await world.open();
    const options = { ...inOneCall(), ...session };
    const ask = { date: clinic.day(), time: "10:00" };
    const before = await clinic.call("checkAvailability", ask, options);
    assert.equal(before.result.available, true, before.text);
    await clinic.call("bookClinicAppointment", at(clinic, "10:00"));
    const after = await clinic.call("checkAvailability", ask, options);
    assert.equal(after.result.available, false, after.text);
  }
});

Deno.test("ids of 301, 949 and 2,000 characters work, are given back whole, and are known again", async () => {
  const clinic = await world.open();
  for (const [index, length] of [301, 949, 2_000].entries()) {
    const options = { ...inOneCall(), toolCallId: "i".repeat(length) };
    const args = at(clinic, `${10 + index}:00`);
    const first = await clinic.call("bookClinicAppointment", args, options);
    assert.equal(first.result.success, true, first.text);
    const again = await clinic.call("bookClinicAppointment", args, options);
    assert.equal(again.text, first.text);
  }
  assert.equal((await clinic.states()).length, 3);
});

Deno.test("the same words under the same id, after something else was done, mean something else", async () => {
  const clinic = await world.open();
  const options = { ...inOneCall(), number: PATIENT.patientPhone };
  await clinic.call("bookClinicAppointment", at(clinic, "10:00"), options);
  const cancelled = await clinic.call("cancelAppointment", {}, options);
  assert.equal(cancelled.result.success, true, cancelled.text);
  const delivered = await clinic.call("cancelAppointment", {}, options);
  assert.equal(delivered.text, cancelled.text, "delivered again at once");

  await clinic.call("bookClinicAppointment", at(clinic, "11:00"), options);
  const second = await clinic.call("cancelAppointment", {}, options);
  assert.equal(second.result.success, true, second.text);
  assert.deepEqual(await clinic.states(), ["cancelled", "cancelled"]);
});

Deno.test("an id that only names the tool means something else once something was done", async () => {
  const clinic = await world.open();
  const call = { callId: crypto.randomUUID(), number: PATIENT.patientPhone };
  for (const time of ["10:00", "11:00"]) {
    for (
      const [tool, args] of [["bookClinicAppointment", at(clinic, time)], [
        "cancelAppointment",
        {},
      ]] as const
    ) {
      const { result, text } = await clinic.call(tool, args, { ...call, toolCallId: tool });
      assert.equal(result.success, true, text);
    }
  }
  assert.deepEqual(await clinic.states(), ["cancelled", "cancelled"]);
});

Deno.test("a call with an id of its own gets its original answer, however late it is delivered again", async () => {
  const clinic = await world.open();
  const call = { callId: crypto.randomUUID(), number: PATIENT.patientPhone };
  const booking = { ...call, toolCallId: "call_Xb1" };
  const booked = await clinic.call("bookClinicAppointment", at(clinic, "10:00"), booking);
  const cancelled = await clinic.call("cancelAppointment", {}, { ...call, toolCallId: "call_Xb2" });
  assert.equal(cancelled.result.success, true, cancelled.text);
  await clinic.call("bookClinicAppointment", at(clinic, "11:00"), {
    ...call,
    toolCallId: "call_Xb3",
  });

  const again = await clinic.call("bookClinicAppointment", at(clinic, "10:00"), booking);
  assert.equal(again.text, booked.text);
  const late = await clinic.call("cancelAppointment", {}, { ...call, toolCallId: "call_Xb2" });
  assert.equal(late.text, cancelled.text);
  assert.deepEqual(await clinic.states(), ["cancelled", "confirmed"]);
});

Deno.test("callers of requests without a call don't get each other's answers", async () => {
  const clinic = await world.open();
  const numbers = ["+12025550142", "+12025550143"];
  const options = { shape: "root" as const, callId: null, toolCallId: "constant" };
  for (const [index, patientPhone] of numbers.entries()) {
    await clinic.call("bookClinicAppointment", {
      ...at(clinic, `1${index}:00`),
      patientPhone,
      patientName: `Patient ${index}`,
    });
  }
  const answers = [];
  for (const number of numbers) {
    const { text } = await clinic.call("cancelAppointment", {}, { ...options, number });
    answers.push(text);
  }
  assert.notEqual(answers[0], answers[1]);
});
