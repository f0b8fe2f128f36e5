/** Chats, in which each message has another id, and calls that are passed from one assistant to another: one session. */
import assert from "node:assert/strict";
import type { JsonObject } from "../../shared/json.ts";
import { type Clinic, clinics } from "./support/clinic.ts";

const world = clinics();

const PATIENT = { patientName: "Test Patient", patientPhone: "+12025550142" };

/** Each clinic's only assistant: what a chat says about the clinic proves nothing. */
const assistants = new Map<string, Promise<string>>();

function assistantOf(clinic: Clinic): Promise<string> {
  const known = assistants.get(clinic.id) ?? world.assistantOf(clinic);
  assistants.set(clinic.id, known);
  return known;
}

/** Calls a tool from a message of a chat. */
async function say(clinic: Clinic, chat: JsonObject, tool: string, args: JsonObject) {
  const response = await clinic.post(tool, {
    message: {
      type: "tool-calls",
      toolCallList: [{ id: "call_0", type: "function", function: { name: tool, arguments: args } }],
      chat: { ...chat, assistantId: await assistantOf(clinic) },
    },
  });
  const { results: [answer] } = await response.json();
  return JSON.parse(answer.result ?? JSON.stringify({ success: false, message: answer.error }));
}

/** The messages of a chat, one after the other, connected as Vapi connects them. */
const WAYS: [how: string, chats: (id: string) => [JsonObject, JsonObject, JsonObject]][] = [
  ["their session", (id) => {
    const [first, second, third] = ["1", "2", "3"].map((n) => ({ id: id + n, sessionId: id }));
    return [first!, second!, third!];
  }],
  ["the message before", (id) => [
    { id: `${id}1` },
    { id: `${id}2`, previousChatId: `${id}1` },
    { id: `${id}3`, previousChatId: `${id}2` },
  ]],
];

for (const [how, chats] of WAYS) {
  Deno.test(`messages tied by ${how} are one session: a hold named by its id is booked two messages later`, async () => {
    const clinic = await world.open();
    const [first, second, third] = chats(crypto.randomUUID());
    const slot = { date: clinic.day(), time: "10:00" };
    const hold = await say(clinic, first, "reserveSlot", slot);
    assert.ok(hold.holdId, hold.message);
    await say(clinic, second, "checkAvailability", { date: clinic.day() });
    const booked = await say(clinic, third, "bookClinicAppointment", {
      ...PATIENT,
      appointmentDate: clinic.day(),
      appointmentTime: "10:00",
      holdId: hold.holdId,
    });
    assert.equal(booked.success, true, booked.message);
    assert.deepEqual(await clinic.states(), ["confirmed"]);
  });
}

Deno.test("a handoff within a call keeps the session: what one assistant held the next one books", async () => {
  const clinic = await world.open();
  const callId = crypto.randomUUID();
  const callBy = async (assistantId: string, tool: string, args: JsonObject) => {
    const response = await clinic.post(tool, {
      message: {
        type: "tool-calls",
        toolCallList: [{
          id: "call_0",
          type: "function",
          function: { name: tool, arguments: args },
        }],
        call: { id: callId, type: "inboundPhoneCall", assistantId },
      },
    });
    const { results: [answer] } = await response.json();
    return JSON.parse(answer.result);
  };
  const slot = { date: clinic.day(), time: "10:00" };
  const hold = await callBy(await world.assistantOf(clinic), "reserveSlot", slot);
  assert.ok(hold.holdId, hold.message);
  const booked = await callBy(await world.assistantOf(clinic), "bookClinicAppointment", {
    ...PATIENT,
    appointmentDate: clinic.day(),
    appointmentTime: "10:00",
    holdId: hold.holdId,
  });
  assert.equal(booked.success, true, booked.message);
});

Deno.test("a hold of another chat stays that chat's, though its id is named", async () => {
  const clinic = await world.open();
  const slot = { date: clinic.day(), time: "10:00" };
  const hold = await say(clinic, { id: crypto.randomUUID() }, "reserveSlot", slot);
  const { success, code } = await say(
    clinic,
    { id: crypto.randomUUID() },
    "bookClinicAppointment",
    {
      ...PATIENT,
      appointmentDate: clinic.day(),
      appointmentTime: "10:00",
      holdId: hold.holdId,
    },
  );
  assert.deepEqual([success, code], [false, "slot_taken"]);
});

Deno.test("a message that follows another clinic's chat gets nothing of that chat", async () => {
  const [ours, theirs] = [await world.open(), await world.open()];
  const id = crypto.randomUUID();
  const slot = { date: theirs.day(), time: "10:00" };
  const hold = await say(theirs, { id }, "reserveSlot", slot);
  const after = { id: crypto.randomUUID(), previousChatId: id };
  const booked = await say(ours, after, "bookClinicAppointment", {
    ...PATIENT,
    appointmentDate: ours.day(),
    appointmentTime: "10:00",
    holdId: hold.holdId,
  });
  assert.notEqual(booked.appointmentId, hold.holdId);
  assert.deepEqual(await theirs.states(), ["held"]);
});
