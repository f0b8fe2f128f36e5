/** Somebody restores an old version of an assistant at Vapi: the tools of then that were deleted are taken off again. */
import assert from "node:assert/strict";
import { quiet, withWorld } from "./support/world.ts";
import { drainAndHandOver } from "../../functions/tool-sync/worker.ts";

Deno.test("ids of tools that we deleted count as ours, and a restored assistant loses them with its next sync", () =>
  withWorld(async (world) => {
    const { stack } = world;
    const org = await world.org();
    const { agentId, assistantId } = await world.saveAndSync(org);
    const id = assistantId ?? "";
    const wanted = world.toolIds(id);
    await stack.sql`
      insert into vapi_tools (name, vapi_tool_id, definition_hash, state, retired_at)
      values ('formerTool', 'tool-of-then', repeat('0', 64), 'deleted', now())`;
    const restored = structuredClone(stack.vapi.state.assistants.get(id));
    assert.ok(restored?.model !== undefined);
    restored.model.toolIds = ["tool-of-then", "somebody-elses", ...wanted.slice(1)];
    stack.vapi.dashboard.putAssistant(restored);

    await quiet(stack);
    await world.save(org, { agentId });
    await drainAndHandOver(await world.worker());
    assert.deepEqual(new Set(world.toolIds(id)), new Set([...wanted, "somebody-elses"]));
  }, { cron: false }));

Deno.test("a replaced tool is kept for as long as the platform's settings say, and then deleted", () =>
  withWorld(async ({ stack: { sql } }) => {
    await sql`update platform_settings set replaced_tools_kept_days = 3`;
    await sql`
      insert into vapi_tools (name, vapi_tool_id, definition_hash, state, retired_at) values
        ('recent', 'tool-recent', repeat('0', 64), 'retired', now() - interval '2 days'),
        ('old', 'tool-old', repeat('0', 64), 'retired', now() - interval '4 days')`;
    await sql`select private.delete_unused_tools()`;
    const jobs = await sql`select key from jobs where payload ->> 'kind' = 'retire'`;
    assert.deepEqual(jobs.map(({ key }) => key), ["retire:tool-old"]);
  }, { cron: false }));
