import assert from "node:assert/strict";
import { z } from "zod";
import { dataFolder } from "./dev/home.ts";
import { canListen } from "./dev/ports.ts";
import { textLines } from "./local/lines.ts";
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
  vapiKey: z.string(),
  textsUrl: z.url(),
  webhookSecret: z.string(),
  org: z.object({ id: z.uuid() }),
  user: z.object({ email: z.email(), password: z.string(), accessToken: z.string() }),
  agents: z.array(z.object({ id: z.uuid(), name: z.string(), assistantId: z.string() })).min(1),
});

type Ready = z.infer<typeof readySchema>;

type Dev = {
  ready: Ready;
  /** Ends it with a signal; resolves with the exit code. */
  end(signal: Deno.Signal): Promise<number>;
};

/** Enough for both runs on a busy machine; then it is ended, and the test fails. */
const LONGEST_MS = 5 * 60_000;

/** Starts `dev --keep`, which isn't at a terminal here, and waits until it is ready. */
async function startDev(home: string, port: number): Promise<Dev> {
  const env = Deno.env.toObject();
  delete env.LOCAL_POSTGRES;
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "scripts/dev.ts", "--keep", `--home=${home}`, `--port=${port}`, "--quiet"],
    clearEnv: true,
    env,
    stdout: "piped",
    stderr: "piped",
    signal: AbortSignal.timeout(LONGEST_MS),
  }).spawn();
  const said = new Response(process.stderr).text();
  const lines = textLines(process.stdout);
  const first = await lines.next();
  if (first.done) throw new Error(`dev ended without a word on standard output: ${await said}`);
  return {
    ready: readySchema.parse(JSON.parse(first.value)),
    end: async (signal) => {
      process.kill(signal);
      const [{ code }] = await Promise.all([process.status, said]);
      await lines.return(undefined);
      return code;
    },
  };
}

/**
 * A first port below those that the system gives to connections and to other tests' servers, of which any may be taken between dev's look
 * and its listening, seconds later.
 */
function quietPort(): number {
  while (true) {
    const first = 20_000 + 10 * Math.floor(Math.random() * 1_000);
    if ([0, 1, 2, 3, 4, 5].every((n) => canListen(first + n))) return first;
  }
}

async function nothingListens({ apiUrl, dbUrl, vapiUrl }: Ready): Promise<void> {
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

/** Root's Postgres keeps its data elsewhere. */
async function withHome(test: (home: string) => Promise<void>): Promise<void> {
  const home = await Deno.makeTempDir();
  try {
    await test(home);
  } finally {
    await Deno.remove(await dataFolder(home), { recursive: true }).catch(() => {});
    await Deno.remove(home, { recursive: true }).catch(() => {});
  }
}

async function agentsOf({ apiUrl, publishableKey, user }: Ready): Promise<unknown> {
  const response = await fetch(`${apiUrl}/rest/v1/agents?select=id`, {
    headers: { apikey: publishableKey, authorization: `Bearer ${user.accessToken}` },
  });
  return await response.json();
}

Deno.test("dev prints one line of JSON when ready, leaves nothing running, and with --keep goes on where it was", () =>
  withHome(async (home) => {
    const port = quietPort();
    const first = await startDev(home, port);
    const description: unknown = await (await fetch(first.ready.openapiUrl)).json();
    assert.partialDeepStrictEqual(description, {
      openapi: "3.1.0",
      servers: [{ url: first.ready.apiUrl }],
    });
    const agents = first.ready.agents.map(({ id }) => ({ id }));
    assert.deepEqual(await agentsOf(first.ready), agents);
    assert.equal(await first.end("SIGINT"), 0);
    await nothingListens(first.ready);

    const second = await startDev(home, port);
    const same = ({ org, agents, publishableKey, secretKey, webhookSecret, vapiKey }: Ready) => {
      return { org, agents, publishableKey, secretKey, webhookSecret, vapiKey };
    };
    assert.deepEqual(same(second.ready), same(first.ready));
    assert.deepEqual(await agentsOf(second.ready), agents);
    assert.deepEqual(await agentsOf({ ...second.ready, user: first.ready.user }), agents);
    const [agent] = second.ready.agents;
    const kept = await fetch(`${second.ready.vapiUrl}/assistant/${agent?.assistantId}`, {
      headers: { authorization: `Bearer ${second.ready.vapiKey}` },
    });
    assert.equal(kept.status, 200, "the double of Vapi knows its assistants still");
    await kept.body?.cancel();
    await second.end("SIGKILL");
    await nothingListens(second.ready);
  }));
