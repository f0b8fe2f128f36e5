import assert from "node:assert/strict";
import type { JsonObject } from "../../shared/json.ts";
import { readRepair } from "../../shared/assistants/job.ts";
import { repairAssistant } from "./repair.ts";
import { modelOf } from "../../shared/assistants/observed.ts";

const nothing = { unlink: [], unpin: false, hearToolCalls: false, server: false };
const ours = {
  ours: new Set(["t1", "t2"]),
  serverUrl: "https://backend.example.test/vapi-webhook",
};
const assistant: JsonObject = {
  model: {
    provider: "openai",
    toolIds: ["t1", "gone", "foreign"],
    toolRefs: [{ toolId: "t2", version: 3 }, { toolId: "foreign_2", version: 1 }],
  },
  serverMessages: ["status-update"],
};

Deno.test("repairAssistant() touches nothing that it was not asked to repair", () => {
  assert.deepEqual(repairAssistant(assistant, nothing, ours), { assistant, touched: [] });
});

Deno.test("repairAssistant() takes off ids that no tool has", () => {
  const repaired = repairAssistant(assistant, { ...nothing, unlink: ["gone"] }, ours);
  assert.deepEqual(repaired.touched, ["model"]);
  assert.deepEqual(modelOf(repaired.assistant)["toolIds"], ["t1", "foreign"]);
});

Deno.test("repairAssistant() links our pinned tools as they are, and leaves others' pins", () => {
  const repaired = repairAssistant(assistant, { ...nothing, unpin: true }, ours);
  assert.deepEqual(repaired.assistant["model"], {
    provider: "openai",
    toolIds: ["t1", "gone", "foreign", "t2"],
    toolRefs: [{ toolId: "foreign_2", version: 1 }],
  });
});

Deno.test("repairAssistant() adds tool-calls to a list of messages, and makes none where there is none", () => {
  const asked = { ...nothing, hearToolCalls: true };
  assert.deepEqual(repairAssistant(assistant, asked, ours).assistant["serverMessages"], [
    "status-update",
    "tool-calls",
  ]);
  assert.deepEqual(repairAssistant({}, asked, ours), { assistant: {}, touched: [] });
});

Deno.test("readRepair() is null for a job that asks for none", () => {
  assert.equal(readRepair({ kind: "agent" }), null);
});

Deno.test("repairAssistant() has it report here, and keeps the rest of its server", () => {
  const old = { ...assistant, server: { url: "https://old.example.test/x", timeoutSeconds: 7 } };
  const repaired = repairAssistant(old, { ...nothing, server: true }, ours);
  assert.deepEqual(repaired.touched, ["server"]);
  assert.deepEqual(repaired.assistant["server"], { url: ours.serverUrl, timeoutSeconds: 7 });
});
