import assert from "node:assert/strict";
import { refusal, scripted } from "../../scripts/tests/support/unit/scripted_vapi.ts";
import type { JsonObject } from "../json.ts";
import { NO_CHANGES, updateBody } from "./bodies.ts";
import {
  allToolIds,
  listToolHolders,
  moveReferences,
  observe,
  observeCompactly,
  toolReferences,
} from "./observed.ts";

const hook = (toolId: string) => ({ on: "call.ending", do: [{ type: "tool", toolId }] });
const assistant: JsonObject = {
  id: "a",
  model: {
    provider: "openai",
    model: "gpt-4o",
    toolIds: ["linked"],
    toolRefs: [{ toolId: "pinned", version: "v1" }],
    tools: [{
      type: "handoff",
      destinations: [{ assistantOverrides: { model: { toolIds: ["handed"] } } }],
    }],
  },
  hooks: [hook("hooked"), hook("hooked")],
};

Deno.test("observe() counts every reference to a tool, wherever it stands", () => {
  for (const observed of [observe(assistant), observeCompactly(assistant)]) {
    assert.deepEqual(observed.toolIds, ["linked"]);
    assert.deepEqual(observed.hookToolIds, ["hooked"]);
    assert.deepEqual(observed.otherToolIds, ["handed"]);
    assert.deepEqual(allToolIds(observed), ["linked", "pinned", "hooked", "handed"]);
  }
});

Deno.test("toolReferences() finds those of squads and workflows, and no others", () => {
  const squad: JsonObject = {
    id: "s",
    members: [{ assistantId: "x", assistantOverrides: { hooks: [hook("t1")] } }],
    membersOverrides: { model: { toolIds: ["t2", "t1"] } },
  };
  assert.deepEqual(toolReferences(squad), ["t1", "t2"]);
  assert.deepEqual(toolReferences({ nodes: [{ type: "tool", toolId: "t3" }] }), ["t3"]);
  assert.deepEqual(toolReferences({ toolId: null, toolIds: "t", name: "t" }), []);
});

Deno.test("updateBody() moves the references of hooks to a replacement, and sends nothing else", () => {
  const body = updateBody(assistant, {}, { ...NO_CHANGES, moves: [["hooked", "new"]] });
  assert.deepEqual(body, { hooks: [hook("new"), hook("new")] });
  assert.deepEqual(moveReferences({ toolIds: ["a", "b"] }, new Map([["a", "c"]])), {
    toolIds: ["c", "b"],
  });
});

Deno.test("listToolHolders() reads squads and workflows, and takes it that there are none where Vapi has no such list", async () => {
  const createdAt = "2026-01-01T00:00:00.000Z";
  const nodes = [{ type: "tool", toolId: "t1" }, { type: "conversation" }];
  const { vapi } = scripted([
    refusal(404, "Cannot GET /squad"),
    Response.json([{ id: "w1", createdAt, nodes }, { id: "w2", createdAt, nodes: [] }]),
  ]);
  assert.deepEqual(await listToolHolders(vapi), [{ kind: "workflow", id: "w1", toolIds: ["t1"] }]);
});
