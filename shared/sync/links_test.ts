import assert from "node:assert/strict";
import { changeLinks, wantedToolIds } from "./links.ts";

const current = new Map([["check", "t1"], ["book", "t2"], ["sms", "t3"]]);

Deno.test("wantedToolIds() gives all current tools to an agent without a choice", () => {
  assert.deepEqual(wantedToolIds({ tools: null, disabledTools: [] }, current), ["t1", "t2", "t3"]);
});

Deno.test("wantedToolIds() limits to the agent's choice and leaves out what the organization switched off", () => {
  assert.deepEqual(wantedToolIds({ tools: ["book", "sms"], disabledTools: ["sms"] }, current), [
    "t2",
  ]);
});

Deno.test("wantedToolIds() gives none to an agent that chose none", () => {
  assert.deepEqual(wantedToolIds({ tools: [], disabledTools: [] }, current), []);
});

Deno.test("changeLinks() adds ours, removes ours and leaves everybody else's in place", () => {
  const change = changeLinks(
    ["foreign", "t1_old", "t2"],
    ["t1", "t2"],
    new Set(["t1", "t2", "t1_old"]),
  );
  assert.deepEqual(change, { toolIds: ["foreign", "t2", "t1"], link: ["t1"], unlink: ["t1_old"] });
});

Deno.test("changeLinks() changes nothing that is in step", () => {
  const change = changeLinks(["t1", "foreign"], ["t1"], new Set(["t1"]));
  assert.deepEqual(change, { toolIds: ["t1", "foreign"], link: [], unlink: [] });
});
