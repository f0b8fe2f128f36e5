/** Secrets are changed while calls come in, and no call is refused. */
import assert from "node:assert/strict";
import { z } from "zod";
import { eventually } from "./support/eventually.ts";
import { type Org, withWorld, type World } from "./support/world.ts";

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
    /** Resolves when so many more calls have been answered. */
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

const withSecret = z.object({
  server: z.object({ headers: z.object({ "x-vapi-secret": z.string() }) }),
});

/** What Vapi sends with calls of tools, and with events of assistants. */
function secretsAtVapi({ stack }: World): Set<string> {
  const { tools, assistants } = stack.vapi.state;
  return new Set(
    [...tools.values(), ...assistants.values()]
      .map((each) => withSecret.parse(each).server.headers["x-vapi-secret"]),
  );
}

async function callWith({ stack }: World, org: Org, secret: string): Promise<number> {
  const response = await fetch(`${stack.functionsUrl}/calendar-check`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-vapi-secret": secret },
    body: JSON.stringify({
      toolCallId: crypto.randomUUID(),
      tool: { arguments: { date: "next tuesday" } },
      customer: { metadata: { org_id: org.id } },
    }),
  });
  await response.body?.cancel();
  return response.status;
}

async function findings({ stack }: World): Promise<unknown[]> {
  const response = await fetch(`${stack.functionsUrl}/verify-config`, {
    method: "POST",
    headers: { apikey: stack.secretKey, "content-type": "application/json" },
    body: JSON.stringify({ endpoints: false }),
  });
  const report = await response.json();
  return report.findings;
}

Deno.test("the webhook secret is rotated while calls come in, and none is refused", () =>
  withWorld(async (world) => {
    const { stack } = world;
    const org = await world.org();
    const agents = [
      await world.saveAndSync(org, { name: "One" }),
      await world.saveAndSync(org, { name: "Two" }),
    ];
    const before = stack.webhookSecret;
    const next = `whsec_${crypto.randomUUID()}`;
    const calls = keepCalling(world, agents.map(({ assistantId }) => assistantId ?? ""));
    try {
      await calls.answered(5);

      // First every function accepts it: one that is still warm keeps its environment for minutes.
      await stack.functions.setEnv({ VAPI_WEBHOOK_SECRET_PREVIOUS: next });
      assert.equal(await callWith(world, org, next), 200);
      await calls.answered(5);
      assert.deepEqual(secretsAtVapi(world), new Set([before]));

      // Then it is used.
      await stack.functions.setEnv({
        VAPI_WEBHOOK_SECRET: next,
        VAPI_WEBHOOK_SECRET_PREVIOUS: before,
      });
      await stack.cron.run("catalogue-check");
      await eventually("Vapi sends the new secret only", () => {
        const [secret, ...others] = secretsAtVapi(world);
        return secret === next && others.length === 0;
      });
      await world.settled();
      await calls.answered(5);

      // Then nothing else counts.
      await stack.functions.setEnv({ VAPI_WEBHOOK_SECRET_PREVIOUS: undefined });
      await calls.answered(5);
      assert.equal(await callWith(world, org, before), 401);
    } finally {
      await calls.stop();
    }
    assert.deepEqual(calls.refused, []);
    assert.deepEqual(await findings(world), []);
  }));

Deno.test("Vapi's key is rotated: syncs go on with the next one, calls need none", () =>
  withWorld(async (world) => {
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

Deno.test("a sync that was refused for its key is done by itself when there is another key", () =>
  withWorld(async (world) => {
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
