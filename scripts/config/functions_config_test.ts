import assert from "node:assert/strict";
import { join } from "node:path";
import { repository } from "../local/migrations.ts";
import { checkFunctionsConfig, compareFunctions, type FunctionBlock } from "./functions_config.ts";

function block(slug: string): FunctionBlock {
  return {
    enabled: true,
    entrypoint: `../functions/${slug}/index.ts`,
    import_map: "../deno.json",
    verify_jwt: false,
  };
}

Deno.test("every function of this repository has its block, and every block its function", async () => {
  assert.deepEqual(await checkFunctionsConfig(repository), []);
});

Deno.test("a folder without a block is named, since the CLI would silently leave it out", async () => {
  const root = await Deno.makeTempDir();
  try {
    await Deno.mkdir(join(root, "functions/forgotten"), { recursive: true });
    await Deno.mkdir(join(root, "supabase"));
    await Deno.writeTextFile(join(root, "supabase/config.toml"), 'project_id = "test"\n');
    const [problem, ...others] = await checkFunctionsConfig(root);
    assert.deepEqual(others, []);
    assert.match(problem ?? "", /^functions\/forgotten has no block in supabase\/config\.toml/);
    assert.match(problem ?? "", /add \[functions\.forgotten\]/);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("compareFunctions() names a block without a folder", () => {
  const [problem] = compareFunctions([], { gone: block("gone") });
  assert.match(problem ?? "", /^\[functions\.gone\] in supabase\/config\.toml has no folder/);
});

Deno.test("compareFunctions() wants entrypoint, import map and verify_jwt to be said, and rightly", () => {
  const problems = compareFunctions(["one", "two"], {
    one: { ...block("one"), entrypoint: "../functions/two/index.ts", enabled: false },
    two: { enabled: true, entrypoint: "../functions/two/index.ts" },
  });
  assert.equal(problems.length, 4);
  assert.match(problems[0] ?? "", /entrypoint = "\.\.\/functions\/one\/index\.ts": it is/);
  assert.match(problems[1] ?? "", /\[functions\.one\].* is disabled/);
  assert.match(problems[2] ?? "", /\[functions\.two\].* import_map = .* it is missing/);
  assert.match(problems[3] ?? "", /\[functions\.two\].* must say verify_jwt/);
});
