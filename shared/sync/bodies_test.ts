import assert from "node:assert/strict";
import { createBody } from "./bodies.ts";
import { desiredLeaves } from "./settings.ts";
import { AGENT_ID, buildAgent, ORG_ID, WEBHOOK } from "./testing.ts";

Deno.test("createBody() makes an assistant without tools that carries its agent's id", () => {
  const agent = buildAgent({ language: "de", maxDurationSeconds: 600 });
  assert.deepEqual(createBody(desiredLeaves(agent, WEBHOOK)), {
    name: "Front desk",
    firstMessage: "Hello, how can I help?",
    maxDurationSeconds: 600,
    model: {
      provider: "openai",
      model: "gpt-4o",
      temperature: 0.3,
      messages: [{ role: "system", content: "You answer the phone of a clinic." }],
      toolIds: [],
    },
    voice: { provider: "11labs", voiceId: "paula" },
    transcriber: { provider: "deepgram", language: "de" },
    metadata: { agent_id: AGENT_ID, org_id: ORG_ID },
    server: { url: WEBHOOK.url, headers: { "x-vapi-secret": WEBHOOK.secret } },
  });
});

Deno.test("createBody() names a model for an agent that chose none, since Vapi demands one", () => {
  const body = createBody(desiredLeaves(buildAgent({ model: null }), WEBHOOK));
  assert.deepEqual(body["model"], {
    provider: "openai",
    model: "gpt-4o",
    messages: [{ role: "system", content: "You answer the phone of a clinic." }],
    toolIds: [],
  });
});
