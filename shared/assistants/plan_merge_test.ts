import assert from "node:assert/strict";
import { buildAgent, WEBHOOK } from "../../scripts/tests/support/unit/assistants.ts";
import { createBody, updateBody } from "./bodies.ts";
import { observe } from "./observed.ts";
import { merge, planExisting, settingsWith } from "./plan.ts";
import { desiredSettings, fingerprints } from "./settings.ts";

const A = { name: "a" };
const B = { name: "b" };
const C = { name: "c" };
const seen = (settings: Record<string, string>) => (path: string) => settings[path];
const nothing = { send: [], clear: [], drift: [] };

Deno.test("merge() does nothing where console, last apply and Vapi agree", () => {
  assert.deepEqual(merge(A, A, seen(A)), nothing);
});

Deno.test("merge() sends what the console changed", () => {
  assert.deepEqual(merge(B, A, seen(A)), { ...nothing, send: ["name"] });
});

Deno.test("merge() does not send a change that Vapi has already", () => {
  assert.deepEqual(merge(B, A, seen(B)), nothing);
});

Deno.test("merge() keeps what was edited in Vapi and reports it as drift", () => {
  const drift = [{ path: "name", applied: "a", observed: "c" }];
  assert.deepEqual(merge(A, A, seen(C)), { ...nothing, drift });
});

Deno.test("merge() reports a setting removed in Vapi as drift", () => {
  const drift = [{ path: "name", applied: "a", observed: null }];
  assert.deepEqual(merge(A, A, seen({})), { ...nothing, drift });
});

Deno.test("merge() lets the console win where both sides changed the same setting", () => {
  assert.deepEqual(merge(B, A, seen(C)), { ...nothing, send: ["name"] });
});

Deno.test("merge() sends a setting that the console set for the first time", () => {
  assert.deepEqual(merge(A, {}, seen({})), { ...nothing, send: ["name"] });
});

Deno.test("merge() sends nothing to an assistant that was never applied", () => {
  assert.deepEqual(merge(A, null, seen(C)), nothing);
});

Deno.test("merge() clears a setting that the console took back, once", () => {
  const before = { firstMessage: '"hello"' };
  assert.deepEqual(merge({}, before, seen(before)), { ...nothing, clear: ["firstMessage"] });
  assert.deepEqual(merge({}, {}, seen({ firstMessage: '""' })), nothing);
});

Deno.test("merge() takes a value that Vapi never shows as the one last applied", () => {
  const hidden = () => null;
  assert.deepEqual(merge({ "server.secret": "1" }, { "server.secret": "1" }, hidden), nothing);
  assert.deepEqual(merge({ "server.secret": "2" }, { "server.secret": "1" }, hidden), {
    ...nothing,
    send: ["server.secret"],
  });
});

Deno.test("what the console takes back is taken back at Vapi, without drift", () => {
  const before = buildAgent({
    assistantId: "asst_1",
    voice: { provider: "vapi", voiceId: "Elliot" },
    maxDurationSeconds: 900,
    firstMessage: "Good day.",
    language: "de-DE",
    settings: { endCallMessage: "Goodbye.", artifactPlan: { recordingEnabled: false } },
  });
  const had = desiredSettings(before, WEBHOOK);
  const assistant = { id: "asst_1", ...createBody(had) };
  const nothing = { voice: null, maxDurationSeconds: null, firstMessage: null, language: null };
  const agent = { ...before, ...nothing, settings: {}, lastApplied: fingerprints(had) };
  const observed = observe(assistant);
  const view = { current: new Map(), retired: [], replacements: new Map() };
  const plan = planExisting({ webhook: WEBHOOK }, {
    agent,
    observed,
    foreignNames: new Map(),
    view,
  });
  assert.ok(plan.action === "update");
  assert.deepEqual(plan.drift, []);
  assert.deepEqual(updateBody(assistant, settingsWith(observed, agent, WEBHOOK), plan), {
    voice: null,
    maxDurationSeconds: null,
    firstMessage: "",
    transcriber: { provider: "deepgram" },
    endCallMessage: null,
    artifactPlan: {},
  });
});
