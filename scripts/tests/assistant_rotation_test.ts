/** What assistants report with is changed while calls are going on, and none of their events is refused. */
import assert from "node:assert/strict";
import { z } from "zod";
import { eventually } from "./support/eventually.ts";
import { withWorld, type World } from "./support/world.ts";

const BACKEND = "https://backend.example.test/functions/v1";

const serverSchema = z.object({
  url: z.string(),
  credentialId: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
});

function serverOf({ stack }: World, assistantId: string) {
  return serverSchema.parse(stack.vapi.state.assistants.get(assistantId)?.server);
}

/** Sends events of calls until it is stopped; returns those that were refused. */
function keepReporting({ stack }: World, assistantId: string) {
  const refused: string[] = [];
  let sent = 0;
  let isOver = false;
  const sending = (async () => {
    while (!isOver) {
      const delivery = await stack.vapi.calls.sendEvent({ assistantId, type: "speech-update" });
      sent++;
      if (delivery?.status !== 200) refused.push(`${delivery?.status} ${delivery?.raw}`);
    }
  })();
  return {
    refused,
    async taken(more: number): Promise<void> {
      const until = sent + more;
      await eventually(`${more} more events`, () => sent >= until);
    },
    async stop(): Promise<void> {
      isOver = true;
      await sending;
    },
  };
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

for (const strategy of ["in_place", "replace"]) {
  Deno.test(`${strategy}: a rotated secret reaches every assistant, and no event is refused`, () =>
    withWorld(async (world) => {
      const { stack } = world;
      await stack.functions.setEnv({ TOOL_UPDATE_STRATEGY: strategy });
      const org = await world.org();
      const { assistantId } = await world.saveAndSync(org);
      const id = assistantId ?? "";
      const before = stack.webhookSecret;
      const next = `whsec_${crypto.randomUUID()}`;
      const events = keepReporting(world, id);
      try {
        await events.taken(3);
        await stack.functions.setEnv({ VAPI_WEBHOOK_SECRET_PREVIOUS: next });
        await events.taken(3);
        await stack.functions.setEnv({
          VAPI_WEBHOOK_SECRET: next,
          VAPI_WEBHOOK_SECRET_PREVIOUS: before,
        });
        const codes = (await findings(world)).map(({ code }) => code);
        assert.ok(codes.includes("wrong_server_secret"), JSON.stringify(codes));
        await stack.cron.run("catalogue-check");
        await eventually(
          "the assistant has the new secret",
          () => serverOf(world, id).headers?.["x-vapi-secret"] === next,
        );
        await world.settled();
        await stack.functions.setEnv({ VAPI_WEBHOOK_SECRET_PREVIOUS: undefined });
        await events.taken(3);
      } finally {
        await events.stop();
      }
      assert.deepEqual(events.refused, []);
      assert.deepEqual(await findings(world), []);
    }));
}

Deno.test("a moved backend, and a credential in place of the secret, reach assistants that are ours", () =>
  withWorld(async (world) => {
    const { stack } = world;
    await stack.functions.setEnv({ TOOL_UPDATE_STRATEGY: "in_place" });
    const org = await world.org();
    const ours = (await world.saveAndSync(org)).assistantId ?? "";
    const theirs = (await world.saveAndSync(org, { name: "Reports elsewhere" })).assistantId ?? "";
    stack.vapi.dashboard.updateAssistant(theirs, {
      server: { url: "https://elsewhere.example.com/events" },
    });

    await stack.functions.setEnv({ BACKEND_URL: BACKEND.replace("backend", "moved") });
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
