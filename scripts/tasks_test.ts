/** Every task speaks in one way of how it is used. */
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
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out, err };
}

for (const task of Object.keys(tasks)) {
  // What this one is given goes to deno test.
  const option = task === "test" ? "--help" : "--no-such-option";
  Deno.test(`${task} ${option} shows how it is used and what its exit codes mean`, async () => {
    const { code, out, err } = await run(task, option);
    const [help, silent] = task === "test" ? [out, err] : [err, out];
    assert.equal(code, task === "test" ? 0 : 2, err);
    assert.equal(silent, "");
    if (task !== "test") assert.match(help ?? "", /^[^\n]*--no-such-option/);
    assert.match(help ?? "", new RegExp(`^Usage: deno task ${task}\\b`, "m"));
    assert.match(help ?? "", /^ +--help +show this text/m);
    assert.match(help ?? "", /^Exit code/m);
  });
}
