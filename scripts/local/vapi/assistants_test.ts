import assert from "node:assert/strict";
import { assistantBody, toolBody, withDouble } from "../../tests/support/vapi_client.ts";

Deno.test(
  "a created assistant is 201 and is read back with added defaults",
  withDouble(async ({ send }) => {
    const { status, id, body, at } = await send("POST", "/assistant", assistantBody);
    assert.equal(status, 201);
    assert.partialDeepStrictEqual(body, {
      ...assistantBody,
      firstMessageMode: "assistant-speaks-first",
      maxDurationSeconds: 600,
      isServerUrlSecretSet: false,
    });
    assert.partialDeepStrictEqual(at("model"), { emotionRecognitionEnabled: false });
    assert.deepEqual((await send("GET", `/assistant/${id}`)).body, body);
  }),
);

const providers =
  /^model\.provider must be one of the following values: anthropic, .*openai, .*xai, vapi$/;

const refusals: [rule: string, change: Record<string, unknown>, message: string | RegExp][] = [
  ["model with toolIds alone", { model: { toolIds: [] } }, providers],
  ["model of an unknown provider", { model: { provider: "acme", model: "x" } }, providers],
  [
    "model without the name of a model",
    { model: { provider: "openai" } },
    /^model\.model must be one of the following values: .*gpt-4\.1/,
  ],
  [
    "an unknown property of model",
    { model: { ...assistantBody.model, systemPrompt: "x" } },
    "model.property systemPrompt should not exist",
  ],
  [
    "an invalid inline tool",
    { model: { ...assistantBody.model, tools: [{ ...toolBody, name: "x" }] } },
    "model.tools.0.property name should not exist",
  ],
  [
    "an inline tool on localhost",
    { model: { ...assistantBody.model, tools: [{ ...toolBody, server: { url: "http://a" } }] } },
    /^model\.tools\.0\.server\.url must be a valid URL\. Hot tip/,
  ],
  ["tools at the top", { tools: [] }, "property tools should not exist"],
  ["toolIds at the top", { toolIds: [] }, "property toolIds should not exist"],
  ["serverUrl", { serverUrl: "https://a.example.test" }, "property serverUrl should not exist"],
  [
    "a server on localhost",
    { server: { url: "https://localhost:3000" } },
    /^server\.url must be a valid URL\. Hot tip.* but found https:\/\/localhost:3000$/,
  ],
  [
    "a name of 41 characters",
    { name: "n".repeat(41) },
    "name must be shorter than or equal to 40 characters",
  ],
  [
    "assistant-request among serverMessages",
    { serverMessages: ["tool-calls", "assistant-request"] },
    /^each value in serverMessages must be one of the following values: .*tool-calls/,
  ],
  [
    "a setting of another provider's models",
    {
      model: { provider: "groq", model: "llama-3.3-70b-versatile", thinking: { type: "enabled" } },
    },
    "model.property thinking should not exist",
  ],
  [
    "a language that the transcriber doesn't have",
    { transcriber: { provider: "deepgram", language: "de-DE" } },
    /^transcriber\.language must be one of the following values: .*de, .*en-US/,
  ],
  [
    "a voice of an unknown provider",
    { voice: { provider: "acme" } },
    /^voice\.provider must be one/,
  ],
  [
    "nine seconds of call",
    { maxDurationSeconds: 9 },
    "maxDurationSeconds must not be less than 10",
  ],
  ...[
    "id",
    "orgId",
    "createdAt",
    "updatedAt",
    "isServerUrlSecretSet",
    "latestVersion",
    "analyticsMetadata",
    "isDeleted",
  ].map((field): [string, Record<string, unknown>, string] => [
    `response-only ${field}`,
    { [field]: "x" },
    `property ${field} should not exist`,
  ]),
];

for (const [rule, change, message] of refusals) {
  Deno.test(
    `${rule} is 400, on creation and in a PATCH`,
    withDouble(async ({ double, send }) => {
      const created = await send("POST", "/assistant", assistantBody);
      const posted = await send("POST", "/assistant", { ...assistantBody, ...change });
      const patched = await send("PATCH", `/assistant/${created.id}`, change);
      for (const { status, at } of [posted, patched]) {
        assert.deepEqual([status, at("error"), at("statusCode")], [400, "Bad Request", 400]);
        if (typeof message === "string") assert.deepEqual(at("message"), [message]);
        else assert.match(String(at("message.0")), message);
      }
      assert.equal(double.state.assistants.size, 1);
      assert.deepEqual((await send("GET", `/assistant/${created.id}`)).body, created.body);
    }),
  );
}

Deno.test(
  "what the document has is kept: fallback models and voices, voicemail, keypad, plans, hooks",
  withDouble(async ({ send }) => {
    const body = {
      model: { provider: "openai", model: "gpt-4.1", fallbackModels: ["gpt-4.1-mini"] },
      voice: {
        provider: "azure",
        voiceId: "andrew",
        fallbackPlan: { voices: [{ provider: "vapi", voiceId: "Elliot" }] },
      },
      voicemailDetection: { provider: "google", backoffPlan: { maxRetries: 3 } },
      keypadInputPlan: { enabled: true, delimiters: "#" },
      compliancePlan: { hipaaEnabled: true },
      startSpeakingPlan: { waitSeconds: 0.6, smartEndpointingPlan: { provider: "livekit" } },
      hooks: [{ on: "call.ending", do: [{ type: "tool", toolId: "t1" }] }],
      backgroundSound: "office",
    };
    const created = await send("POST", "/assistant", body);
    assert.equal(created.status, 201, JSON.stringify(created.body));
    assert.partialDeepStrictEqual(created.body, body);
  }),
);

Deno.test(
  "PATCH replaces the keys that are sent whole: model without messages loses the prompt",
  withDouble(async ({ send }) => {
    const created = await send("POST", "/assistant", assistantBody);
    const { status, at } = await send("PATCH", `/assistant/${created.id}`, {
      model: { provider: "openai", model: "gpt-4.1", toolIds: ["t1"] },
    });
    assert.equal(status, 200);
    assert.deepEqual(at("model"), {
      provider: "openai",
      model: "gpt-4.1",
      toolIds: ["t1"],
      emotionRecognitionEnabled: false,
      numFastTurns: 0,
    });
    assert.deepEqual([at("name"), at("firstMessage")], ["Front desk", "Hello"]);
    assert.deepEqual(at("voice"), created.at("voice"));
    assert.equal(at("createdAt"), created.at("createdAt"));
  }),
);

Deno.test(
  "a model that was read back can be sent back: GET, add an id, PATCH",
  withDouble(async ({ send }) => {
    const body = {
      ...assistantBody,
      model: { ...assistantBody.model, tools: [toolBody, { type: "endCall" }] },
    };
    const { id, at } = await send("POST", "/assistant", body);
    const model = { ...Object(at("model")), toolIds: ["t1"] };
    const patched = await send("PATCH", `/assistant/${id}`, { model });
    assert.deepEqual([patched.status, patched.at("model")], [200, model]);
  }),
);

Deno.test(
  "null clears a key, and an unknown key is refused even with null",
  withDouble(async ({ send }) => {
    const { id } = await send("POST", "/assistant", assistantBody);
    const cleared = await send("PATCH", `/assistant/${id}`, { firstMessage: null });
    assert.deepEqual([cleared.status, cleared.at("firstMessage")], [200, undefined]);
    assert.equal((await send("PATCH", `/assistant/${id}`, { greeting: null })).status, 400);
  }),
);

Deno.test(
  "server.secret of an assistant is write-only: read-back tells that there is one",
  withDouble(async ({ double, send }) => {
    const server = { url: "https://backend.example.test/vapi-webhook", secret: "s3" };
    const { id, body, at } = await send("POST", "/assistant", { ...assistantBody, server });
    assert.equal(at("isServerUrlSecretSet"), true);
    const listed = await send("GET", "/assistant");
    assert.equal(JSON.stringify([body, listed.body]).includes("s3"), false);
    assert.equal(double.state.assistants.get(id)?.server?.secret, "s3");

    const patched = await send("PATCH", `/assistant/${id}`, { server: { url: server.url } });
    assert.equal(patched.at("isServerUrlSecretSet"), false, "server is replaced whole");
  }),
);

Deno.test(
  "an id in both toolIds and toolRefs is dropped from toolIds on writing",
  withDouble(async ({ send }) => {
    const [a, b] = [crypto.randomUUID(), crypto.randomUUID()];
    const model = {
      ...assistantBody.model,
      toolIds: [a, b],
      toolRefs: [{ toolId: b, version: "v1" }],
    };
    const { at } = await send("POST", "/assistant", { ...assistantBody, model });
    assert.deepEqual(at("model.toolIds"), [a]);
  }),
);

Deno.test(
  "a deleted assistant is gone",
  withDouble(async ({ send }) => {
    const { id } = await send("POST", "/assistant", assistantBody);
    assert.equal((await send("DELETE", `/assistant/${id}`)).status, 200);
    assert.equal((await send("GET", `/assistant/${id}`)).status, 404);
    assert.deepEqual((await send("GET", "/assistant")).body, []);
  }),
);
