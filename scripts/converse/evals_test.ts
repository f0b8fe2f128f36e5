/** Conversations as Vapi Evals, as the official SDK sends them. */
import assert from "node:assert/strict";
import { VapiClient } from "@vapi-ai/server-sdk";
import { evalsOf } from "./evals.ts";
import { readFile } from "./scenario.ts";
import type { Line } from "./words.ts";

const [scenario] = readFile(
  "essentials",
  `[[scenario]]
title = "a patient calls twice"
wants = "book"
facts = { phone = "+12025550142" }
calls = [{}, { from = "withheld" }]`,
);

const ANSWER = '{"success":true,"message":"You are booked."}';
const BOOKING: Line[] = [
  { who: "caller", text: "I would like an appointment." },
  {
    who: "tool",
    text: "",
    exchange: {
      name: "bookClinicAppointment",
      args: {
        patientName: "Jane Roe (Ann)",
        patientPhone: "+12025550142",
        appointmentTime: "10:00",
        notes: "has a dog",
        isNewPatient: true,
      },
      answer: ANSWER,
    },
  },
  { who: "assistant", text: "You are booked." },
];

function exported() {
  assert.ok(scenario !== undefined);
  return evalsOf({ scenario, dialogues: [BOOKING, [{ who: "caller", text: "Hello again." }]] });
}

Deno.test("evalsOf() makes one eval of each call, with what it is about", () => {
  const [first, second] = exported();
  assert.equal(first?.name, "essentials: a patient calls twice (call 1)");
  assert.match(first?.description ?? "", /^customer\.number: \+12025550142; /);
  assert.equal(second?.name, "essentials: a patient calls twice (call 2)");
  assert.match(second?.description ?? "", /^customer\.number: withheld; /);
  assert.deepEqual(second?.messages, [{ role: "user", content: "Hello again." }]);
});

Deno.test("evalsOf() keeps a name within what Vapi takes, and still tells which call it is", () => {
  assert.ok(scenario !== undefined);
  const long = { ...scenario, title: "a patient who calls again and ".repeat(9) };
  const [, second] = evalsOf({ scenario: long, dialogues: [BOOKING, BOOKING] });
  assert.equal(second?.name?.length, 80);
  assert.ok(second?.name?.endsWith(" (call 2)"));
});

Deno.test("evalsOf() holds a model to the tool and the meaning of its arguments, and goes on as recorded", () => {
  const [first] = exported();
  const [, turn, answer, speech] = first?.messages ?? [];
  assert.deepEqual(answer, { role: "tool", content: ANSWER });
  assert.partialDeepStrictEqual(speech, {
    role: "assistant",
    judgePlan: { type: "ai" },
    continuePlan: { contentOverride: "You are booked." },
  });
  assert.ok(turn !== undefined && "judgePlan" in turn && turn.judgePlan.type === "regex");
  const [call] = turn.judgePlan.toolCalls ?? [];
  assert.equal(call?.name, "bookClinicAppointment");
  const fits = (name: string, value: string) =>
    new RegExp(String(call?.arguments?.[name])).test(value);
  assert.ok(fits("patientPhone", "+12025550142") && fits("patientPhone", "(202) 555-0142"));
  assert.ok(!fits("patientPhone", "+12025550143"));
  assert.ok(fits("patientName", "Jane Roe (Ann)") && !fits("patientName", "Jane Roe Ann"));
  assert.ok(fits("appointmentTime", "10:00") && !fits("appointmentTime", "11:00"));
  assert.ok(fits("notes", "owns a dog"));
  assert.ok(fits("isNewPatient", "true") && !fits("isNewPatient", "false"));
});

Deno.test("an eval reaches POST /eval by the official SDK as it was exported", async () => {
  const bodies: unknown[] = [];
  const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
  const server = Deno.serve(options, async (request) => {
    assert.equal(`${request.method} ${new URL(request.url).pathname}`, "POST /eval");
    bodies.push(await request.json());
    return Response.json({ id: "eval" }, { status: 201 });
  });
  try {
    const baseUrl = `http://127.0.0.1:${server.addr.port}`;
    const client = new VapiClient({ token: "key", baseUrl });
    for (const each of exported()) await client.eval.evalControllerCreate(each);
    assert.deepEqual(bodies, exported());
  } finally {
    await server.shutdown();
  }
});
