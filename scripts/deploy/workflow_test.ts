/** GitHub's workflows: they call existing tasks, and deploy every variable. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { parse as parseYaml } from "yaml";
import { z } from "zod";
import { repository } from "../local/migrations.ts";
import { parseEnvFile } from "./env_file.ts";

const read = (path: string) => Deno.readTextFile(join(repository, path));
const stepSchema = z.object({
  name: z.string().optional(),
  uses: z.string().optional(),
  run: z.string().optional(),
  env: z.record(z.string(), z.string()).default({}),
});
const workflowSchema = z.object({
  permissions: z.strictObject({ contents: z.literal("read") }),
  concurrency: z.object({ group: z.string() }),
  jobs: z.record(
    z.string(),
    z.object({ "timeout-minutes": z.int(), steps: z.array(stepSchema) }),
  ),
});
const stepsOf = async (file: string) =>
  Object.values(workflowSchema.parse(parseYaml(await read(`.github/workflows/${file}`))).jobs)
    .flatMap(({ steps }) => steps);

const deploy = await stepsOf("deploy.yml");
const example = parseEnvFile(await read(".env.example"));
const writing = deploy.find(({ run }) => run?.includes(".env.example"));

Deno.test("deploy.yml hands on each variable of .env.example, by its own name, and no other", () => {
  assert.deepEqual(Object.keys(writing?.env ?? {}).sort(), Object.keys(example).sort());
  for (const [name, value] of Object.entries(writing?.env ?? {})) {
    assert.match(value, new RegExp(`^\\$\\{\\{ (secrets|vars)\\.${name} \\}\\}$`));
    if (/SECRET|KEY|TOKEN|ACCOUNT|WEBHOOK/.test(name)) assert.match(value, /secrets\./, name);
  }
});

/** Runs the step that writes the file, in a folder that is removed afterwards. */
async function write<T>(
  env: Record<string, string>,
  look: (result: { success: boolean; said: string; file: string }) => Promise<T> | T,
): Promise<T> {
  const folder = await Deno.makeTempDir();
  try {
    const { success, stderr } = await new Deno.Command("bash", {
      args: ["-e", "-c", writing?.run ?? "exit 1"],
      cwd: repository,
      env: { ...example, ...env, RUNNER_TEMP: folder },
    }).output();
    const said = new TextDecoder().decode(stderr);
    return await look({ success, said, file: join(folder, "functions.env") });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("deploy.yml ends where a value can't be written", async () => {
  await write({ ALERT_EMAIL_FROM: "O'Example <a@example.com>" }, ({ success, said }) => {
    assert.ok(!success);
    assert.match(said, /^ALERT_EMAIL_FROM holds a single quote/);
  });
});

Deno.test("deploy.yml writes a file that is read as it was meant, blanks, quotes and all", async () => {
  const values = {
    VAPI_PRIVATE_KEY: 'a key # with $HOME and "quotes"',
    GOOGLE_SERVICE_ACCOUNT: '{"private_key":"-----BEGIN\\nx\\n-----END"}',
  };
  await write(values, async ({ success, said, file }) => {
    assert.ok(success, said);
    assert.deepEqual(parseEnvFile(await Deno.readTextFile(file)), { ...example, ...values });
    assert.equal(((await Deno.stat(file)).mode ?? 0) & 0o077, 0, "others can read it");
  });
});

Deno.test("the workflows call tasks that there are, and put no input into a script", async () => {
  const { tasks } = z.object({ tasks: z.record(z.string(), z.string()) })
    .parse(JSON.parse(await read("deno.json")));
  for (const step of [...await stepsOf("ci.yml"), ...deploy]) {
    for (const [, task] of (step.run ?? "").matchAll(/deno@\S+ task (\S+)/g)) {
      assert.ok(task !== undefined && task in tasks, task);
    }
    // GitHub would paste it in before the shell reads the line.
    assert.doesNotMatch(step.run ?? "", /\$\{\{/);
  }
});
