import assert from "node:assert/strict";
import { VapiClient, VapiError } from "@vapi-ai/server-sdk";
import type { Vapi } from "@vapi-ai/server-sdk";
import { type TestClient, withDouble } from "../../tests/support/vapi_client.ts";

/** The official SDK as a client of the double: its requests are accepted, and it can read the answers. */
const toolRequest: Vapi.CreateToolsRequest = {
  type: "function",
  function: {
    name: "bookClinicAppointment",
    description: "Books an appointment.",
    strict: false,
    parameters: {
      type: "object",
      properties: {
        patientPhone: { type: "string", description: "In E.164", pattern: "^\\+[0-9]+$" },
        appointmentDate: { type: "string", format: "date" },
        services: { type: "array", items: { type: "string", enum: ["cleaning", "check-up"] } },
      },
      required: ["patientPhone", "appointmentDate"],
    },
  },
  async: false,
  server: {
    url: "https://backend.example.test/functions/v1/book-clinic-appointment",
    timeoutSeconds: 15,
    headers: { "x-vapi-secret": "secret" },
  },
  parameters: [{ key: "callId", value: "{{call.id}}" }],
  messages: [
    { type: "request-start", content: "One moment, please." },
    { type: "request-response-delayed", content: "Still looking.", timingMilliseconds: 2000 },
    { type: "request-complete", content: "Done.", role: "assistant" },
    { type: "request-failed", content: "That did not work.", endCallAfterSpokenEnabled: false },
  ],
  rejectionPlan: { conditions: [{ type: "regex", regex: "bye" }] },
};

const assistantRequest: Vapi.CreateAssistantDto = {
  name: "Front desk",
  firstMessage: "Hello, how can I help?",
  model: {
    provider: "openai",
    model: "gpt-4.1",
    temperature: 0.4,
    messages: [{ role: "system", content: "You book appointments." }],
    toolIds: [],
    tools: [{ type: "endCall" }],
  },
  voice: { provider: "11labs", voiceId: "sarah", stability: 0.5 },
  transcriber: { provider: "deepgram", model: "nova-3", language: "en" },
  serverMessages: ["tool-calls", "status-update", "end-of-call-report"],
  maxDurationSeconds: 900,
  metadata: { agent_id: "0e3f" },
  server: { url: "https://backend.example.test/functions/v1/vapi-webhook" },
  endCallPhrases: ["goodbye"],
};

function sdk({ double }: TestClient): VapiClient {
  return new VapiClient({ token: double.key, environment: double.url, maxRetries: 0 });
}

Deno.test(
  "the SDK creates, gets, updates, lists and deletes a tool",
  withDouble(async (client) => {
    const { tools } = sdk(client);
    const created = await tools.create(toolRequest);
    assert.partialDeepStrictEqual(created, toolRequest);
    assert.deepEqual(await tools.get({ id: created.id }), created);

    const updated = await tools.update({
      id: created.id,
      body: { type: "function", function: { name: "bookVisit" } },
    });
    assert.ok(updated.type === "function");
    assert.equal(updated.function?.name, "bookVisit");
    assert.equal(updated.server?.timeoutSeconds, 15);

    assert.deepEqual(await tools.list({ limit: 10, createdAtLe: created.createdAt }), [updated]);
    assert.equal((await tools.delete({ id: created.id })).id, created.id);
    assert.deepEqual(await tools.list(), []);
  }),
);

Deno.test(
  "the SDK creates, gets, updates, lists and deletes an assistant",
  withDouble(async (client) => {
    const { assistants } = sdk(client);
    const created = await assistants.create(assistantRequest);
    assert.partialDeepStrictEqual(created, assistantRequest);
    assert.deepEqual(await assistants.get({ id: created.id }), created);

    const { model } = created;
    assert.ok(model !== undefined);
    const updated = await assistants.update({
      id: created.id,
      model: { ...model, toolIds: ["t1"] },
    });
    assert.deepEqual(updated.model, { ...model, toolIds: ["t1"] });
    assert.deepEqual(await assistants.list({ updatedAtGe: created.updatedAt }), [updated]);
    await assistants.delete({ id: created.id });
    assert.deepEqual(await assistants.list({ limit: 1000 }), []);
  }),
);

Deno.test(
  "the SDK reads the double's refusals as errors with status and body",
  withDouble(async (client) => {
    const { tools, assistants } = sdk(client);
    await rejects(tools.get({ id: "nope" }), 404);
    await rejects(assistants.update({ id: "nope", name: "x" }), 404);
    await rejects(tools.create({ type: "function", server: { url: "http://localhost" } }), 400);
    const intruder = new VapiClient({ token: "wrong", environment: client.double.url });
    await rejects(intruder.tools.list(), 401);
  }),
);

Deno.test(
  "the SDK repeats a create after a 5xx that had its effect: a duplicate tool",
  withDouble(async (client) => {
    const { double } = client;
    double.faults.next("POST /tool", { status: 503, afterEffect: true, retryAfter: 0 });
    const retrying = new VapiClient({ token: double.key, environment: double.url });
    await retrying.tools.create(toolRequest);
    assert.equal(double.state.tools.size, 2);
  }),
);

async function rejects(answer: Promise<unknown>, status: number): Promise<void> {
  await assert.rejects(answer, (error) => {
    assert.ok(error instanceof VapiError);
    assert.equal(error.statusCode, status);
    assert.partialDeepStrictEqual(error.body, { statusCode: status });
    return true;
  });
}
