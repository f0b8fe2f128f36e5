import assert from "node:assert/strict";
import { Random } from "../../scripts/proof/storm/random.ts";
import { randomBody } from "../../scripts/tests/support/random_body.ts";
import { buildAgent, WEBHOOK } from "../../scripts/tests/support/unit/assistants.ts";
import { isJsonObject, parseJson } from "../json.ts";
import { contractErrors } from "../vapi/contract.ts";
import { NO_CHANGES, updateBody } from "./bodies.ts";
import { desiredSettings } from "./settings.ts";

const AGENTS = [
  {
    model: { provider: "anthropic", model: "claude-sonnet-4-5-20250929" },
    voice: { provider: "vapi", voiceId: "Elliot" },
  },
  {
    model: { provider: "custom-llm", model: "m", url: "https://llm.example.test/v1" },
    voice: { provider: "neuphonic", voiceId: "x", language: "en" },
  },
  {
    model: { provider: "openai", model: "gpt-4o" },
    voice: { provider: "11labs", voiceId: "sarah" },
  },
];

Deno.test("whatever provider 200 random assistants had, another one's PATCH is as Vapi's document allows", () => {
  const random = new Random(20261129);
  for (let i = 0; i < 200; i++) {
    const assistant = parseJson(JSON.stringify(randomBody(random, "CreateAssistantDTO")));
    assert.ok(isJsonObject(assistant));
    const desired = desiredSettings(
      buildAgent({ ...random.pick(AGENTS), language: "de-DE" }),
      WEBHOOK,
    );
    const send = Object.keys(desired).filter((path) => /^(model|voice|transcriber)\./.test(path));
    const body = updateBody(assistant, desired, { ...NO_CHANGES, send });
    assert.deepEqual(contractErrors("PATCH /assistant/:id", body), [], JSON.stringify(assistant));
  }
});
