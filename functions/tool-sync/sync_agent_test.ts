import assert from "node:assert/strict";
import { buildAgent, WEBHOOK } from "../../scripts/tests/support/unit/assistants.ts";
import { desiredSettings, fingerprints } from "../../shared/assistants/settings.ts";
import { finishedSync } from "./sync_agent.ts";

Deno.test("finishedSync() says which settings the assistant's providers don't take", () => {
  const agent = buildAgent({
    language: "tlh",
    voice: { provider: "vapi", voiceId: "Elliot" },
    settings: {
      voice: { stability: 0.5, cachingEnabled: true },
      transcriber: { provider: "gladia", model: "nova-3" },
      backgroundSound: "office",
    },
  });
  const { rejectedSettings } = finishedSync({
    job: {
      id: "22222222-2222-4222-8222-222222222222",
      leaseToken: "33333333-3333-4333-8333-333333333333",
      kind: "agent",
      attempts: 1,
      orgId: agent.orgId,
      requestId: null,
      runId: null,
      requestedAt: new Date(0),
      force: false,
      payload: {},
      agent,
    },
    agent,
    plan: {
      action: "none",
      toolIds: [],
      applied: fingerprints(desiredSettings(agent, WEBHOOK)),
      drift: [],
    },
    outcome: "unchanged",
  });
  assert.deepEqual(rejectedSettings, [
    {
      path: "voice.stability",
      reason: "the provider of the assistant's voice does not take this",
    },
    {
      path: "transcriber.model",
      reason: "the provider of the assistant's transcriber does not take this",
    },
    { path: "transcriber.language", reason: "the assistant's transcriber has no tlh" },
  ]);
});
