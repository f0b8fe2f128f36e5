import assert from "node:assert/strict";
import { BACKOFF_PLAN } from "../vapi/backoff_plan.ts";
import type { JsonObject } from "../json.ts";
import { createBody, NO_CHANGES, updateBody } from "./bodies.ts";
import { desiredSettings } from "./settings.ts";
import {
  AGENT_ID,
  buildAgent,
  ORG_ID,
  systemContent,
  WEBHOOK,
} from "../../scripts/tests/support/unit/assistants.ts";

Deno.test("createBody() makes an assistant without tools that carries its agent's id", () => {
  const agent = buildAgent({ language: "de", maxDurationSeconds: 600 });
  assert.deepEqual(createBody(desiredSettings(agent, WEBHOOK)), {
    name: "Front desk",
    firstMessage: "Hello, how can I help?",
    maxDurationSeconds: 600,
    model: {
      provider: "openai",
      model: "gpt-4o",
      temperature: 0.3,
      messages: [{ role: "system", content: systemContent("You answer the phone of a clinic.") }],
      toolIds: [],
    },
    voice: { provider: "11labs", voiceId: "paula" },
    transcriber: { provider: "deepgram", language: "de" },
    metadata: { agent_id: AGENT_ID, org_id: ORG_ID },
    server: {
      url: WEBHOOK.url,
      backoffPlan: BACKOFF_PLAN,
      headers: { "x-vapi-secret": WEBHOOK.secret },
    },
  });
});

Deno.test("createBody() names a model for an agent that chose none, since Vapi demands one", () => {
  const body = createBody(desiredSettings(buildAgent({ model: null }), WEBHOOK));
  assert.deepEqual(body["model"], {
    provider: "openai",
    model: "gpt-4o",
    messages: [{ role: "system", content: systemContent("You answer the phone of a clinic.") }],
    toolIds: [],
  });
});

Deno.test("createBody() and updateBody() keep the voice, in whatever order its keys come", () => {
  const voice = { voiceId: "Elliot", provider: "vapi" };
  const desired = desiredSettings(buildAgent({ voice }), WEBHOOK);
  assert.deepEqual(createBody(desired)["voice"], voice);
  const assistant = { voice: { provider: "11labs", voiceId: "Elliot", stability: 0.5 } };
  const update = { ...NO_CHANGES, send: ["voice.provider"] };
  assert.deepEqual(updateBody(assistant, desired, update), { voice });
});

Deno.test("updateBody() names the provider of a voice that somebody took away", () => {
  const voice = { provider: "vapi", voiceId: "Elliot" };
  const desired = desiredSettings(buildAgent({ voice }), WEBHOOK);
  const update = { ...NO_CHANGES, send: ["voice.voiceId"] };
  assert.deepEqual(updateBody({}, desired, update), { voice });
});

Deno.test("updateBody() sends our secret along with a new URL, whatever Vapi shows of the headers", () => {
  const desired = desiredSettings(buildAgent(), WEBHOOK);
  const update = { ...NO_CHANGES, send: ["server.url"] };
  const server = { url: WEBHOOK.url, headers: { "x-vapi-secret": WEBHOOK.secret } };
  const shown: JsonObject[] = [
    {},
    { headers: { "x-vapi-secret": "[REDACTED]" } },
    { headers: { "x-vapi-secret": "the one before" } },
  ];
  for (const headers of shown) {
    const assistant = { server: { url: "https://old.example.test/vapi-webhook", ...headers } };
    assert.deepEqual(updateBody(assistant, desired, update), { server });
  }
});
