import assert from "node:assert/strict";
import { z } from "zod";
import { TextLineStream } from "./local/lines.ts";
import { eventually } from "./tests/support/eventually.ts";

const readySchema = z.object({
  consoleUrl: z.url(),
  apiUrl: z.url(),
  functionsUrl: z.url(),
  openapiUrl: z.url(),
  dbUrl: z.url(),
  publishableKey: z.string().startsWith("sb_publishable_"),
  secretKey: z.string().startsWith("sb_secret_"),
  vapiUrl: z.url(),
  webhookSecret: z.string(),
  org: z.object({ id: z.uuid() }),
  user: z.object({ email: z.email(), password: z.string(), accessToken: z.string() }),
  agents: z.array(z.object({ id: z.uuid(), name: z.string(), assistantId: z.string() })).min(1),
});

type Dev = {
  ready: z.infer<typeof readySchema>;
  /** Ends it with a signal; resolves with the exit code. */
  end(signal: Deno.Signal): Promise<number>;
};

/** Starts `dev --json` with a Postgres server of its own, and waits until it is ready. */
async function startDev(): Promise<Dev> {
  const env = Deno.env.toObject();
  delete env.LOCAL_POSTGRES;
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "scripts/dev.ts", "--json", "--quiet"],
    clearEnv: true,
    env,
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const lines = process.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(
    new TextLineStream(),
  );
  const reader = lines.getReader();
  const { value = "" } = await reader.read();
  return {
    ready: readySchema.parse(JSON.parse(value)),
    end: async (signal) => {
      process.kill(signal);
      const { code } = await process.status;
      await reader.cancel();
      return code;
    },
  };
}

async function nothingListens({ apiUrl, dbUrl, vapiUrl }: Dev["ready"]): Promise<void> {
  for (const url of [apiUrl, dbUrl, vapiUrl]) {
    const port = Number(new URL(url).port);
    await eventually(`port ${port} is closed`, async () => {
      try {
        (await Deno.connect({ hostname: "127.0.0.1", port })).close();
        return false;
      } catch {
        return true;
      }
    });
  }
}

Deno.test("dev --json prints one line when ready, and Ctrl-C leaves nothing behind", async () => {
  const { ready, end } = await startDev();
  const description: unknown = await (await fetch(ready.openapiUrl)).json();
  assert.partialDeepStrictEqual(description, {
    openapi: "3.1.0",
    servers: [{ url: ready.apiUrl }],
  });
  const response = await fetch(`${ready.apiUrl}/rest/v1/agents?select=id`, {
    headers: {
      apikey: ready.publishableKey,
      authorization: `Bearer ${ready.user.accessToken}`,
    },
  });
  assert.deepEqual(await response.json(), ready.agents.map(({ id }) => ({ id })));
  assert.equal(await end("SIGINT"), 0);
  await nothingListens(ready);
});

Deno.test("dev leaves nothing behind when it is killed", async () => {
  const { ready, end } = await startDev();
  await end("SIGKILL");
  await nothingListens(ready);
});
