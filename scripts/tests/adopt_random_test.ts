/** Assistants that Vapi's document allows, with settings that nobody here has ever heard of. */
import assert from "node:assert/strict";
import { isJsonObject, type JsonObject } from "../../shared/json.ts";
import { splitPrompt } from "../../shared/assistants/prompt_block.ts";
import { seedFleet } from "../local/fleet.ts";
import type { AssistantRecord } from "../local/vapi/mod.ts";
import { Random } from "../proof/storm/random.ts";
import { isLong } from "./support/amount.ts";
import { runMigration } from "./support/migration.ts";
import { randomBody } from "./support/random_body.ts";
import { sharedWorld } from "./support/shared_world.ts";

const inWorld = sharedWorld();

const AGENTS = isLong ? 200 : 20;
const SEED = 20261129;

/** Everything except what has to change: versions, times, ids of tools in `model.toolIds`, our parts of the prompt and the metadata. */
function without(ours: ReadonlySet<string>, assistant: AssistantRecord | undefined): unknown {
  const { updatedAt: _, latestVersion: __, model, metadata, ...rest } = assistant ?? {};
  const { agent_id: _agent, org_id: _org, ...foreign } = metadata ?? {};
  const { toolIds = [], messages = [], ...others } = model ?? {};
  const written = messages.map(({ content, ...message }) => ({
    ...message,
    content: message.role === "system" && content !== null ? splitPrompt(content).prompt : content,
  })).filter(({ role, content }) => role !== "system" || content !== "");
  return {
    ...rest,
    metadata: foreign,
    model: { ...others, messages: written, toolIds: toolIds.filter((id) => !ours.has(id)) },
  };
}

Deno.test(`of ${AGENTS} random assistants that are adopted nothing but our tools differs`, () =>
  inWorld(async (world) => {
    const { stack } = world;
    const random = new Random(SEED);
    const { agents } = await seedFleet(stack, {
      organizations: 5,
      agentsOf: () => AGENTS / 5,
      assistant: () => ({
        ...randomBody(random, "CreateAssistantDTO"),
        model: randomModel(random),
        // An assistant that does not receive tool calls is repaired, which other tests cover.
        serverMessages: ["tool-calls", "status-update"],
      }),
    });
    const { assistants } = stack.vapi.state;
    const before = new Map(assistants);
    const report = await runMigration(stack);

    const ours = new Set((await world.currentTools()).values());
    assert.equal(report.agents.migrated, AGENTS);
    for (const { assistantId } of agents) {
      const after = assistants.get(assistantId);
      assert.deepEqual(without(ours, after), without(ours, before.get(assistantId)));
      const linked = after?.model?.toolIds ?? [];
      assert.deepEqual(linked.filter((id) => ours.has(id)).sort(), [...ours].sort());
    }
  }, { cron: false }));

function randomModel(random: Random): JsonObject {
  for (;;) {
    const { model } = randomBody(random, "CreateAssistantDTO");
    if (isJsonObject(model)) return model;
  }
}
