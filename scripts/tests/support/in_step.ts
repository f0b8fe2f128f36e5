import assert from "node:assert/strict";
import type { World } from "./world.ts";

/** Every assistant carries exactly the current tools, no two tools at Vapi share a name, and nothing is left to do. */
export async function assertInStep(world: World): Promise<void> {
  const current = await world.currentTools();
  const { tools, assistants } = world.stack.vapi.state;
  assert.deepEqual([...tools.keys()].sort(), [...current.values()].sort());
  for (const id of assistants.keys()) {
    assert.deepEqual(world.toolIds(id).sort(), [...current.values()].sort());
  }
  const [open] = await world.stack
    .sql`select from jobs where status in ('pending', 'running') and queue = 'tool-sync'`;
  assert.equal(open, undefined);
}
