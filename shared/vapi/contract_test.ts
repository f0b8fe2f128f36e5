import assert from "node:assert/strict";
import { contractErrors, keysOf, valuesOf, variantOf } from "./contract.ts";

function messages(shape: string, value: unknown): string[] {
  return contractErrors(shape, value).map(({ message }) => message);
}

const assistant = {
  name: "Front desk",
  model: {
    provider: "openai",
    model: "gpt-4.1",
    fallbackModels: ["gpt-4.1-mini"],
    toolIds: ["t1"],
    tools: [{ type: "endCall" }, { type: "function", function: { name: "lookUp" } }],
    messages: [{ role: "system", content: "You book appointments." }],
  },
  voice: {
    provider: "11labs",
    voiceId: "anybody",
    fallbackPlan: { voices: [{ provider: "vapi", voiceId: "Elliot" }] },
  },
  transcriber: { provider: "deepgram", model: "nova-3", language: "de" },
  voicemailDetection: { provider: "vapi", backoffPlan: { maxRetries: 2 } },
  keypadInputPlan: { enabled: true, timeoutSeconds: 3, delimiters: "#" },
  hooks: [{ on: "call.ending", do: [{ type: "tool", toolId: "t1" }] }],
  server: { url: "https://backend.example.test/x", secret: "s", headers: { a: "b" } },
};

Deno.test("an assistant with the settings of the document has no errors", () => {
  assert.deepEqual(contractErrors("CreateAssistantDTO", assistant), []);
});

const refusals: [rule: string, change: Record<string, unknown>, path: string, message: string][] = [
  ["an unknown key", { serverUrl: "x" }, "serverUrl", "property serverUrl should not exist"],
  [
    "an unknown key inside",
    { model: { ...assistant.model, thinking: {} } },
    "model.thinking",
    "model.property thinking should not exist",
  ],
  [
    "a key of an inline tool",
    { model: { ...assistant.model, tools: [{ type: "endCall", name: "x" }] } },
    "model.tools.0.name",
    "model.tools.0.property name should not exist",
  ],
  [
    "a required key left out",
    { model: { provider: "custom-llm", model: "x" } },
    "model.url",
    "model.url must be a string",
  ],
  [
    "a language that the transcriber doesn't have",
    { transcriber: { provider: "google", language: "de-DE" } },
    "transcriber.language",
    "transcriber.language must be one of the following values: Multilingual, Arabic, Bengali, ",
  ],
  [
    "a value for a list of words",
    { serverMessages: ["tool-calls", "assistant-request"] },
    "serverMessages.1",
    "each value in serverMessages must be one of the following values: assistant.started, ",
  ],
  [
    "an item of a list inside that isn't text",
    { model: { ...assistant.model, toolIds: ["t1", 2, 3] } },
    "model.toolIds.1",
    "model.each value in toolIds must be a string",
  ],
  [
    "a URL on localhost",
    { server: { url: "https://localhost:3000" } },
    "server.url",
    "server.url must be a valid URL. Hot tip, the protocol should be https:// or wss://, but found",
  ],
  [
    "a name of 41 characters",
    { name: "n".repeat(41) },
    "name",
    "name must be shorter than or equal to 40 characters",
  ],
  [
    "too short a call",
    { maxDurationSeconds: 9 },
    "maxDurationSeconds",
    "maxDurationSeconds must not be less than 10",
  ],
  ["null", { firstMessage: null }, "firstMessage", "firstMessage must be a string"],
  [
    "a member of a union that fits none",
    { voicemailDetection: { provider: "acme" } },
    "voicemailDetection.provider",
    "voicemailDetection.provider must be one of the following values: ",
  ],
];

for (const [rule, change, path, message] of refusals) {
  Deno.test(`${rule} is told by its path, in Vapi's words, once`, () => {
    const errors = contractErrors("CreateAssistantDTO", { ...assistant, ...change });
    assert.deepEqual(errors.map((error) => error.path), [path]);
    assert.equal(errors[0]?.message.slice(0, message.length), message);
  });
}

Deno.test("the provider is what tells models and voices apart, so it can't be left out", () => {
  assert.match(
    messages("CreateAssistantDTO", { model: { toolIds: [] } })[0] ?? "",
    /^model\.provider must be one of the following values: .*anthropic.*openai/,
  );
  assert.match(messages("CreateAssistantDTO", { voice: { voiceId: "x" } })[0] ?? "", /^voice\.pro/);
});

Deno.test("JSON Schema has the keywords of the document and no other", () => {
  const tool = (schema: Record<string, unknown>) => ({
    type: "function",
    function: { name: "f", parameters: { type: "object", properties: { x: schema } } },
  });
  assert.deepEqual(messages("CreateFunctionToolDTO", tool({ type: "string", enum: ["a"] })), []);
  assert.deepEqual(
    messages("CreateFunctionToolDTO", tool({ type: "string", anyOf: [], const: "a" })),
    ["anyOf", "const"].map((key) =>
      `function.parameters.properties.x.property ${key} should not exist`
    ),
  );
});

Deno.test("only an update may leave a tool's type out", () => {
  assert.deepEqual(messages("UpdateFunctionToolDTO", { async: true }), []);
  assert.deepEqual(messages("CreateFunctionToolDTO", { async: true }), [
    "type must be one of the following values: function",
  ]);
});

Deno.test("a body that is not an object is refused as a whole", () => {
  for (const body of [null, [], "text", 3]) {
    assert.deepEqual(messages("UpdateAssistantDTO", body), ["body must be an object"]);
  }
});

Deno.test("one key can be checked by itself, and looked up", () => {
  const errors = contractErrors("CreateAssistantDTO.voice", { provider: "neuphonic" }, "voice");
  assert.deepEqual(errors.map(({ message }) => message), [
    "voice.voiceId must be a string",
    "voice.language must be a string",
  ]);
  assert.equal(variantOf("CreateAssistantDTO.model", "openai"), "OpenAIModel");
  assert.equal(variantOf("CreateAssistantDTO.model", "acme"), null);
  assert.ok(keysOf("AnthropicModel").includes("thinking"));
  assert.equal(keysOf("OpenAIModel").includes("thinking"), false);
  assert.ok(valuesOf("DeepgramTranscriber.language")?.includes("de"));
  assert.equal(valuesOf("ElevenLabsVoice.voiceId"), null);
  assert.throws(() => keysOf("Nothing"), /no Nothing/);
});
