/** Somebody restores an old version of an assistant at Vapi: its tools that have since been deleted are unlinked again. */
import assert from "node:assert/strict";
import type { SyncDeps } from "../../shared/assistants/catalogue.ts";
import { catalogue } from "../../shared/tools/catalogue.ts";
import { sharedWorld } from "./support/shared_world.ts";
import { drainAndHandOver, quiet, type World } from "./support/world.ts";

const inWorld = sharedWorld();

const CHANGED = "checkAvailability";

Deno.test("ids of tools that we deleted count as ours, and a restored assistant loses them with its next sync", () =>
  inWorld(async (world) => {
    const { stack } = world;
    const { vapi } = stack;
    const org = await world.org();
    const { agentId, assistantId } = await world.saveAndSync(org);
    const id = assistantId ?? "";
    const foreign = vapi.dashboard.createTool({
      type: "function",
      function: { name: "somebodyElses" },
      server: { url: "https://elsewhere.example.com/tool" },
    });
    const { model, latestVersion = "" } = vapi.state.assistants.get(id) ?? {};
    const { latestVersion: then } = vapi.dashboard.updateAssistant(id, {
      model: { ...model, toolIds: [...world.toolIds(id), foreign.id] },
    });
    assert.notEqual(then, latestVersion);
    const replaced = (await world.currentTools()).get(CHANGED) ?? "";

    await quiet(stack);
    const worker = await deployed(world);
    for (let round = 0; round < 3; round++) await drainAndHandOver(worker);
    assert.equal(vapi.state.tools.has(replaced), false);
    const wanted = world.toolIds(id);
    assert.ok(!wanted.includes(replaced) && wanted.includes(foreign.id));

    vapi.dashboard.restoreAssistant(id, then);
    assert.ok(world.toolIds(id).includes(replaced), "which breaks its calls");
    await world.save(org, { agentId });
    await drainAndHandOver(worker);
    assert.deepEqual(new Set(world.toolIds(id)), new Set(wanted));
  }, { cron: false }));

/** A worker of a deployment with another description of a tool. */
async function deployed(world: World): Promise<SyncDeps> {
  const tools = catalogue.map((tool) =>
    tool.name === CHANGED ? { ...tool, description: "What a later deployment says of it." } : tool
  );
  return await world.worker({ catalogue: await world.prepare(tools) });
}

Deno.test("a replaced tool is kept for as long as the platform's settings say, and then deleted", () =>
  inWorld(async ({ stack: { sql } }) => {
    await sql`update platform_settings set replaced_tools_kept_days = 3`;
    await sql`
      insert into vapi_tools (name, vapi_tool_id, definition_hash, state, retired_at) values
        ('recent', 'tool-recent', repeat('0', 64), 'retired', now() - interval '2 days'),
        ('old', 'tool-old', repeat('0', 64), 'retired', now() - interval '4 days')`;
    await sql`select private.delete_unused_tools()`;
    const jobs = await sql`select key from jobs where payload ->> 'kind' = 'retire'`;
    assert.deepEqual(jobs.map(({ key }) => key), ["retire:tool-old"]);
  }, { cron: false }));
