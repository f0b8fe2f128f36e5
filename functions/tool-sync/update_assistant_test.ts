import assert from "node:assert/strict";
import { replacedTools } from "./update_assistant.ts";

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
