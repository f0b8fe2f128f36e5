/** Vapi's key is changed while calls come in, and no call is refused; the webhook's secret: assistant_rotation_test.ts. */
import assert from "node:assert/strict";
import { eventually } from "./support/eventually.ts";
import { sharedWorld } from "./support/shared_world.ts";
import type { World } from "./support/world.ts";

const inWorld = sharedWorld();

/** Plays tool calls until it is stopped, one after the other, on each agent in turn. */
function keepCalling({ stack }: World, assistantIds: readonly string[]) {
  const refused: string[] = [];
  let calls = 0;
  let isOver = false;
  const calling = (async () => {
    while (!isOver) {
      const assistantId = assistantIds[calls % assistantIds.length] ?? "";
      const { status, raw } = await stack.vapi.calls.callTool({
        assistantId,
        toolName: "checkAvailability",
        arguments: { date: "next tuesday" },
      });
      calls++;
      if (status !== 200 || !raw.includes("slots")) refused.push(`${status} ${raw}`);
    }
  })();
  return {
    refused,
    /** Resolves when this many more calls have been answered. */
    async answered(more: number): Promise<void> {
      const until = calls + more;
      await eventually(`${more} more calls`, () => calls >= until);
    },
    async stop(): Promise<void> {
      isOver = true;
      await calling;
    },
  };
}

Deno.test("Vapi's key is rotated: syncs go on with the next one, calls need none", () =>
  inWorld(async (world) => {
    const { stack } = world;
    const org = await world.org();
    const { agentId, assistantId } = await world.saveAndSync(org);
    const calls = keepCalling(world, [assistantId ?? ""]);
    try {
      const next = crypto.randomUUID();
      stack.vapi.keys.add(next);
      await stack.functions.setEnv({ VAPI_PRIVATE_KEY: next });
      stack.vapi.keys.delete(stack.vapi.key);
      await world.saveAndSync(org, { agentId, systemPrompt: "With the second key." });
      await calls.answered(5);
    } finally {
      await calls.stop();
    }
    assert.deepEqual(calls.refused, []);
  }));

Deno.test("a sync that was refused because of the key succeeds automatically with another key", () =>
  inWorld(async (world) => {
    const { stack } = world;
    const org = await world.org();
    await world.saveAndSync(org);
    const next = crypto.randomUUID();
    stack.vapi.keys.clear();
    stack.vapi.keys.add(next);
    const { body } = await world.save(org, { name: "Second" });
    const job = async () => {
      const [row] = await stack.sql`select status, last_error from jobs where id = ${body.syncId}`;
      return row;
    };
    await eventually("it is refused", async () => (await job())?.last_error?.status === 401);
    assert.equal((await job())?.status, "pending", "the queue goes on trying");

    await stack.functions.setEnv({ VAPI_PRIVATE_KEY: next });
    await stack
      .sql`update jobs set run_at = now() - interval '3 seconds' where id = ${body.syncId}`;
    await stack.cron.run("sweep");
    await world.settled();
    assert.equal((await job())?.status, "succeeded");
  }));
