import assert from "node:assert/strict";
import { deepEqual } from "node:assert/strict";
import { driftValues, replacedTools } from "./update_assistant.ts";

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
