import assert from "node:assert/strict";
import { unknownKeysOf } from "./assistant_view.ts";

const assistant = {
  id: "asst_1",
  createdAt: "2026-01-05T10:00:00.000Z",
  latestVersion: "v3",
  isServerUrlSecretSet: false,
  name: "Front desk",
};

Deno.test("unknownKeysOf() names what Vapi's document has no longer, of the assistant and of its provider's model", () => {
  const found = unknownKeysOf({
    ...assistant,
    serverUrl: "https://old.example.test",
    model: { provider: "openai", model: "gpt-4o", toolIds: [], thinking: { type: "enabled" } },
  });
  assert.deepEqual(found, ["serverUrl", "model.thinking"]);
});

Deno.test("unknownKeysOf() finds nothing in what Vapi shows of an assistant, with a model or without", () => {
  assert.deepEqual(unknownKeysOf(assistant), []);
  const model = { provider: "openai", model: "gpt-4o", temperature: 0.3, toolIds: ["tool_1"] };
  assert.deepEqual(unknownKeysOf({ ...assistant, model }), []);
});

Deno.test("unknownKeysOf() says nothing of a model whose provider it doesn't know", () => {
  assert.deepEqual(unknownKeysOf({ ...assistant, model: { provider: "new", odd: 1 } }), []);
});
