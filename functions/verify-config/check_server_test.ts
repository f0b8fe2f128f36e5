import assert from "node:assert/strict";
import { WEBHOOK } from "../../scripts/tests/support/unit/assistants.ts";
import { fingerprint, type Webhook } from "../../shared/assistants/settings.ts";
import { viewAssistant } from "./assistant_view.ts";
import { checkServer } from "./check_server.ts";

const SECRET = { "server.secret": fingerprint("server.secret", WEBHOOK.secret) };
const headers = (secret: string) => ({ "x-vapi-secret": secret });

/** What is wrong with an assistant that has this server. */
function found(
  server: Record<string, unknown>,
  webhook: Webhook = WEBHOOK,
  lastApplied: Record<string, string> | null = SECRET,
): string | null {
  const shown = JSON.parse(JSON.stringify({
    id: "asst_1",
    createdAt: "2026-01-01T00:00:00.000Z",
    server: { url: WEBHOOK.url, ...server },
  }));
  return checkServer({ assistant: viewAssistant(shown), lastApplied, webhook })?.code ?? null;
}

Deno.test("checkServer() finds the secret from before a rotation, shown or hidden", () => {
  assert.equal(found({ headers: headers(WEBHOOK.secret) }), null);
  assert.equal(found({ headers: headers("the one before") }), "wrong_server_secret");
  const before = { "server.secret": fingerprint("server.secret", "the one before") };
  assert.equal(found({ headers: headers("[REDACTED]") }), null);
  assert.equal(found({ headers: headers("[REDACTED]") }, WEBHOOK, before), "wrong_server_secret");
});

Deno.test("checkServer() finds the URL of an earlier deployment, and leaves somebody else's alone", () => {
  assert.equal(found({ url: "https://moved.example.test/vapi-webhook" }), "wrong_server");
  assert.equal(found({ url: "https://elsewhere.example.test/events" }), null);
});

Deno.test("checkServer() wants the credential where there is one in place of the secret", () => {
  const webhook = { ...WEBHOOK, credentialId: "cred-1" };
  assert.equal(found({ credentialId: "cred-1" }, webhook), null);
  assert.equal(found({ headers: headers(WEBHOOK.secret) }, webhook), "wrong_server_secret");
  assert.equal(found({ credentialId: "another" }, webhook), "wrong_server_secret");
});
