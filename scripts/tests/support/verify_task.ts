/** `deno task verify`, as an operator runs it, in the world of `verify_test.ts`. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { eventually } from "./eventually.ts";
import { failAtOnce } from "./fail_at_once.ts";
import type { Clinic } from "./verify_plants.ts";
import type { World } from "./world.ts";

const script = fileURLToPath(new URL("../../verify.ts", import.meta.url));

async function run(args: string[], env: Record<string, string>) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", script, ...args],
    env: { SUPABASE_URL: "", SUPABASE_SECRET_KEY: "", ...env },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}

/** Restores the world. */
export async function verifyTask(
  t: Deno.TestContext,
  world: World,
  { org, agentId, assistantId }: Clinic,
): Promise<void> {
  const { stack } = world;
  const env = { SUPABASE_URL: stack.apiUrl, SUPABASE_SECRET_KEY: stack.secretKey };

  await t.step("the task exits with 0 where nothing is wrong", async () => {
    const { code, out } = await run(["--book", "--org-id", org.id], env);
    assert.equal(code, 0, out);
    assert.match(out, /test booking was made through the endpoint, .* and removed again/);
    assert.match(out, /Everything is as it should be/);
  });

  await t.step(
    "the task exits with 1 and says what is wrong, the evidence and the repair",
    async () => {
      stack.vapi.dashboard.updateAssistant(assistantId, {
        model: { provider: "openai", model: "gpt-4o", toolIds: [] },
      });
      const { code, out } = await run([], env);
      assert.equal(code, 1);
      assert.match(out, /checkAvailability: not_linked/);
      assert.ok(out.includes(`assistant ${assistantId}, tool checkAvailability`), out);
      assert.match(out, /Link the tool to the assistant/);
    },
  );

  await t.step("the task repairs with --fix, and verifies again", async () => {
    const { code, out, err } = await run(["--fix", "--json"], env);
    assert.equal(code, 0, err);
    const report = JSON.parse(out);
    assert.equal(report.ok, true);
    assert.equal(report.summary.errors, 0);
  });

  await t.step(
    "the task exits with 0 and counts the warnings where there is no error",
    async () => {
      await stack.sql`
      insert into agents (org_id, name, role, system_prompt) values (${org.id}, 'Never synced', 'inbound', 'Be kind.')`;
      const { code, out } = await run([], env);
      assert.equal(code, 0);
      assert.match(out, /^! agent .*: not_synced$/m);
      assert.match(out, /^No errors, 1 warning\./m);
    },
  );

  await t.step(
    "the task says why an agent is not synced: the last failure, and the next try",
    async () => {
      failAtOnce(
        stack.vapi,
        ({ method, path }) => method === "PATCH" && path.endsWith(assistantId),
      );
      const [agent] = await stack.sql`select version from agents where id = ${agentId}`;
      await world.save(org, { agentId, version: agent?.version, systemPrompt: "Be quick." });
      await eventually("the sync has failed", async () => {
        const [row] = await stack.sql`
        select from agent_sync_status where agent_id = ${agentId} and next_attempt_at is not null`;
        return row !== undefined;
      });
      const { out } = await run(["--no-endpoints"], env);
      stack.vapi.faults.clear();
      assert.match(
        out,
        new RegExp(
          `agent ${agentId}, .*not_synced\n +tried 1 time, last failure: .*503.*next try at 20`,
        ),
      );
    },
  );

  await t.step(
    "the task exits with 2 and says what is missing where it can't connect",
    async () => {
      const { code, err } = await run([], {});
      assert.equal(code, 2);
      assert.match(err, /SUPABASE_URL \(or --url\) and SUPABASE_SECRET_KEY/);
    },
  );

  await stack.sql`delete from agents where name = 'Never synced'`;
  await stack.sql`delete from verifications`;
  await stack.sql`update jobs set run_at = now() where status = 'pending'`;
  await stack.sql`select private.wake('tool-sync')`;
  await world.settled();
}
