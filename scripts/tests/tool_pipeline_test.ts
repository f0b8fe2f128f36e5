/** The path of a tool call, whichever tool it is: who may call, whose call it is, and the format of the answer. */
import assert from "node:assert/strict";
import { hmacHex } from "../../shared/hash.ts";
import type { JsonObject, JsonValue } from "../../shared/json.ts";
import { eventually } from "./support/eventually.ts";
import { Clinic, clinics, requestBody, SHAPES } from "./support/clinic.ts";

const world = clinics();

const PATIENT = { patientName: "Test Patient", patientPhone: "+15551230001" };

function booking(clinic: Clinic, time = "10:00"): JsonObject {
  return { ...PATIENT, appointmentDate: clinic.day(), appointmentTime: time };
}

async function appointmentsOf(clinic: Clinic): Promise<number> {
  const rows = await world.stack.sql`select from appointments where org_id = ${clinic.id}`;
  return rows.length;
}

/** An assistant of the clinic, as tool-sync would have left it. */
async function assistantOf(clinic: Clinic): Promise<string> {
  const assistantId = crypto.randomUUID();
  await world.stack.sql`
    insert into agents (org_id, name, role, system_prompt, assistant_id)
    values (${clinic.id}, 'Front desk', 'inbound', 'You answer the phone.', ${assistantId})`;
  return assistantId;
}

Deno.test("a request without the webhook's secret, or with a wrong one, gets 401 and does nothing", async () => {
  const clinic = await world.open();
  for (const headers of [{}, { "x-vapi-secret": "wrong" }, { authorization: "Bearer wrong" }]) {
    const response = await clinic.post(
      "bookClinicAppointment",
      requestBody(clinic.id, "bookClinicAppointment", booking(clinic), {}),
      { headers },
    );
    assert.equal(response.status, 401);
    assert.equal((await response.json()).error.code, "unauthorized");
  }
  assert.equal(await appointmentsOf(clinic), 0);
});

Deno.test("a bearer token and a signature are as good as the header", async () => {
  const clinic = await world.open();
  const body = JSON.stringify(
    requestBody(clinic.id, "checkAvailability", { date: clinic.day() }, {}),
  );
  const timestamp = String(Date.now());
  const secret = world.stack.webhookSecret;
  const signature = await hmacHex("sha256", secret, `${timestamp}.${body}`);
  const signed = { "x-signature": signature, "x-timestamp": timestamp };
  for (const headers of [{ authorization: `Bearer ${secret}` }, signed]) {
    const response = await clinic.post("checkAvailability", body, { headers });
    assert.equal(response.status, 200);
    assert.ok((await response.json()).results[0].result);
  }
});

Deno.test("a GET says which tool answers there, without any secret", async () => {
  const response = await fetch(`${world.stack.functionsUrl}/calendar-check`);
  assert.equal(response.status, 200);
  assert.deepEqual(await response.json(), { success: true, tools: ["checkAvailability"] });
});

for (const body of ["no JSON", "[]", "{}", '{"message":{"type":"status-update"}}']) {
  Deno.test(`a body without a tool call gets 200 and an error: ${body}`, async () => {
    const clinic = await world.open();
    const response = await clinic.post("checkAvailability", body);
    assert.equal(response.status, 200);
    assert.match((await response.json()).error, /no tool call/);
  });
}

for (const shape of SHAPES) {
  Deno.test(`missing arguments are asked for in the ${shape} format`, async () => {
    const clinic = await world.open();
    const args = { patientName: "Test Patient", appointmentDate: clinic.day() };
    const { status, error, result } = await clinic.call("bookClinicAppointment", args, { shape });
    assert.equal(status, 200);
    const sentence = "I need the patient's phone number, with area code; and the time of day.";
    assert.equal(error ?? result.message, sentence);
  });

  Deno.test(`unreadable arguments never become {}: an error says what is needed in the ${shape} format`, async () => {
    const clinic = await world.open();
    const { status, error, result } = await clinic.call("checkAvailability", '{"date": ', {
      shape,
    });
    assert.equal(status, 200);
    const sentence = "I couldn't read the details. Please tell me again what you need.";
    assert.equal(error ?? result.message, sentence);
  });

  Deno.test(`arguments may come as JSON text in the ${shape} format`, async () => {
    const clinic = await world.open();
    const args = JSON.stringify({ date: clinic.day() });
    const { result } = await clinic.call("checkAvailability", args, { shape });
    assert.equal(result.success, true);
  });
}

const LISTS: [name: string, list: (calls: JsonObject[]) => JsonObject][] = [
  ["toolCallList", (calls) => ({ toolCallList: calls })],
  ["toolCalls", (calls) => ({ toolCalls: calls })],
  ["toolWithToolCallList", (calls) => ({
    toolWithToolCallList: calls.map((toolCall) => ({ type: "function", toolCall })),
  })],
  ["all three lists", (calls) => ({
    toolCallList: calls,
    toolCalls: calls,
    toolWithToolCallList: calls.map((toolCall) => ({ type: "function", toolCall })),
  })],
];

for (const [name, list] of LISTS) {
  Deno.test(`several calls in ${name} are answered one by one, in order, each for itself`, async () => {
    const clinic = await world.open();
    const call = (id: string, args: JsonValue) => ({
      id,
      type: "function",
      function: { name: "bookClinicAppointment", arguments: args },
    });
    const response = await clinic.post("bookClinicAppointment", {
      message: {
        type: "tool-calls",
        ...list([
          call("first", booking(clinic, "10:00")),
          call("second", "not JSON"),
          call("third", { ...booking(clinic, "11:00"), patientPhone: "+15551230002" }),
          call("fourth", { ...PATIENT, appointmentDate: clinic.day() }),
        ]),
        call: { id: crypto.randomUUID(), customer: { metadata: { org_id: clinic.id } } },
      },
    });
    const { results } = await response.json();
    assert.deepEqual(
      results.map((entry: { toolCallId: string }) => entry.toolCallId),
      ["first", "second", "third", "fourth"],
    );
    assert.equal(JSON.parse(results[0].result).success, true);
    assert.match(results[1].error, /couldn't read/);
    assert.equal(JSON.parse(results[2].result).success, true);
    assert.match(results[3].error, /the time of day/);
    assert.equal(await appointmentsOf(clinic), 2);
  });
}

Deno.test("the same tool call delivered twice books once and answers the same", async () => {
  const clinic = await world.open();
  const options = { toolCallId: "once", callId: crypto.randomUUID() };
  const first = await clinic.call("bookClinicAppointment", booking(clinic), options);
  const again = await clinic.call("bookClinicAppointment", booking(clinic), options);
  assert.equal(first.result.success, true);
  assert.equal(again.text, first.text);
  assert.equal(await appointmentsOf(clinic), 1);
});

Deno.test("the same tool call delivered ten times at once books once and answers the same", async () => {
  const clinic = await world.open();
  const options = { toolCallId: "once", callId: crypto.randomUUID() };
  const answers = await Promise.all(
    Array.from(
      { length: 10 },
      () => clinic.call("bookClinicAppointment", booking(clinic), options),
    ),
  );
  assert.equal(new Set(answers.map(({ text }) => text)).size, 1);
  assert.equal(answers[0]?.result.success, true);
  assert.equal(await appointmentsOf(clinic), 1);
});

Deno.test("the same tool call without call and chat is recognised by what it asks", async () => {
  const clinic = await world.open();
  const options = { shape: "root" as const, toolCallId: "once", callId: null };
  const first = await clinic.call("bookClinicAppointment", booking(clinic), options);
  const again = await clinic.call("bookClinicAppointment", booking(clinic), options);
  const other = await clinic.call("bookClinicAppointment", booking(clinic, "15:00"), options);
  assert.equal(again.text, first.text);
  assert.notEqual(other.text, first.text);
  assert.equal(await appointmentsOf(clinic), 2);
});

Deno.test("the clinic is found by the assistant", async () => {
  const clinic = await world.open();
  const assistantId = await assistantOf(clinic);
  const { result } = await clinic.call("bookClinicAppointment", booking(clinic), {
    assistantId,
    metadataOrgId: null,
  });
  assert.equal(result.success, true);
  assert.equal(await appointmentsOf(clinic), 1);
});

Deno.test("the clinic is found by the phone number that was called", async () => {
  const clinic = await world.open();
  await world.stack.sql`
    insert into phone_numbers (org_id, vapi_phone_number_id) values (${clinic.id}, ${
    "number-" + clinic.id
  })`;
  const response = await clinic.post("checkAvailability", {
    message: {
      type: "tool-calls",
      toolCallList: [{
        id: "a",
        function: { name: "checkAvailability", arguments: { date: clinic.day() } },
      }],
      call: { id: crypto.randomUUID(), phoneNumberId: `number-${clinic.id}` },
    },
  });
  const { results } = await response.json();
  assert.equal(JSON.parse(results[0].result).success, true);
});

Deno.test("sources that name different clinics are refused and logged, and nothing happens", async () => {
  const [ours, theirs] = [await world.open(), await world.open()];
  const assistantId = await assistantOf(theirs);
  const before = world.stack.functions.logs().length;
  const { status, error } = await ours.call("bookClinicAppointment", booking(ours), {
    assistantId,
  });
  assert.equal(status, 200);
  assert.equal(error, "I can't tell which clinic this call is for, so I can't do that.");
  assert.equal(await appointmentsOf(ours) + await appointmentsOf(theirs), 0);
  await eventually(
    "the refusal is logged",
    () =>
      world.stack.functions.logs().slice(before).some(({ fields }) =>
        fields?.outcome === "tenant_conflict"
      ),
  );
});

Deno.test("metadata that names two clinics, or an assistant's clinic and an unknown one, is refused", async () => {
  const [ours, theirs] = [await world.open(), await world.open()];
  const args = { date: ours.day() };
  const twice = {
    toolCallId: "a",
    tool: { arguments: args },
    customer: { metadata: { org_id: ours.id } },
    call: { customer: { metadata: { org_id: theirs.id } } },
  };
  const body = await (await ours.post("checkAvailability", twice)).json();
  assert.match(body.result.message, /which clinic/);

  const { error } = await ours.call("checkAvailability", args, {
    assistantId: await assistantOf(ours),
    metadataOrgId: crypto.randomUUID(),
  });
  assert.match(error ?? "", /which clinic/);
});

Deno.test("a call of no known clinic is refused, and an org_id among the arguments counts for nothing", async () => {
  const clinic = await world.open();
  const args = { ...booking(clinic), org_id: clinic.id, orgId: clinic.id };
  for (const metadataOrgId of [null, crypto.randomUUID(), "not-a-uuid"]) {
    const { error } = await clinic.call("bookClinicAppointment", args, { metadataOrgId });
    assert.equal(error, "I can't tell which clinic this call is for, so I can't do that.");
  }
  assert.equal(await appointmentsOf(clinic), 0);
});

Deno.test("an endpoint refuses a call of another tool, and answers to names that no tool has", async () => {
  const clinic = await world.open();
  const post = async (name: string) => {
    const body = requestBody(clinic.id, name, { date: clinic.day() }, {});
    return (await (await clinic.post("calendar-check", body)).json()).results[0];
  };
  assert.equal((await post("bookClinicAppointment")).error, "I can't do that here.");
  assert.ok((await post("our_old_name_for_it")).result);
});

Deno.test("dates and phone numbers are read in the clinic's zone and country, and questions come back as errors", async () => {
  const clinic = await world.open({ timezone: "Europe/London", country: "GB" });
  const day = clinic.day();
  const args = { ...booking(clinic), patientPhone: "020 7946 0958", appointmentTime: "2 pm" };
  const { result } = await clinic.call("bookClinicAppointment", args);
  assert.match(String(result.scheduledAt), new RegExp(`^${day}T14:00:00\\+0[01]:00$`));
  const [contact] = await world.stack.sql`select phone from contacts where org_id = ${clinic.id}`;
  assert.equal(contact?.phone, "+442079460958");

  const vague = await clinic.call("bookClinicAppointment", { ...args, appointmentTime: "8:00" });
  assert.equal(
    vague.error,
    "Is that 8 o'clock in the morning or in the evening? (Write: HH:MM)",
  );
});

Deno.test("a clinic's id may be any UUID that Postgres takes, whatever version it claims", async () => {
  const id = "11111111-1111-1111-1111-111111111111";
  await world.stack.sql`
    insert into organizations (id, name, timezone, country) values (${id}, 'Seeded Clinic', 'Europe/London', 'GB')`;
  const clinic = new Clinic(world.stack, id, "Europe/London");
  const args = { ...booking(clinic), patientPhone: "020 7946 0958", appointmentTime: "2 pm" };
  assert.equal((await clinic.call("bookClinicAppointment", args)).result.success, true);
});
