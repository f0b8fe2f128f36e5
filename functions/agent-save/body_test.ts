import assert from "node:assert/strict";
import { AppError } from "../../shared/errors.ts";
import type { JsonObject } from "../../shared/json.ts";
import { parseAgent } from "./body.ts";

const MINIMAL = { role: "inbound", name: "Front desk", systemPrompt: "Be kind." };
const TOOLS = ["checkAvailability", "bookClinicAppointment"];

function problems(body: JsonObject): unknown {
  try {
    parseAgent(body, TOOLS);
  } catch (error) {
    assert.ok(error instanceof AppError && error.code === "invalid_input");
    return error.details;
  }
  return [];
}

Deno.test("parseAgent() accepts role, name and prompt alone", () => {
  assert.deepEqual(parseAgent(MINIMAL, TOOLS), MINIMAL);
});

Deno.test("parseAgent() refuses unknown fields by name, nested ones too", () => {
  assert.deepEqual(
    problems({ ...MINIMAL, prompt: "x", voice: { provider: "a", voiceId: "b", speed: 2 } }),
    [
      { path: "voice.speed", message: "unknown field" },
      { path: "prompt", message: "unknown field" },
    ],
  );
});

Deno.test("parseAgent() reports every problem at its path", () => {
  const paths = problems({ role: "both", name: "x".repeat(41), maxDurationSeconds: 5 });
  assert.deepEqual(
    Array.isArray(paths) && paths.map((problem) => problem.path),
    ["role", "name", "systemPrompt", "maxDurationSeconds"],
  );
});

Deno.test("parseAgent() refuses a tool that the catalogue does not define, and says which there are", () => {
  assert.deepEqual(problems({ ...MINIMAL, tools: ["checkAvailability", "launchRocket"] }), [{
    path: "tools.1",
    message: "no such tool: launchRocket; there are checkAvailability, bookClinicAppointment",
  }]);
});

Deno.test("parseAgent() keeps an explicit null, which clears a field", () => {
  assert.deepEqual(parseAgent({ ...MINIMAL, firstMessage: null, tools: null }, TOOLS), {
    ...MINIMAL,
    firstMessage: null,
    tools: null,
  });
});
