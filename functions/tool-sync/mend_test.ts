import assert from "node:assert/strict";
import type { JsonObject } from "../../shared/json.ts";
import { mend, readMending } from "./mend.ts";
import { modelOf } from "../../shared/assistants/observed.ts";

const nothing = { unlink: [], unpin: false, hearToolCalls: false };
const ours = new Set(["t1", "t2"]);
const assistant: JsonObject = {
  model: {
    provider: "openai",
    toolIds: ["t1", "gone", "foreign"],
    toolRefs: [{ toolId: "t2", version: 3 }, { toolId: "foreign_2", version: 1 }],
  },
  serverMessages: ["status-update"],
};

Deno.test("mend() touches nothing that it was not asked to mend", () => {
  assert.deepEqual(mend(assistant, nothing, ours), { assistant, touched: [] });
});

Deno.test("mend() takes off ids that no tool has", () => {
  const mended = mend(assistant, { ...nothing, unlink: ["gone"] }, ours);
  assert.deepEqual(mended.touched, ["model"]);
  assert.deepEqual(modelOf(mended.assistant)["toolIds"], ["t1", "foreign"]);
});

Deno.test("mend() links our pinned tools as they are, and leaves others' pins", () => {
  const mended = mend(assistant, { ...nothing, unpin: true }, ours);
  assert.deepEqual(mended.assistant["model"], {
    provider: "openai",
    toolIds: ["t1", "gone", "foreign", "t2"],
    toolRefs: [{ toolId: "foreign_2", version: 1 }],
  });
});

Deno.test("mend() adds tool-calls to a list of messages, and makes none where there is none", () => {
  const asked = { ...nothing, hearToolCalls: true };
  assert.deepEqual(mend(assistant, asked, ours).assistant["serverMessages"], [
    "status-update",
    "tool-calls",
  ]);
  assert.deepEqual(mend({}, asked, ours), { assistant: {}, touched: [] });
});

Deno.test("readMending() is null for a job that asks for none", () => {
  assert.equal(readMending({ kind: "agent" }), null);
});
