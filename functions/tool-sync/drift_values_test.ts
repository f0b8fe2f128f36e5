import { deepEqual } from "node:assert/strict";
import { driftValues } from "./drift_values.ts";

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
