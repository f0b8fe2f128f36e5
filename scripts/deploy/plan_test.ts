import assert from "node:assert/strict";
import { join } from "node:path";
import { repository } from "../local/migrations.ts";
import { preparePlan } from "./plan.ts";
import { SupabaseCliError } from "./supabase_cli.ts";

const REF = "abcdefghijklmnopqrst";

/** A folder with a function that has no block in config.toml, and an env file with a secret that is too short. */
async function withMistakes(
  envFile: string | null,
  test: (what: { root: string; envFile: string }) => Promise<void>,
): Promise<void> {
  const root = await Deno.makeTempDir();
  try {
    await Deno.mkdir(join(root, "functions/ping"), { recursive: true });
    await Deno.mkdir(join(root, "shared/tools"), { recursive: true });
    await Deno.mkdir(join(root, "supabase/functions"), { recursive: true });
    await Deno.writeTextFile(join(root, "functions/ping/index.ts"), "export default {};\n");
    await Deno.writeTextFile(join(root, "supabase/config.toml"), "");
    await Deno.writeTextFile(join(root, "deno.json"), `{ "imports": {} }`);
    await Deno.copyFile(join(repository, ".env.example"), join(root, ".env.example"));
    const file = join(root, ".env");
    if (envFile !== null) await Deno.writeTextFile(file, envFile);
    await test({ root, envFile: file });
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

/** Nobody has logged in. */
const asked: string[] = [];
const cli = {
  run: (args: readonly string[]) => {
    asked.push(args.slice(0, 2).join(" "));
    return Promise.reject(new SupabaseCliError("supabase secrets list failed: not logged in"));
  },
};
const prepare = (root: string, envFile: string, told: string[] = []) =>
  preparePlan(
    { projectRef: REF, projectUrl: "http://127.0.0.1:9", database: REF, envFile, dryRun: true },
    { root, cli, onProgress: (line) => told.push(line), onProblem: (it) => told.push(it) },
  );

Deno.test("preparePlan() lists what is wrong with environment, code and project at once, without a login", async () => {
  await withMistakes("VAPI_WEBHOOK_SECRET=short\n", async ({ root, envFile }) => {
    const told: string[] = [];
    const prepared = await prepare(root, envFile, told);
    assert.ok(!prepared.ok);
    const [short, login, missing, block, ...more] = prepared.problems;
    assert.equal(missing, "VAPI_PRIVATE_KEY is missing, unless the project has it already");
    assert.match(short ?? "", /^VAPI_WEBHOOK_SECRET must have at least 32 characters/);
    assert.match(block ?? "", /^functions\/ping has no block/);
    assert.match(login ?? "", /not logged in/);
    assert.deepEqual(more, []);
    assert.deepEqual(asked, ["secrets list"], "one refusal says it");
    const progress = [
      "Reading project abcdefghijklmnopqrst",
      "Checking config and imports of 1 function",
    ];
    assert.deepEqual(
      told,
      [short, progress[0], login, missing, progress[1], block],
      "the quick first",
    );
  });
});

Deno.test("preparePlan() names the env file that it can't read beside everything else", async () => {
  await withMistakes(null, async ({ root, envFile }) => {
    const prepared = await prepare(root, envFile);
    assert.ok(!prepared.ok);
    assert.equal(prepared.problems[0], `Cannot read the env file ${envFile}: there is none`);
    assert.match(prepared.problems.join("\n"), /not logged in[^]+no block/);
  });
});
