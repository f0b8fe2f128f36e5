import assert from "node:assert/strict";
import { WEBHOOK } from "../../scripts/tests/support/unit/assistants.ts";
import type { JsonObject } from "../json.ts";
import { type AppliedNumber, numberPatch } from "./numbers.ts";

const OURS = { url: WEBHOOK.url, headers: { "x-vapi-secret": WEBHOOK.secret } };
const APPLIED = { assistantId: "asst_1", serverUrl: WEBHOOK.url };

function patchOf(
  number: JsonObject,
  { assistantId = "asst_1", applied = APPLIED, webhook = WEBHOOK }: {
    assistantId?: string | null;
    applied?: AppliedNumber;
    webhook?: typeof WEBHOOK;
  } = {},
) {
  return numberPatch({ provider: "vapi", ...number }, { assistantId, applied, webhook });
}

Deno.test("numberPatch() sends nothing to a number in step, and what is missing to another", () => {
  assert.equal(patchOf({ assistantId: "asst_1", server: OURS }).patch, null);
  assert.deepEqual(patchOf({}, { applied: {} }), {
    patch: { provider: "vapi", assistantId: "asst_1", server: OURS },
    applied: APPLIED,
    isTaken: false,
  });
});

Deno.test("numberPatch() leaves who answers elsewhere, and where it reports to, as others have set it", () => {
  const theirs = { url: "https://elsewhere.example.test/events" };
  for (const number of [{ assistantId: "asst_9" }, { squadId: "s" }, { workflowId: "w" }]) {
    const { patch, isTaken } = patchOf({ ...number, server: theirs });
    assert.deepEqual([patch, isTaken], [null, true], JSON.stringify(number));
  }
});

Deno.test("numberPatch() takes back only what we have set", () => {
  const released = { assistantId: null };
  assert.deepEqual(patchOf({ assistantId: "asst_1", server: OURS }, released).patch, {
    provider: "vapi",
    assistantId: null,
    server: null,
  });
  assert.deepEqual(patchOf({ assistantId: "asst_9", server: OURS }, released).patch, {
    provider: "vapi",
    server: null,
  });
});

Deno.test("numberPatch() brings a rotated secret and a moved backend, and keeps what else a server has", () => {
  const server = { ...OURS, timeoutSeconds: 5, backoffPlan: { maxRetries: 2 } };
  const kept = { timeoutSeconds: 5, backoffPlan: { maxRetries: 2 } };
  for (
    const webhook of [
      { ...WEBHOOK, secret: "rotated" },
      { ...WEBHOOK, url: "https://moved.example.test/vapi-webhook" },
    ]
  ) {
    const { patch } = patchOf({ assistantId: "asst_1", server }, { webhook });
    assert.deepEqual(patch, {
      provider: "vapi",
      server: { ...kept, url: webhook.url, headers: { "x-vapi-secret": webhook.secret } },
    });
  }
});
