import { deepEqual } from "node:assert/strict";
import { join } from "node:path";
import { repository } from "../local/migrations.ts";

/** What a task prints and exits with. */
type Task = { output: string; code: number };

const passing = { output: "8 passed, 0 failed", code: 0 };

Deno.test(".ci/run adds up tests, checks and the lock file, and exits with 0", async () => {
  deepEqual(
    await run({ test: { output: "12 passed, 0 failed, 2 skipped", code: 0 }, check: passing }),
    {
      lines: [
        "test: 12 passed, 0 failed, 2 skipped",
        "check: 8 passed, 0 failed",
        "21 passed, 0 failed",
      ],
      code: 0,
    },
  );
});

Deno.test(".ci/run takes the last count of a task, and leaves its own as the only plain one", async () => {
  const test = { output: "3 passed, 0 failed\nmore\n10 passed, 1 failed", code: 1 };
  deepEqual(await run({ test, check: passing }), {
    lines: [
      "test: 3 passed, 0 failed",
      "more",
      "test: 10 passed, 1 failed",
      "check: 8 passed, 0 failed",
      "19 passed, 1 failed",
    ],
    code: 1,
  });
});

Deno.test(".ci/run counts a task that died without a count as a failure", async () => {
  const result = await run({ test: { output: "Cannot start Postgres", code: 1 }, check: passing });
  deepEqual(result.lines.slice(1), [
    "FAILED test exited with 1 and counted nothing",
    "check: 8 passed, 0 failed",
    "9 passed, 1 failed",
  ]);
  deepEqual(result.code, 1);
});

Deno.test(".ci/run believes an exit code more than a count without failures", async () => {
  const result = await run({ test: passing, check: { ...passing, code: 2 } });
  deepEqual(result.lines.slice(-2), ["FAILED check exited with 2", "17 passed, 1 failed"]);
  deepEqual(result.code, 1);
});

/** Runs the script with an `npx` that answers instead of Deno. */
async function run(
  tasks: { test: Task; check: Task },
): Promise<{ lines: string[]; code: number }> {
  const bin = await Deno.makeTempDir();
  try {
    const cases = Object.entries(tasks).map(([name, { output, code }]) =>
      `${name}) printf '%s\\n' '${output}'; exit ${code};;`
    );
    // npx -y deno@… task <name>
    await Deno.writeTextFile(
      join(bin, "npx"),
      `#!/bin/sh\ncase "$4" in\n${cases.join("\n")}\nesac\n`,
      {
        mode: 0o755,
      },
    );
    const { stdout, code } = await new Deno.Command("bash", {
      args: [join(repository, ".ci/run")],
      env: { PATH: `${bin}:${Deno.env.get("PATH")}` },
      stdin: "null",
    }).output();
    return { lines: new TextDecoder().decode(stdout).trim().split("\n"), code };
  } finally {
    await Deno.remove(bin, { recursive: true });
  }
}
