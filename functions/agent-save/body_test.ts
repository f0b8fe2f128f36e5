import assert from "node:assert/strict";
import { AppError } from "../../shared/http/errors.ts";
import type { JsonObject } from "../../shared/json.ts";
import { agentParser } from "./body.ts";

const MINIMAL = { role: "inbound", name: "Front desk", systemPrompt: "Be kind." };
const parseAgent = agentParser(["checkAvailability", "bookClinicAppointment"]);

function problems(body: JsonObject): { path: string; message: string }[] {
  try {
    parseAgent(body);
  } catch (error) {
    assert.ok(error instanceof AppError && error.code === "invalid_input");
    assert.ok(Array.isArray(error.details));
    return error.details;
  }
  return [];
}

Deno.test("parseAgent() accepts role, name and prompt alone", () => {
  assert.deepEqual(parseAgent(MINIMAL), MINIMAL);
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
  const found = problems({ role: "both", name: "x".repeat(41), maxDurationSeconds: 5 });
  assert.deepEqual(
    found.map((problem) => problem.path),
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
  assert.deepEqual(parseAgent({ ...MINIMAL, firstMessage: null, tools: null }), {
    ...MINIMAL,
    firstMessage: null,
    tools: null,
  });
});

Deno.test("parseAgent() refuses text that can't be stored, wherever it stands", () => {
  const voice = { provider: "11labs", voiceId: "paula" };
  const model = { provider: "openai", model: "gpt-4o" };
  for (const bad of ["a\0b", "a\ud800b", "\udc00\ud800"]) {
    const body = {
      role: "inbound",
      name: bad,
      systemPrompt: bad,
      firstMessage: bad,
      voice: { ...voice, voiceId: bad },
      model: { ...model, model: bad },
      language: bad,
    };
    assert.deepEqual(
      problems(body).map((problem) => problem.path),
      ["name", "systemPrompt", "firstMessage", "voice.voiceId", "model.model", "language"],
    );
  }
  assert.deepEqual(
    problems({ ...MINIMAL, name: "מרפאה 👩‍⚕️", systemPrompt: "'; drop table agents" }),
    [],
  );
});

Deno.test("parseAgent() refuses a version that no agent can have", () => {
  for (const version of [0, -1, 1.5, 2 ** 31, 1e300]) {
    assert.equal(problems({ ...MINIMAL, version }).length, 1, String(version));
  }
});

Deno.test("parseAgent() answers a list of tools without end with one problem", () => {
  assert.deepEqual(problems({ ...MINIMAL, tools: Array.from({ length: 100_000 }, () => "x") }), [
    { path: "tools", message: "Too big: expected array to have <=100 items" },
  ]);
});
