import assert from "node:assert/strict";
import { join } from "node:path";
import { createDatabase } from "./database.ts";
import { readMigrations } from "./migrations.ts";
import { withPostgres } from "../tests/support/with_stack.ts";

async function withFiles(
  files: Record<string, string>,
  test: (directory: string) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(join(directory, name), text);
    }
    await test(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("readMigrations() sorts by version and skips other files", async () => {
  const files = { "20_b.sql": "", "10_a.sql": "select 1", "README.md": "", "draft.sql": "" };
  await withFiles(files, async (directory) => {
    const migrations = await readMigrations(directory);
    assert.deepEqual(
      migrations.map(({ version, name, text }) => [version, name, text]),
      [["10", "a", "select 1"], ["20", "b", ""]],
    );
  });
});

Deno.test("readMigrations() returns nothing where there is no folder", async () => {
  assert.deepEqual(await readMigrations("/nonexistent"), []);
});

Deno.test("applyMigrations() throws with file, line and the database's message", async () => {
  const files = {
    "10_ok.sql": "create table a (b int);",
    "20_bad.sql": "select 1;\n\nselect nope;",
  };
  await withPostgres((url) =>
    withFiles(files, async (directory) => {
      const migrations = await readMigrations(directory);
      await assert.rejects(
        createDatabase(url, migrations),
        /Cannot apply migration 20_bad.sql: line 3: column "nope" does not exist \(42703\)/,
      );
    })
  );
});
