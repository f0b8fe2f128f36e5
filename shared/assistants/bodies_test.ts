import assert from "node:assert/strict";
import { BACKOFF_PLAN } from "../tools/vapi_tool.ts";
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

Deno.test("createBody() makes an assistant without tools of the catalogue that carries its agent's id", () => {
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
      tools: [{ type: "transferCall" }, { type: "endCall" }],
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
    tools: [{ type: "transferCall" }, { type: "endCall" }],
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

Deno.test("updateBody() keeps of a model what another provider's has too, and drops the rest", () => {
  const agent = buildAgent({
    model: { provider: "anthropic", model: "claude-sonnet-4-5-20250929" },
  });
  const kept = {
    messages: [{ role: "system", content: "You help." }],
    toolIds: ["foreign_1"],
    tools: [{ type: "endCall" }],
    temperature: 0.3,
    maxTokens: 200,
  };
  const body = updateBody(
    {
      model: {
        ...kept,
        provider: "openai",
        model: "gpt-5",
        reasoningEffort: "low",
        fallbackModels: [],
      },
      voice: { provider: "11labs", voiceId: "x", stability: 0.5, cachingEnabled: true },
    },
    desiredSettings({ ...agent, voice: { provider: "vapi", voiceId: "Elliot" } }, WEBHOOK),
    { ...NO_CHANGES, send: ["model.provider", "voice.provider"] },
  );
  assert.deepEqual(body, {
    model: { ...kept, provider: "anthropic", model: "claude-sonnet-4-5-20250929" },
    voice: { cachingEnabled: true, provider: "vapi", voiceId: "Elliot" },
  });
});

Deno.test("updateBody() links an assistant without a model with the agent's", () => {
  const body = updateBody(
    { name: "Front desk" },
    desiredSettings(buildAgent({ model: null }), WEBHOOK),
    { ...NO_CHANGES, link: ["tool_1"], newToolIds: ["tool_1"] },
  );
  assert.deepEqual(body, { model: { provider: "openai", model: "gpt-4o", toolIds: ["tool_1"] } });
});

Deno.test("desiredSettings() leaves out what was meant for another provider's voice", () => {
  const agent = buildAgent({ settings: { voice: { stability: 0.5, cachingEnabled: true } } });
  const paths = (provider: string) =>
    Object.keys(desiredSettings({ ...agent, voice: { provider, voiceId: "x" } }, WEBHOOK))
      .filter((path) => path.startsWith("voice."));
  assert.deepEqual(paths("11labs"), [
    "voice.provider",
    "voice.voiceId",
    "voice.cachingEnabled",
    "voice.stability",
  ]);
  assert.deepEqual(paths("vapi"), ["voice.provider", "voice.voiceId", "voice.cachingEnabled"]);
});

Deno.test("updateBody() lets a word take the place of an object, and the other way round", () => {
  const settings = (backgroundSpeechDenoisingPlan: JsonObject | string) => ({
    backgroundSpeechDenoisingPlan,
  });
  const agent = buildAgent({ settings: settings({ smartDenoisingPlan: { enabled: true } }) });
  const path = "backgroundSpeechDenoisingPlan.smartDenoisingPlan";
  const body = updateBody(settings("off"), desiredSettings(agent, WEBHOOK), {
    ...NO_CHANGES,
    send: [path],
    clear: ["backgroundSpeechDenoisingPlan"],
  });
  assert.deepEqual(body, settings({ smartDenoisingPlan: { enabled: true } }));
});

Deno.test("updateBody() sends no null back that Vapi shows for what isn't there, but for what others keep in metadata", () => {
  const model = { provider: "openai", model: "gpt-4o", knowledgeBase: null, tools: null };
  const assistant = { model, voice: { provider: "vapi", voiceId: "Elliot", speed: null } };
  const desired = desiredSettings(
    buildAgent({ voice: { provider: "vapi", voiceId: "Elliot" } }),
    WEBHOOK,
  );
  const body = updateBody({ ...assistant, metadata: { crm: null } }, desired, {
    ...NO_CHANGES,
    link: ["tool_1"],
    newToolIds: ["tool_1"],
    send: ["voice.voiceId", "metadata.agent_id"],
  });
  assert.deepEqual(body, {
    model: { provider: "openai", model: "gpt-4o", toolIds: ["tool_1"] },
    voice: { provider: "vapi", voiceId: "Elliot" },
    metadata: { crm: null, agent_id: AGENT_ID },
  });
});
