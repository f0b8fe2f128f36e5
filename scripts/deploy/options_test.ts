import assert from "node:assert/strict";
import { OptionsError, readOptions } from "./options.ts";

const ref = "abcdefghijklmnopqrst";

Deno.test("readOptions() fills in where the project answers and how its database is reached", () => {
  assert.deepEqual(readOptions({ "project-ref": ref }), {
    projectRef: ref,
    projectUrl: `https://${ref}.supabase.co`,
    database: ref,
    dryRun: false,
  });
  const options = readOptions({
    "project-ref": ref,
    "project-url": "https://api.example.com/",
    "db-url": "postgresql://postgres@db.example.com/postgres",
  });
  assert.equal(options.projectUrl, "https://api.example.com");
  assert.equal(options.database, "postgresql://postgres@db.example.com/postgres");
});

Deno.test("readOptions() refuses what the CLI would misunderstand", () => {
  for (
    const args of [
      {},
      { "project-ref": "my-branch" },
      { "project-ref": ref, "project-url": "api.example.com" },
      { "project-ref": ref, "db-url": "db.example.com" },
    ]
  ) assert.throws(() => readOptions(args), OptionsError);
});

Deno.test("readOptions() names everything that is wrong at once", () => {
  const wrong = { "project-ref": "my-branch", "db-url": "db.example.com", "env": "" };
  assert.throws(() => readOptions(wrong), (error) => {
    assert.ok(error instanceof OptionsError);
    assert.deepEqual(error.problems.map((it) => /my-branch|--db-url|--env/.exec(it)?.[0]), [
      "my-branch",
      "--db-url",
      "--env",
    ]);
    return true;
  });
});
