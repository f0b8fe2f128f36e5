import assert from "node:assert/strict";
import { updateBody } from "./bodies.ts";
import { observe, observeCompactly } from "./observed.ts";
import { type AgentPlan, foreignToolIds, planAgent } from "./plan.ts";
import { desiredSettings, fingerprints } from "./settings.ts";
import {
  AGENT_ID,
  buildAgent,
  buildAssistant,
  CLINIC,
  ORG_ID,
  systemContent,
  WEBHOOK,
} from "../../scripts/tests/support/unit/assistants.ts";
import type { SyncAgent } from "./job.ts";
import { BACKOFF_PLAN } from "../tools/vapi_tool.ts";
import { promptBlock, withBlock } from "./prompt_block.ts";
import type { JsonObject } from "../json.ts";

const current = new Map([["check", "t1"], ["book", "t2"]]);
const applied = fingerprints(desiredSettings(buildAgent(), WEBHOOK));

function plan(agent: SyncAgent, assistant: JsonObject | null, retired: string[] = []): AgentPlan {
  const observed = assistant && observe(assistant);
  return planAgent({ agent, observed, desired: desiredSettings(agent, WEBHOOK), current, retired });
}

function patch(agent: SyncAgent, assistant: JsonObject, retired: string[] = []): JsonObject {
  const made = plan(agent, assistant, retired);
  assert.equal(made.action, "update");
  return updateBody(assistant, desiredSettings(agent, WEBHOOK), made);
}

const model = (body: JsonObject) => body["model"] as JsonObject;

Deno.test("planAgent() creates where Vapi has no assistant", () => {
  assert.deepEqual(plan(buildAgent(), null), { action: "create" });
});

Deno.test("planAgent() does nothing to an assistant in step", () => {
  const assistant = buildAssistant();
  model(assistant)["toolIds"] = ["foreign_1", "t1", "t2"];
  assert.equal(plan(buildAgent({ lastApplied: applied }), assistant).action, "none");
});

Deno.test("planAgent() decides the same from a compact observation as from the whole assistant", () => {
  const agent = buildAgent({ lastApplied: applied, systemPrompt: "changed ".repeat(40) });
  const desired = desiredSettings(agent, WEBHOOK);
  const assistant = buildAssistant();
  assert.deepEqual(
    planAgent({ agent, observed: observeCompactly(assistant), desired, current, retired: [] }),
    planAgent({ agent, observed: observe(assistant), desired, current, retired: [] }),
  );
});

Deno.test("linking keeps prompt, temperature, inline tools, foreign ids and all other settings of the model", () => {
  const assistant = buildAssistant();
  const body = patch(buildAgent({ lastApplied: applied }), assistant);
  assert.deepEqual(body, {
    model: { ...model(assistant), toolIds: ["foreign_1", "t1", "t2"] },
  });
});

Deno.test("a migrated agent's assistant gets its tools, the clinic's facts, its metadata, and nothing else", () => {
  const assistant = buildAssistant({ name: "Hand-made", firstMessage: "Hi", metadata: null });
  const body = patch(buildAgent({ lastApplied: null }), assistant);
  assert.deepEqual(Object.keys(body).sort(), ["metadata", "model"]);
  assert.deepEqual(body["metadata"], { agent_id: AGENT_ID, org_id: ORG_ID });
  assert.deepEqual(body["model"], { ...model(assistant), toolIds: ["foreign_1", "t1", "t2"] });
});

Deno.test("a prompt changed in the console replaces the system message only", () => {
  const assistant = buildAssistant();
  model(assistant)["toolIds"] = ["t1", "t2"];
  const body = patch(buildAgent({ lastApplied: applied, systemPrompt: "New prompt" }), assistant);
  assert.deepEqual(body, {
    model: {
      ...model(assistant),
      messages: [
        { role: "system", content: systemContent("New prompt") },
        { role: "user", content: "an example that someone added" },
      ],
    },
  });
});

Deno.test("a prompt changed in Vapi stays and is drift", () => {
  const assistant = buildAssistant();
  const edited = { role: "system", content: systemContent("Edited at Vapi") };
  Object.assign(model(assistant), { toolIds: ["t1", "t2"], messages: [edited] });
  const made = plan(buildAgent({ lastApplied: applied }), assistant);
  assert.equal(made.action, "none");
  assert.deepEqual(made.drift.map(({ path }) => path), ["model.messages.system"]);
});

Deno.test("what the model is told about the clinic changes with the clinic, and nothing else does", () => {
  const assistant = buildAssistant();
  const edited = { role: "system", content: systemContent("Edited at Vapi") };
  Object.assign(model(assistant), { toolIds: ["t1", "t2"], messages: [edited] });
  const moved = { ...CLINIC, name: "Moved Clinic" };
  const made = plan(buildAgent({ lastApplied: applied, clinic: moved }), assistant);
  assert.equal(made.action, "update");
  assert.deepEqual([made.send, made.link], [["model.messages.system.clinicFacts"], []]);
  const body = patch(buildAgent({ lastApplied: applied, clinic: moved }), assistant);
  const content = withBlock("Edited at Vapi", promptBlock(moved));
  assert.deepEqual(body, {
    model: { ...model(assistant), messages: [{ role: "system", content }] },
  });
});

Deno.test("an edit of our part of the prompt is reverted on any assistant, and is not drift", () => {
  for (const lastApplied of [applied, null]) {
    const assistant = buildAssistant();
    const content = systemContent("You answer the phone of a clinic.").replace("Open:", "Closed:");
    const messages = [{ role: "system", content }];
    Object.assign(model(assistant), { toolIds: ["t1", "t2"], messages });
    const made = plan(buildAgent({ lastApplied }), assistant);
    assert.equal(made.action, "update");
    assert.deepEqual([made.send, made.drift], [["model.messages.system.clinicFacts"], []]);
  }
});

Deno.test("a system message that is not text is left alone", () => {
  const assistant = buildAssistant();
  const messages = [{ role: "system", content: [{ type: "text", text: "Hello" }] }];
  Object.assign(model(assistant), { toolIds: ["t1", "t2"], messages });
  assert.equal(plan(buildAgent({ lastApplied: null }), assistant).action, "none");
});

Deno.test("a prompt that was copied from Vapi with our part is saved without it", () => {
  const desired = desiredSettings(buildAgent({ systemPrompt: systemContent("Be kind.") }), WEBHOOK);
  assert.equal(desired["model.messages.system"], "Be kind.");
});

Deno.test("a voice of another provider replaces the old provider's settings, of the same one keeps them", () => {
  const assistant = buildAssistant();
  model(assistant)["toolIds"] = ["t1", "t2"];
  const sameProvider = buildAgent({
    lastApplied: applied,
    voice: { provider: "11labs", voiceId: "mark" },
  });
  assert.deepEqual(patch(sameProvider, assistant), {
    voice: { provider: "11labs", voiceId: "mark", stability: 0.7 },
  });
  const other = buildAgent({ lastApplied: applied, voice: { provider: "azure", voiceId: "emma" } });
  assert.deepEqual(patch(other, assistant), { voice: { provider: "azure", voiceId: "emma" } });
});

Deno.test("a retired tool leaves toolIds in the same PATCH that brings its successor, and its pinned reference too", () => {
  const assistant = buildAssistant();
  Object.assign(model(assistant), {
    toolIds: ["t1_old", "t2"],
    toolRefs: [{ toolId: "t1_old", version: 3 }, { toolId: "foreign_2", version: 1 }],
  });
  const agent = buildAgent({ lastApplied: applied, linkedToolIds: ["t1_old", "t2"] });
  const body = patch(agent, assistant, ["t1_old"]);
  assert.deepEqual(model(body)["toolIds"], ["t2", "t1"]);
  assert.deepEqual(model(body)["toolRefs"], [{ toolId: "foreign_2", version: 1 }]);
});

const inlineTool = (name: string) => ({
  type: "function",
  function: { name },
  server: { url: "https://elsewhere.example.com/tool" },
});

Deno.test("a hand-made tool with the name of one of ours gives way in the PATCH that brings ours", () => {
  const assistant = buildAssistant();
  Object.assign(model(assistant), {
    toolIds: ["hand_made", "foreign_1"],
    toolRefs: [{ toolId: "pinned", version: 2 }, { toolId: "foreign_2", version: 1 }],
    tools: [{ type: "endCall" }, inlineTool("book"), inlineTool("other")],
  });
  const agent = buildAgent();
  const desired = desiredSettings(agent, WEBHOOK);
  const foreignNames = new Map([
    ["hand_made", "check"],
    ["pinned", "book"],
    ["foreign_1", "lookUpInsurance"],
  ]);
  const observed = observe(assistant);
  const made = planAgent({ agent, observed, desired, current, retired: [], foreignNames });
  assert.equal(made.action, "update");
  assert.deepEqual(made.conflictingTools, [
    { name: "check", vapiToolId: "hand_made" },
    { name: "book", vapiToolId: "pinned" },
  ]);
  assert.deepEqual(made.inline, ["book"]);
  assert.deepEqual(updateBody(assistant, desired, made), {
    model: {
      ...model(assistant),
      toolIds: ["foreign_1", "t1", "t2"],
      toolRefs: [{ toolId: "foreign_2", version: 1 }],
      tools: [{ type: "endCall" }, inlineTool("other")],
    },
  });
});

Deno.test("a hand-made tool stays where the agent does not have ours of that name", () => {
  const assistant = buildAssistant();
  Object.assign(model(assistant), {
    toolIds: ["hand_made", "t2"],
    tools: [inlineTool("check")],
  });
  const agent = buildAgent({ tools: ["book"], lastApplied: applied });
  const made = planAgent({
    agent,
    observed: observe(assistant),
    desired: desiredSettings(agent, WEBHOOK),
    current,
    retired: [],
    foreignNames: new Map([["hand_made", "check"]]),
  });
  assert.equal(made.action, "none");
});

Deno.test("foreignToolIds() names what we never registered", () => {
  const assistant = buildAssistant();
  Object.assign(model(assistant), {
    toolIds: ["t1", "retired", "linked_before", "a"],
    toolRefs: [{ toolId: "b", version: 1 }],
  });
  const agent = buildAgent({ linkedToolIds: ["linked_before"] });
  assert.deepEqual(
    foreignToolIds(observe(assistant), { agent, current, retired: ["retired"] }),
    ["a", "b"],
  );
});

Deno.test("a rotated webhook secret is sent to our own URL and to no other", () => {
  const rotated = { url: WEBHOOK.url, secret: "rotated" };
  const agent = buildAgent({ lastApplied: applied });
  const desired = desiredSettings(agent, rotated);
  const bodyFor = (assistant: JsonObject) => {
    model(assistant)["toolIds"] = ["t1", "t2"];
    const made = planAgent({ agent, observed: observe(assistant), desired, current, retired: [] });
    assert.equal(made.action, "update");
    return updateBody(assistant, desired, made);
  };
  assert.deepEqual(bodyFor(buildAssistant()), {
    server: {
      url: WEBHOOK.url,
      timeoutSeconds: 20,
      backoffPlan: BACKOFF_PLAN,
      headers: { "x-vapi-secret": "rotated" },
    },
  });
  assert.deepEqual(bodyFor(buildAssistant({ server: { url: "https://other.example.test" } })), {});
});

Deno.test("updateBody() refuses to send back what Vapi hides", () => {
  const assistant = buildAssistant();
  model(assistant)["tools"] = [{ type: "function", server: { secret: "[REDACTED]" } }];
  assert.throws(() => patch(buildAgent({ lastApplied: applied }), assistant), {
    code: "assistant_redacted",
  });
});

Deno.test("fingerprints() holds neither the webhook secret nor a long prompt", () => {
  const agent = buildAgent({ systemPrompt: "A prompt of some length. ".repeat(10) });
  const text = JSON.stringify(fingerprints(desiredSettings(agent, WEBHOOK)));
  assert.ok(!text.includes(WEBHOOK.secret));
  assert.ok(!text.includes("A prompt of some length."));
});
