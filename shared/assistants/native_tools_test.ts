import assert from "node:assert/strict";
import {
  AGENT_ID,
  buildAgent,
  CLINIC,
  WEBHOOK,
} from "../../scripts/tests/support/unit/assistants.ts";
import { isJsonObject, type JsonObject } from "../json.ts";
import { contractErrors } from "../vapi/contract.ts";
import { createBody, NO_CHANGES, updateBody } from "./bodies.ts";
import { nativeTools, TRANSFER_CALL } from "./native_tools.ts";
import { observe } from "./observed.ts";
import { planAgent } from "./plan.ts";
import { desiredSettings, fingerprints } from "./settings.ts";

const PHONE = "+12025550101";
const STAFFED = { ...CLINIC, transfer: { phone: PHONE, isAlways: false, emergencyWords: [] } };
const ALWAYS = { ...CLINIC, transfer: { phone: PHONE, isAlways: true, emergencyWords: [] } };

const desiredOf = (clinic: typeof CLINIC) => desiredSettings(buildAgent({ clinic }), WEBHOOK);

/** What the merge makes of an assistant with these inline tools, after the settings of `before` were applied. */
function plan(
  tools: JsonObject[],
  before: typeof CLINIC | null,
  now: typeof CLINIC,
  linked: ReadonlyMap<string, string> = new Map(),
) {
  const assistant = createBody(desiredOf(before ?? CLINIC));
  assistant["model"] = { ...isJsonObject(assistant["model"]) && assistant["model"], tools };
  const lastApplied = before === null ? null : fingerprints(desiredOf(before));
  const agent = buildAgent({ clinic: now, assistantId: "asst_1", lastApplied });
  const desired = desiredOf(now);
  const made = planAgent({
    agent,
    observed: observe(assistant),
    desired,
    current: new Map(),
    retired: [],
    foreignNames: linked,
  });
  if (made.action === "create") throw new TypeError("There is an assistant");
  const update = made.action === "update" ? made : NO_CHANGES;
  const body = updateBody(assistant, desired, update);
  return { drift: made.drift, model: isJsonObject(body["model"]) ? body["model"] : null };
}

const toolsOf = (clinic: typeof CLINIC) => Object.values(nativeTools(clinic, null));

Deno.test("nativeTools() are what Vapi's document allows, for every clinic and language", () => {
  for (const clinic of [CLINIC, STAFFED, ALWAYS]) {
    for (const language of [null, "de-DE", "es"]) {
      for (const tool of Object.values(nativeTools(clinic, language))) {
        const name = tool["type"] === "endCall"
          ? "CreateEndCallToolDTO"
          : "CreateTransferCallToolDTO";
        assert.deepEqual(contractErrors(name, tool), []);
      }
    }
  }
  const always = nativeTools(ALWAYS, "de")[TRANSFER_CALL];
  assert.match(JSON.stringify(always), /\+12025550101.*Ich verbinde Sie/);
});

Deno.test("our tools are recognised whatever Vapi adds to them, and nothing is sent", () => {
  const readBack = toolsOf(ALWAYS).map((tool) => ({
    ...tool,
    ...Array.isArray(tool["destinations"]) && {
      destinations: tool["destinations"].map((each) => ({
        ...isJsonObject(each) && each,
        numberE164CheckEnabled: true,
        transferPlan: { mode: "blind-transfer", sipVerb: "refer" },
      })),
    },
    async: false,
    messages: [],
    function: { name: String(tool["type"]), parameters: {} },
  }));
  assert.deepEqual(plan(readBack, ALWAYS, ALWAYS), { drift: [], model: null });
});

Deno.test("a new number reaches a tool that is ours, and nothing beside it", () => {
  const theirs = { type: "dtmf" };
  const { model } = plan([theirs, ...toolsOf(CLINIC)], CLINIC, ALWAYS);
  assert.deepEqual(model?.["tools"], [theirs, ...toolsOf(ALWAYS)]);
});

Deno.test("a transferCall that somebody else put there, or edited, stays and is not doubled", () => {
  const theirs = {
    type: "transferCall",
    destinations: [{ type: "number", number: "+12025550177" }],
  };
  const { drift, model } = plan([theirs, { type: "endCall" }], CLINIC, ALWAYS);
  assert.equal(model, null);
  assert.deepEqual(drift.map(({ path }) => path), [TRANSFER_CALL]);
});

Deno.test("an assistant that was adopted gets no tool of Vapi's own before its clinic has a number", () => {
  assert.equal(plan([], null, CLINIC).model, null);
  assert.deepEqual(plan([], CLINIC, CLINIC), { drift: [], model: null });
  assert.deepEqual(plan([], CLINIC, STAFFED).model?.["tools"], [
    nativeTools(STAFFED, null)[TRANSFER_CALL],
  ]);
});

Deno.test("a transferCall that somebody has linked is not doubled by an inline one", () => {
  const linked = new Map([["tool_9", "transferCall"]]);
  assert.equal(plan([], CLINIC, STAFFED, linked).model, null);
});

Deno.test("an assistant of ours begins with both", () => {
  const { model, metadata } = createBody(desiredOf(CLINIC));
  assert.deepEqual(isJsonObject(model) && model["tools"], toolsOf(CLINIC));
  assert.equal(isJsonObject(metadata) && metadata["agent_id"], AGENT_ID);
});
