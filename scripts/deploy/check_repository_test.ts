import assert from "node:assert/strict";
import { join } from "node:path";
import { checkRepository } from "./check_repository.ts";

async function withRepository(
  files: Record<string, string>,
  test: (root: string) => Promise<void>,
): Promise<void> {
  const root = await Deno.realPath(await Deno.makeTempDir());
  const base = {
    "deno.json": '{"imports":{}}',
    "supabase/functions/README.md": "",
    "shared/tools/README.md": "",
  };
  try {
    for (const [path, text] of Object.entries({ ...base, ...files })) {
      await Deno.mkdir(join(root, path, ".."), { recursive: true });
      await Deno.writeTextFile(join(root, path), text);
    }
    await test(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

Deno.test("checkRepository() names a folder without a block in config.toml", async () => {
  await withRepository({
    "functions/forgotten/index.ts": "export default {};\n",
    "supabase/config.toml": 'project_id = "test"\n',
  }, async (root) => {
    const { slugs, problems } = await checkRepository(root);
    assert.deepEqual(slugs, ["forgotten"]);
    assert.equal(problems.length, 1);
    assert.match(problems[0] ?? "", /^functions\/forgotten has no block in supabase\/config\.toml/);
  });
});

Deno.test("checkRepository() reports what the type checker finds", async () => {
  await withRepository({
    "functions/one/index.ts": 'export const one: number = "1";\n',
    "supabase/config.toml": `[functions.one]
      entrypoint = "../functions/one/index.ts"
      import_map = "../deno.json"
      verify_jwt = false`,
  }, async (root) => {
    const { problems } = await checkRepository(root);
    assert.match(problems.join("\n"), /TS2322/);
  });
});
