import assert from "node:assert/strict";
import { Random } from "../../scripts/proof/storm/random.ts";
import { randomBody } from "../../scripts/tests/support/random_body.ts";
import { buildAgent, WEBHOOK } from "../../scripts/tests/support/unit/assistants.ts";
import { isJsonObject, type JsonObject, parseJson } from "../json.ts";
import { contractErrors } from "../vapi/contract.ts";
import { createBody, NO_CHANGES, updateBody } from "./bodies.ts";
import { observe } from "./observed.ts";
import { planExisting, settingsWith } from "./plan.ts";
import { desiredSettings, fingerprints } from "./settings.ts";

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

const PARTS = ["model", "voice", "transcriber"];

function randomAssistant(random: Random): JsonObject {
  const assistant = parseJson(JSON.stringify(randomBody(random, "CreateAssistantDTO")));
  assert.ok(isJsonObject(assistant));
  return assistant;
}

/** What an agent's `settings` say of the parts, when their own fields were meant for other providers. */
function settingsFrom(assistant: JsonObject): JsonObject {
  return Object.fromEntries(PARTS.map((part) => {
    const value = assistant[part];
    const {
      provider,
      voiceId: _id,
      model,
      messages: _m,
      tools: _t,
      toolIds: _i,
      toolRefs: _r,
      ...own
    } = isJsonObject(value) ? value : {};
    return [part, {
      ...own,
      ...part !== "model" && model !== undefined && { model },
      ...part === "transcriber" && provider !== undefined && { provider },
    }];
  }));
}

Deno.test("settings that were meant for other providers, or for a voice that nobody chose, are never sent", () => {
  const random = new Random(7);
  for (let i = 0; i < 100; i++) {
    const settings = settingsFrom(randomAssistant(random));
    const chosen = random.pick([{ model: null, voice: null }, ...AGENTS]);
    const agent = buildAgent({ ...chosen, settings, language: "de-DE" });
    const created = createBody(desiredSettings(agent, WEBHOOK));
    assert.deepEqual(contractErrors("POST /assistant", created), [], JSON.stringify(agent));

    const assistant = randomAssistant(random);
    const observed = observe(assistant);
    // It had a voice that the console removes with this save.
    const before = fingerprints({ "voice.provider": "vapi", "voice.voiceId": "Elliot" });
    const known = { ...agent, lastApplied: random.pick([{}, before]) };
    const plan = planExisting({ webhook: WEBHOOK }, {
      agent: known,
      observed,
      foreignNames: new Map(),
      view: {
        current: new Map([["checkAvailability", "t1"]]),
        retired: [],
        replacements: new Map(),
      },
    });
    assert.ok(plan.action === "update");
    const { voice, ...body } = updateBody(assistant, settingsWith(observed, known, WEBHOOK), plan);
    const sent = voice === null ? body : { ...body, ...voice !== undefined && { voice } };
    assert.deepEqual(contractErrors("PATCH /assistant/:id", sent), [], JSON.stringify(known));
  }
});

Deno.test("a model or a voice that the console chooses anew takes its provider along, whatever was chosen at Vapi meanwhile", () => {
  const voice = { provider: "vapi", voiceId: "Elliot" };
  const before = buildAgent({ voice });
  const messages = [{ role: "system", content: "You help." }];
  const assistant: JsonObject = {
    model: {
      provider: "anthropic",
      model: "claude-sonnet-4-5-20250929",
      thinking: { type: "enabled", budgetTokens: 2000 },
      messages,
    },
    voice: { provider: "11labs", voiceId: "sarah", stability: 0.5 },
  };
  const agent = {
    ...before,
    model: { provider: "openai", model: "gpt-4.1", temperature: 0.3 },
    voice: { ...voice, voiceId: "Kylie" },
    lastApplied: fingerprints(desiredSettings(before, WEBHOOK)),
  };
  const observed = observe(assistant);
  const plan = planExisting({ webhook: WEBHOOK }, {
    agent,
    observed,
    foreignNames: new Map(),
    view: { current: new Map(), retired: [], replacements: new Map() },
  });
  assert.ok(plan.action === "update");
  const body = updateBody(assistant, settingsWith(observed, agent, WEBHOOK), {
    ...plan,
    send: plan.send.filter((path) => ["model.model", "voice.voiceId"].includes(path)),
  });
  assert.deepEqual(body, {
    model: { provider: "openai", model: "gpt-4.1", messages },
    voice: { provider: "vapi", voiceId: "Kylie" },
  });
});
