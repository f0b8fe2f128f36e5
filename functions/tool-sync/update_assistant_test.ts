import assert from "node:assert/strict";
import { deepEqual } from "node:assert/strict";
import { ASSISTANT, refusal, scripted } from "../../scripts/tests/support/unit/scripted_vapi.ts";
import { NO_CHANGES } from "../../shared/assistants/bodies.ts";
import { createLogger } from "../../shared/log.ts";
import { driftValues, replacedTools, updateAssistant } from "./update_assistant.ts";

Deno.test("replacedTools() keeps what would be lost of an inline tool, and no secret of it", () => {
  const definition = { name: "book", description: "Books", parameters: { type: "object" } };
  const assistant = {
    model: {
      tools: [
        { type: "endCall" },
        {
          type: "function",
          function: definition,
          server: { url: "https://old.example.com/book", headers: { "x-key": "s3cret" } },
        },
        { type: "function", function: { name: "other" } },
      ],
    },
  };
  const replaced = replacedTools(assistant, {
    conflictingTools: [{ name: "check", vapiToolId: "hand_made" }],
    inline: ["book"],
  });
  assert.deepEqual(replaced, [
    { name: "check", from: "toolIds", vapiToolId: "hand_made" },
    {
      name: "book",
      from: "tools",
      definition: {
        type: "function",
        function: definition,
        messages: null,
        server: { url: "https://old.example.com/book" },
      },
    },
  ]);
});

Deno.test("driftValues() gives both prompts in full, and null for what was taken away at Vapi", () => {
  const drift = [
    { path: "model.messages.system", applied: "sha256:1", observed: "sha256:2" },
    { path: "firstMessage", applied: '"Hello"', observed: null },
  ];
  const desired = { "model.messages.system": "Be kind.", firstMessage: "Hello" };
  const assistant = { model: { messages: [{ role: "system", content: "Be quick." }] } };
  deepEqual(driftValues(drift, desired, assistant), [
    { ...drift[0], values: { applied: "Be kind.", observed: "Be quick." } },
    { ...drift[1], values: { applied: "Hello", observed: null } },
  ]);
});

Deno.test("updateAssistant() sends tools, a repair and each setting apart where Vapi refuses one, and says which", async () => {
  const model = { ...ASSISTANT.model, toolIds: ["t1"] };
  const assistant = { ...ASSISTANT, serverMessages: ["tool-calls"], firstMessage: "Hello." };
  const told = refusal(400, "voice.voiceId must be one of the account's voices");
  const { vapi, requests } = scripted([
    told.clone(),
    Response.json({ ...assistant, model }),
    Response.json({ ...assistant, model }),
    told,
    Response.json({ ...assistant, model }),
    Response.json({ ...assistant, model, firstMessage: "Good day." }),
  ]);
  const { rejected, wrote } = await updateAssistant({
    vapi,
    log: createLogger("tool-sync", {}, { write: () => {} }),
  }, {
    assistantId: assistant.id,
    assistant,
    desired: {
      "voice.provider": "vapi",
      "voice.voiceId": "Nobody",
      firstMessage: "Good day.",
    },
    update: {
      ...NO_CHANGES,
      link: ["t1"],
      newToolIds: ["t1"],
      send: ["voice.provider", "voice.voiceId", "firstMessage"],
    },
    touched: ["serverMessages"],
    toolIds: ["t1"],
    signal: new AbortController().signal,
  });
  const bodies = requests.filter(({ method }) => method === "PATCH").map(({ body }) => body);
  const voice = { provider: "vapi", voiceId: "Nobody" };
  deepEqual(bodies, [
    { serverMessages: ["tool-calls"], voice, firstMessage: "Good day.", model },
    { serverMessages: ["tool-calls"], model },
    { voice },
    { firstMessage: "Good day." },
  ]);
  const reason = "voice.voiceId must be one of the account's voices";
  deepEqual({ rejected, wrote }, {
    rejected: [{ path: "voice.provider", reason }, { path: "voice.voiceId", reason }],
    wrote: true,
  });
});
