import assert from "node:assert/strict";
import { WEBHOOK } from "../../scripts/tests/support/unit/assistants.ts";
import { blockWording } from "./prompt_block.ts";
import { webhookFingerprint } from "./settings.ts";

Deno.test("webhookFingerprint() differs for whatever a deployment writes on every assistant, and shows no secret", () => {
  const fingerprints = [
    webhookFingerprint(WEBHOOK),
    webhookFingerprint({ ...WEBHOOK, url: "https://moved.example.test/vapi-webhook" }),
    webhookFingerprint({ ...WEBHOOK, secret: "another" }),
    webhookFingerprint({ ...WEBHOOK, credentialId: "cred-1" }),
    webhookFingerprint(WEBHOOK, `${blockWording()} In other words.`),
  ];
  assert.equal(new Set(fingerprints).size, fingerprints.length);
  assert.equal(webhookFingerprint({ ...WEBHOOK }), fingerprints[0]);
  assert.ok(fingerprints.every((each) => !each.includes(WEBHOOK.secret)));
});
