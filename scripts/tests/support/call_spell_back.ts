/** Run in the copy: an agent is saved, the new tool is registered and linked, and an assistant calls it. */
import assert from "node:assert/strict";
import { withWorld } from "./world.ts";

await withWorld(async (world) => {
  const { assistantId } = await world.saveAndSync(await world.org());
  assert.ok(assistantId);
  const id = (await world.currentTools()).get("spellBack");
  assert.ok(id && world.toolIds(assistantId).includes(id), "registered and linked");

  const spell = async (args: Record<string, string>) => {
    const { perCall } = await world.stack.vapi.calls.callTool({
      assistantId,
      toolName: "spellBack",
      arguments: args,
    });
    return perCall[0]?.given ?? "";
  };
  assert.deepEqual(JSON.parse(await spell({ name: "O'Neil" })), {
    success: true,
    message: "That is O, N, E, I, L.",
    letters: ["O", "N", "E", "I", "L"],
  });
  assert.match(await spell({}), /I need the name\./);
});
