import assert from "node:assert/strict";
import { ASSISTANT, scripted } from "../../scripts/tests/support/unit/scripted_vapi.ts";
import { createSnapshots } from "../../shared/assistants/snapshot.ts";
import { createLogger } from "../../shared/log.ts";
import { removeAssistant } from "./remove_assistant.ts";

const log = createLogger("tool-sync", {}, { write: () => {} });
const payload = {
  agentId: "11111111-1111-4111-8111-111111111111",
  assistantId: ASSISTANT.id,
  keep: false,
};

Deno.test("removeAssistant() takes our tools off an assistant that a squad pins, and leaves it", async () => {
  const carried = { ...ASSISTANT.model, toolIds: ["ours", "theirs"] };
  const { vapi, requests } = scripted([
    Response.json({ error: "assistant_pinned", message: "A squad pins it" }, { status: 409 }),
    Response.json({ ...ASSISTANT, model: carried }),
    Response.json(ASSISTANT),
  ]);
  const registry = {
    registry: [{
      name: "book",
      vapiToolId: "ours",
      definitionHash: "0",
      state: "current" as const,
    }],
    failures: new Map(),
  };
  const outcome = await removeAssistant({ vapi, log }, { payload }, {
    batch: { snapshots: createSnapshots(vapi.assistants), claimedAt: 0, registry },
    signal: new AbortController().signal,
  });
  assert.equal(outcome, "pinned");
  assert.deepEqual(requests.map(({ method }) => method), ["DELETE", "GET", "PATCH"]);
  assert.deepEqual(requests.at(-1)?.body, { model: { ...carried, toolIds: ["theirs"] } });
});
