import assert from "node:assert/strict";
import { join } from "node:path";
import { findTestFiles } from "./find_test_files.ts";

async function withTree(test: (root: string) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir();
  try {
    for (const path of ["a/one_test.ts", "a/one.ts", "a/b/two_test.tsx", ".git/three_test.ts"]) {
      await Deno.mkdir(join(root, path, ".."), { recursive: true });
      await Deno.writeTextFile(join(root, path), "");
    }
    await test(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

Deno.test("findTestFiles() finds every test file where none is named, except in hidden folders", () =>
  withTree(async (root) => {
    assert.deepEqual(await findTestFiles(root, []), ["a/b/two_test.tsx", "a/one_test.ts"]);
  }));

Deno.test("findTestFiles() finds a file and what lies in a folder once each", () =>
  withTree(async (root) => {
    const paths = await findTestFiles(root, ["a/b", "a/b/two_test.tsx", "./a/one_test.ts"]);
    assert.deepEqual(paths, ["a/b/two_test.tsx", "a/one_test.ts"]);
  }));

Deno.test("findTestFiles() refuses what has no test in it, rather than run all", () =>
  withTree(async (root) => {
    for (const name of ["a/oen_test.ts", "a/one.ts"]) {
      await assert.rejects(
        findTestFiles(root, [name]),
        new RegExp(`^Error: There is no .* ${name}`),
      );
    }
  }));
