import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { namesFiles, testFiles } from "./files.ts";

Deno.test("testFiles() finds each test file once, those that need the stack first", async () => {
  const root = await Deno.makeTempDir();
  try {
    for (
      const path of [
        "a_test.ts",
        "shared/deep/b_test.ts",
        "shared/b.ts",
        "scripts/local/c_test.ts",
        "scripts/tests/d_test.ts",
        "scripts/tests/support/helper.ts",
        ".hidden/e_test.ts",
        "node_modules/some/f_test.ts",
      ]
    ) {
      await Deno.mkdir(dirname(join(root, path)), { recursive: true });
      await Deno.writeTextFile(join(root, path), "");
    }
    assert.deepEqual(await testFiles(root), [
      "scripts/tests/d_test.ts",
      "scripts/local/c_test.ts",
      "a_test.ts",
      "shared/deep/b_test.ts",
    ]);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("namesFiles() tells a file from an option and from an option's value", () => {
  assert.equal(namesFiles([]), false);
  assert.equal(namesFiles(["--filter", "Retry-After", "--fail-fast"]), false);
  assert.equal(namesFiles(["--filter=Retry-After"]), false);
  assert.equal(namesFiles(["shared/retry_test.ts", "--filter", "Retry-After"]), true);
  assert.equal(namesFiles(["--no-check", "shared"]), true);
});
