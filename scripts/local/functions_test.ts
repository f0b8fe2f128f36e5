import assert from "node:assert/strict";
import { z } from "zod";
import { eventually } from "../tests/support/eventually.ts";
import { withStack } from "../tests/support/with_stack.ts";

const echoSchema = z.object({
  method: z.string(),
  url: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
  env: z.record(z.string(), z.string()),
});

Deno.test("functions", async (t) => {
  await withStack(async ({ functionsUrl, functions, apiUrl, secretKey, publishableKey }) => {
    const events = (slug: string) =>
      functions.logs().filter((line) => line.slug === slug).map((line) => line.fields?.event);

    await t.step(
      "a function sees its slug as the path, with the body and headers as sent",
      async () => {
        const response = await fetch(`${functionsUrl}/open/more?x=1`, {
          method: "POST",
          headers: { "x-vapi-secret": "s", apikey: "k" },
          body: "text",
        });
        const { method, url, headers, body } = echoSchema.parse(await response.json());
        assert.equal(method, "POST");
        assert.equal(new URL(url).pathname + new URL(url).search, "/open/more?x=1");
        assert.equal(headers["x-vapi-secret"], "s");
        assert.equal(headers.apikey, "k");
        assert.equal(headers.authorization, undefined);
        assert.equal(body, "text");
      },
    );

    await t.step("a function gets the variables of a hosted project", async () => {
      const { env } = echoSchema.parse(await (await fetch(`${functionsUrl}/open`)).json());
      assert.equal(env.SUPABASE_URL, apiUrl);
      assert.deepEqual(JSON.parse(env.SUPABASE_SECRET_KEYS ?? ""), { default: secretKey });
      assert.deepEqual(JSON.parse(env.SUPABASE_PUBLISHABLE_KEYS ?? ""), {
        default: publishableKey,
      });
      assert.equal(env.SUPABASE_FUNCTION_SLUG, "open");
      assert.match(env.SB_EXECUTION_ID ?? "", /^[0-9a-f-]{36}$/);
    });

    await t.step("setEnv() reaches functions that run already", async () => {
      await functions.setEnv({ EXAMPLE: "changed" });
      const { env } = echoSchema.parse(await (await fetch(`${functionsUrl}/open`)).json());
      assert.equal(env.EXAMPLE, "changed");
    });

    await t.step("an unknown function is a 404 that names it", async () => {
      const response = await fetch(`${functionsUrl}/no-such`);
      assert.equal(response.status, 404);
      assert.match(await response.text(), /no-such/);
    });

    await t.step(
      "a function that fails to load is a 503 and its reason is in the log",
      async () => {
        const response = await fetch(`${functionsUrl}/broken`);
        assert.equal(response.status, 503);
        await response.body?.cancel();
        assert.ok(functions.logs().some(({ line }) => line.includes("broken on purpose")));
      },
    );

    await t.step("waitUntil() lets work go on after the answer", async () => {
      const response = await fetch(`${functionsUrl}/background`);
      assert.equal(response.status, 202);
      await eventually("the work is done", () => events("background").includes("background_done"));
    });

    await t.step("a rejected background promise is logged and ends nothing", async () => {
      await fetch(`${functionsUrl}/background`, { method: "DELETE" });
      await eventually(
        "the failure is logged",
        () => events("background").includes("wait_until_failed"),
      );
      assert.equal((await fetch(`${functionsUrl}/background`)).status, 202);
    });

    await t.step("restart() tells the function and waits for its background work", async () => {
      await fetch(`${functionsUrl}/background?ms=1000`);
      await functions.restart("background");
      assert.equal(events("background").at(-1), "background_done");
      assert.ok(events("background").includes("beforeunload"));
      assert.equal((await fetch(`${functionsUrl}/background`)).status, 202);
    });

    await t.step("kill() ends the function in the midst of its work", async () => {
      await functions.restart("background");
      await fetch(`${functionsUrl}/background?ms=60000`);
      const before = events("background").length;
      await functions.kill("background");
      assert.deepEqual(events("background").slice(before), []);
      assert.equal((await fetch(`${functionsUrl}/background`)).status, 202);
    });

    await t.step("reset() forgets what was set and what was logged", async () => {
      await functions.restart();
      await functions.reset();
      assert.deepEqual(functions.logs(), []);
      const { env } = echoSchema.parse(await (await fetch(`${functionsUrl}/open`)).json());
      assert.equal(env.EXAMPLE, undefined);
    });
  }, { dataApi: false });
});
