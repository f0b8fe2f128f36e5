/** A model that stutters: the same request twice in one message, or twice at once under two ids, is carried out once. */
import assert from "node:assert/strict";
import type { JsonObject } from "../../shared/json.ts";
import { type Answer, type Clinic, clinics } from "./support/clinic.ts";

const world = clinics();

const PATIENT = { patientName: "Test Patient", patientPhone: "+12025550142" };
const CALLER = { number: "+12025550142" };

/** A clinic where a second calendar is free for whatever is asked for twice. */
async function openWithTwo(): Promise<Clinic> {
  const clinic = await world.open();
  await clinic.stack.sql`insert into calendars (org_id, name) values (${clinic.id}, 'Second')`;
  return clinic;
}

/** Calls of one conversation, several times at once, each under an id of its own. */
function atOnce(clinic: Clinic, tool: string, args: JsonObject, callId: string): Promise<Answer[]> {
  return Promise.all(
    Array.from({ length: 4 }, () => clinic.call(tool, args, { callId, ...CALLER })),
  );
}

Deno.test("the same call twice in one message is carried out once, and answered under both ids", async () => {
  const clinic = await world.open();
  const entry = (id: string, message: string) => ({
    id,
    type: "function",
    function: { name: "sendSms", arguments: { message } },
  });
  const response = await clinic.post("sendSms", {
    message: {
      type: "tool-calls",
      toolCallList: [
        entry("a", "We are at 1 Main Street."),
        entry("b", "We are at 1 Main Street."),
        entry("c", "Please bring your card."),
      ],
      call: {
        id: crypto.randomUUID(),
        customer: { number: CALLER.number, metadata: { org_id: clinic.id } },
      },
    },
  });
  const { results } = await response.json();
  assert.deepEqual(results.map(({ toolCallId }: JsonObject) => toolCallId), ["a", "b", "c"]);
  for (const { result } of results) assert.equal(JSON.parse(result).success, true, result);
  assert.equal((await clinic.messages()).length, 2);
});

Deno.test("a time that is requested twice at once is held once", async () => {
  const clinic = await openWithTwo();
  const wish = { date: clinic.day(), time: "10:00" };
  const answers = await atOnce(clinic, "reserveSlot", wish, crypto.randomUUID());
  assert.equal(new Set(answers.map(({ result }) => result.holdId)).size, 1);
  assert.deepEqual(await clinic.states(), ["held"]);
});

Deno.test("a reservation that is requested twice at once sends one code", async () => {
  const clinic = await openWithTwo();
  const wish = { ...PATIENT, appointmentDate: clinic.day(), appointmentTime: "10:00" };
  const answers = await atOnce(clinic, "reserveAppointment", wish, crypto.randomUUID());
  assert.equal(new Set(answers.map(({ result }) => result.holdId)).size, 1);
  assert.deepEqual(await clinic.states(), ["held"]);
  assert.deepEqual((await clinic.messages()).map(({ kind }) => kind), ["code"]);
});

Deno.test("a reservation that is requested again before its code can have arrived sends no second one, later it does", async () => {
  const clinic = await world.open();
  const callId = crypto.randomUUID();
  const wish = { ...PATIENT, appointmentDate: clinic.day(), appointmentTime: "10:00" };
  const reserve = () => clinic.call("reserveAppointment", wish, { callId, ...CALLER });
  const first = await reserve();
  const second = await reserve();
  assert.equal(second.result.success, true);
  assert.equal(second.result.holdId, first.result.holdId);
  assert.equal((await clinic.messages()).length, 1);
  await clinic.stack.sql`
    update verification_codes set created_at = created_at - interval '11 seconds' where org_id = ${clinic.id}`;
  await reserve();
  assert.equal((await clinic.messages()).length, 2);
});

Deno.test("a visit that is moved twice at once is moved once, and its patient is texted once", async () => {
  const clinic = await openWithTwo();
  const callId = crypto.randomUUID();
  const at = { appointmentDate: clinic.day(), appointmentTime: "10:00" };
  await clinic.call("bookClinicAppointment", { ...PATIENT, ...at }, { callId, ...CALLER });
  const wish = { newDate: clinic.day(), newTime: "15:00" };
  const answers = await atOnce(clinic, "rescheduleAppointment", wish, callId);
  assert.deepEqual(answers.map(({ result }) => result.success), [true, true, true, true]);
  // The text that should have confirmed the first time had not been sent yet, and never is.
  assert.deepEqual((await clinic.messages()).map(({ kind }) => kind), ["change"]);
});
