import assert from "node:assert/strict";
import { join } from "node:path";
import { checkModuleGraph, readModuleGraph } from "./module_graph.ts";

async function withFiles(
  files: Record<string, string>,
  test: (root: string) => Promise<void>,
): Promise<void> {
  const root = await Deno.realPath(await Deno.makeTempDir());
  try {
    for (const [path, text] of Object.entries(files)) {
      await Deno.mkdir(join(root, path, ".."), { recursive: true });
      await Deno.writeTextFile(join(root, path), text);
    }
    await test(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

Deno.test("readModuleGraph() lists the files that are imported, types included, and nothing beside them", async () => {
  await withFiles({
    "deno.json": "{}",
    "functions/one/index.ts":
      'import "./handler.ts";\nimport type { T } from "../../shared/t.ts";\n',
    "functions/one/handler.ts": 'import "node:path";\n',
    "functions/one/handler_test.ts": "",
    "shared/t.ts": "export type T = string;\n",
    "shared/unused.ts": "",
  }, async (root) => {
    const graph = await readModuleGraph(root, "one");
    assert.deepEqual(graph.files, [
      "functions/one/handler.ts",
      "functions/one/index.ts",
      "shared/t.ts",
    ]);
    assert.deepEqual(graph.external, ["node:path"]);
    assert.deepEqual(checkModuleGraph(graph), []);
  });
});

Deno.test("checkModuleGraph() names a misspelt import, of which the CLI only warns", async () => {
  await withFiles({
    "deno.json": "{}",
    "functions/one/index.ts": 'import "../../shared/misspelt.ts";\nimport "unmapped";\n',
  }, async (root) => {
    const problems = checkModuleGraph(await readModuleGraph(root, "one"));
    assert.equal(problems.length, 2);
    assert.match(problems.join("\n"), /functions\/one cannot be deployed: .*misspelt\.ts/);
    assert.match(problems.join("\n"), /functions\/one cannot be deployed: .*unmapped/);
  });
});

Deno.test("checkModuleGraph() refuses scripts, tests and hosts other than npm", () => {
  const problems = checkModuleGraph({
    slug: "one",
    files: [
      "functions/one/index.ts",
      "scripts/cli.ts",
      "shared/retry_test.ts",
      "shared/sync/testing.ts",
    ],
    external: ["node:path", "npm:/zod@4.6.7", "https://deno.land/x/mod.ts"],
    errors: [],
  });
  assert.equal(problems.length, 4);
});
