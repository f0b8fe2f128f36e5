import { deepEqual, match } from "node:assert/strict";
import { join } from "node:path";
import { functionProblems } from "./check/functions/problems.ts";
import { repository } from "./local/migrations.ts";

Deno.test("functions/, supabase/config.toml and deno.json agree, and nothing else would be deployed", async () => {
  deepEqual(await functionProblems(repository), []);
});

Deno.test("functionProblems() finds a misspelt import, which the CLI only warns of", async () => {
  const root = await Deno.makeTempDir();
  try {
    await Deno.mkdir(join(root, "functions/ping"), { recursive: true });
    await Deno.mkdir(join(root, "shared/tools"), { recursive: true });
    await Deno.mkdir(join(root, "supabase"));
    await Deno.writeTextFile(join(root, "functions/ping/index.ts"), `import "./handlr.ts";\n`);
    await Deno.writeTextFile(join(root, "supabase/config.toml"), "");
    await Deno.writeTextFile(join(root, "deno.json"), `{ "imports": { "zod": "npm:zod@4" } }`);

    const problems = await functionProblems(root);
    deepEqual(problems.slice(0, 3), [
      "supabase/functions is missing: Supabase's CLI 2.108 and 2.109 crash without it",
      "functions/ping has no block in supabase/config.toml, so the CLI leaves it out silently",
      `deno.json: "zod": "npm:zod@4" is not one npm package at an exact version`,
    ]);
    match(problems[3] ?? "", /^Cannot load functions\/ping\/handlr\.ts: Module not found/);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
