/** The way in which Vapi reaches us is changed during calls, and none of their events or tool calls is refused. */
import assert from "node:assert/strict";
import { z } from "zod";
import { sample } from "./support/amount.ts";
import { eventually } from "./support/eventually.ts";
import { sharedWorld } from "./support/shared_world.ts";
import { BACKEND_URL, type World } from "./support/world.ts";

const inWorld = sharedWorld();

const MOVED = BACKEND_URL.replace("backend", "moved");

const serverSchema = z.object({
  url: z.string(),
  credentialId: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
});

function serverOf({ stack }: World, assistantId: string) {
  return serverSchema.parse(stack.vapi.state.assistants.get(assistantId)?.server);
}

/** Sends events and tool calls, in turn, until it is stopped; returns those that were refused. */
function keepCalling({ stack }: World, assistantId: string) {
  const { sendEvent, callTool } = stack.vapi.calls;
  const refused: string[] = [];
  let sent = 0;
  let isOver = false;
  const sending = (async () => {
    while (!isOver) {
      try {
        const event = await sendEvent({ assistantId, type: "speech-update" });
        if (event?.status !== 200) refused.push(`event: ${event?.status} ${event?.raw}`);
        const { status, raw } = await callTool({
          assistantId,
          toolName: "checkAvailability",
          arguments: { date: "next tuesday" },
        });
        if (status !== 200 || !raw.includes("slots")) refused.push(`call: ${status} ${raw}`);
      } catch (error) {
        // A call that would break at Vapi, for example because a tool is gone.
        refused.push(String(error));
      }
      sent++;
    }
  })();
  return {
    refused,
    async taken(more: number): Promise<void> {
      const until = sent + more;
      await eventually(`${more} more events and calls`, () => sent >= until);
    },
    async stop(): Promise<void> {
      isOver = true;
      await sending;
    },
  };
}

/** Status of the answer to a request that names no organization. */
async function callWith({ stack }: World, secret: string): Promise<number> {
  const response = await fetch(`${stack.functionsUrl}/calendar-check`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-vapi-secret": secret },
    body: JSON.stringify({ toolCallId: "call-1", tool: { arguments: { date: "next tuesday" } } }),
  });
  await response.body?.cancel();
  return response.status;
}

async function findings({ stack }: World): Promise<{ code: string }[]> {
  const response = await fetch(`${stack.functionsUrl}/verify-config`, {
    method: "POST",
    headers: { apikey: stack.secretKey, "content-type": "application/json" },
    body: JSON.stringify({ endpoints: false }),
  });
  return z.object({ findings: z.array(z.object({ code: z.string() })) })
    .parse(await response.json()).findings;
}

for (const strategy of sample(["replace", "in_place"], 2)) {
  Deno.test(`${strategy}: a rotated secret and a moved backend reach all, and no event and no call is refused`, () =>
    inWorld(async (world) => {
      const { stack } = world;
      await stack.functions.setEnv({ TOOL_UPDATE_STRATEGY: strategy });
      const org = await world.org();
      const { assistantId } = await world.saveAndSync(org);
      const id = assistantId ?? "";
      const before = stack.webhookSecret;
      const next = `whsec_${crypto.randomUUID()}`;
      const [moved, first] = [new URL(MOVED).host, new URL(BACKEND_URL).host];
      const gateway = stack.vapi.publicHosts.get(first) ?? "";
      const calls = keepCalling(world, id);
      try {
        await calls.taken(3);
        // First every function accepts it: one that is still warm keeps its environment for minutes.
        await stack.functions.setEnv({ VAPI_WEBHOOK_SECRET_PREVIOUS: next });
        assert.equal(await callWith(world, next), 200);
        await calls.taken(3);
        await stack.functions.setEnv({
          VAPI_WEBHOOK_SECRET: next,
          VAPI_WEBHOOK_SECRET_PREVIOUS: before,
        });
        const codes = (await findings(world)).map(({ code }) => code);
        assert.ok(codes.includes("wrong_server_secret"), JSON.stringify(codes));
        await stack.cron.run("catalogue-check");
        await eventually("all have the new secret", () => {
          const { assistants, tools } = stack.vapi.state;
          return serverOf(world, id).headers?.["x-vapi-secret"] === next &&
            !JSON.stringify([...assistants.values(), ...tools.values()]).includes(before);
        });
        await world.settled();
        await stack.functions.setEnv({ VAPI_WEBHOOK_SECRET_PREVIOUS: undefined });
        await calls.taken(3);
        assert.equal(await callWith(world, before), 401);

        // Both addresses lead to us until nothing at Vapi names the first.
        stack.vapi.publicHosts.set(moved, gateway);
        await stack.functions.setEnv({ BACKEND_URL: MOVED });
        await stack.cron.run("catalogue-check");
        await eventually("nothing names the first address", () => {
          const { assistants, tools } = stack.vapi.state;
          return !JSON.stringify([...assistants.values(), ...tools.values()]).includes(first);
        });
        await world.settled();
        // A running call may have asked for the address before.
        await calls.taken(1);
        stack.vapi.publicHosts.delete(first);
        await calls.taken(3);
      } finally {
        await calls.stop();
        stack.vapi.publicHosts.delete(moved);
        stack.vapi.publicHosts.set(first, gateway);
      }
      assert.deepEqual(calls.refused, []);
      assert.ok(serverOf(world, id).url.startsWith(MOVED));
      assert.deepEqual(await findings(world), []);
    }));
}

Deno.test("a moved backend, and a credential in place of the secret, reach assistants that are ours", () =>
  inWorld(async (world) => {
    const { stack } = world;
    await stack.functions.setEnv({ TOOL_UPDATE_STRATEGY: "in_place" });
    const org = await world.org();
    const ours = (await world.saveAndSync(org)).assistantId ?? "";
    const theirs = (await world.saveAndSync(org, { name: "Reports elsewhere" })).assistantId ?? "";
    stack.vapi.dashboard.updateAssistant(theirs, {
      server: { url: "https://elsewhere.example.com/events" },
    });

    await stack.functions.setEnv({ BACKEND_URL: MOVED });
    await stack.cron.run("catalogue-check");
    await eventually(
      "the assistant reports to the new URL",
      () => serverOf(world, ours).url.startsWith("https://moved."),
    );
    await world.settled();
    assert.equal(serverOf(world, ours).headers?.["x-vapi-secret"], stack.webhookSecret);

    await stack.functions.setEnv({ VAPI_CREDENTIAL_ID: "cred_1" });
    await stack.cron.run("catalogue-check");
    await eventually(
      "it carries the credential",
      () => serverOf(world, ours).credentialId === "cred_1",
    );
    await world.settled();
    assert.equal(JSON.stringify(serverOf(world, ours)).includes(stack.webhookSecret), false);
    assert.equal(serverOf(world, theirs).url, "https://elsewhere.example.com/events");
    assert.equal(serverOf(world, theirs).credentialId, undefined);
    const codes = (await findings(world)).map(({ code }) => code);
    assert.deepEqual(new Set(codes), new Set(["drift"]));

    await stack.functions.setEnv({ VAPI_CREDENTIAL_ID: undefined });
    await stack.cron.run("catalogue-check");
    await eventually(
      "it carries the secret again",
      () => serverOf(world, ours).headers?.["x-vapi-secret"] === stack.webhookSecret,
    );
    await world.settled();
    assert.equal(serverOf(world, ours).credentialId, undefined);
  }));
