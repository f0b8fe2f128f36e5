import assert from "node:assert/strict";
import { changeLinks, wantedTools } from "./catalogue.ts";

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
