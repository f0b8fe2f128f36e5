import assert from "node:assert/strict";
import type { JsonObject } from "../json.ts";
import { NO_CHANGES, updateBody } from "./bodies.ts";
import { changeLinks, moveReferences, toolReferences, wantedTools } from "./links.ts";
import { allToolIds, observe, observeCompactly } from "./observed.ts";

const current = new Map([["check", "t1"], ["book", "t2"], ["sms", "t3"]]);
const wanted = (tools: string[] | null, disabledTools: string[] = []) => [
  ...wantedTools({ tools, disabledTools }, current).keys(),
];

Deno.test("wantedTools() gives all current tools to an agent without a choice", () => {
  assert.deepEqual(wanted(null), ["check", "book", "sms"]);
});

Deno.test("wantedTools() limits to the agent's choice and leaves out what the organization switched off", () => {
  assert.deepEqual(wanted(["book", "sms"], ["sms"]), ["book"]);
});

Deno.test("wantedTools() gives none to an agent that chose none", () => {
  assert.deepEqual(wanted([]), []);
});

Deno.test("changeLinks() adds ours, removes ours and leaves everybody else's in place", () => {
  const change = changeLinks(
    { toolIds: ["foreign", "t1_old", "t2"], toolRefIds: [] },
    ["t1", "t2"],
    new Set(["t1", "t2", "t1_old"]),
  );
  assert.deepEqual(change, { toolIds: ["foreign", "t2", "t1"], link: ["t1"], unlink: ["t1_old"] });
});

Deno.test("changeLinks() changes nothing that is in step, whether linked or pinned", () => {
  const change = changeLinks(
    { toolIds: ["t1", "foreign"], toolRefIds: ["t2"] },
    ["t1", "t2"],
    new Set(["t1", "t2"]),
  );
  assert.deepEqual(change, { toolIds: ["t1", "foreign"], link: [], unlink: [] });
});

Deno.test("changeLinks() removes a pinned reference to a tool that has to go", () => {
  const change = changeLinks(
    { toolIds: ["foreign"], toolRefIds: ["t1_old", "foreign_2"] },
    ["t1"],
    new Set(["t1", "t1_old"]),
  );
  assert.deepEqual(change, { toolIds: ["foreign", "t1"], link: ["t1"], unlink: ["t1_old"] });
});

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
