import fc from "fast-check";
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { anyText } from "../../scripts/tests/support/unit/any_text.ts";
import { WEBHOOK } from "../../scripts/tests/support/unit/assistants.ts";
import { blockWording } from "./prompt_block.ts";
import { fingerprint, webhookFingerprint } from "./settings.ts";

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

Deno.test("fingerprint() of a long value is the SHA-256 of its path and its canonical text, whatever the length and the text", () => {
  const path = "model.messages";
  const expected = (text: string) =>
    createHash("sha256").update(`${path}\n${JSON.stringify(text)}`).digest("hex").slice(0, 32);
  const lengths = [65, 100, 109, 110, 111, 112, 119, 120, 128, 1000, 100_000];
  for (const length of lengths) {
    const text = "é".padEnd(length, "ab");
    assert.equal(fingerprint(path, text), `sha256:${expected(text)}`);
  }
  fc.assert(
    fc.property(
      anyText({ minLength: 64 }),
      (text) => fingerprint(path, text) === `sha256:${expected(text)}`,
    ),
  );
});
