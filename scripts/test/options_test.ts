import assert from "node:assert/strict";
import { readTestArguments } from "./options.ts";

Deno.test("readTestArguments() tells files from options and from their values", () => {
  assert.deepEqual(
    readTestArguments(["shared", "--filter", "a rule", "--fail-fast", "a_test.ts", "--seed=7"]),
    { named: ["shared", "a_test.ts"], options: ["--filter=a rule", "--fail-fast", "--seed=7"] },
  );
});

Deno.test("readTestArguments() names what it can't take", () => {
  for (
    const [args, problem] of [
      [["--filtr=x"], /^Unknown option --filtr=x$/],
      [["-x"], /^Unknown option -x$/],
      // Set by the command itself.
      [["--junit-path=x"], /^Unknown option --junit-path=x$/],
      [["--toString"], /^Unknown option --toString$/],
      [["a_test.ts", "--filter"], /^--filter needs a value$/],
      [["--quiet=1"], /^--quiet takes no value$/],
    ] as const
  ) assert.throws(() => readTestArguments(args), { message: problem });
});
