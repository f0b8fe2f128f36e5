/** Every task describes its usage in the same way. */
import assert from "node:assert/strict";
import { z } from "zod";
import { repository } from "./local/migrations.ts";

const { tasks } = z.object({ tasks: z.record(z.string(), z.string()) })
  .parse(JSON.parse(await Deno.readTextFile(`${repository}deno.json`)));

async function run(task: string, ...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", `scripts/${task}.ts`, ...args],
    cwd: repository,
    stdin: "null",
    signal: AbortSignal.timeout(60_000),
  }).output();
  const [out = "", err = ""] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out, err };
}

for (const task of Object.keys(tasks)) {
  Deno.test(`${task} --no-such-option shows how it is used and what its exit codes mean`, async () => {
    const { code, out, err } = await run(task, "--no-such-option");
    assert.equal(code, 2, err);
    assert.equal(out, "");
    assert.match(err, /^[^\n]*--no-such-option/);
    assert.match(err, new RegExp(`^Usage: deno task ${task}\\b`, "m"));
    assert.match(err, /^ +--help +show this text/m);
    assert.match(err, /^Exit code/m);
  });
}
