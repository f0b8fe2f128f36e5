/** docs/limits.md says what the code does. */
import assert from "node:assert/strict";

const root = new URL("../../", import.meta.url);
const page = await Deno.readTextFile(new URL("docs/limits.md", root));

Deno.test("docs/limits.md gives each constant the value that it has", async () => {
  const rows = [...page.matchAll(/^\|[^|]+\| +`([\d_]+)` +\| +`(\w+)` +\| +`([^`]+)` +\|$/gm)];
  const [table = ""] = page.split("\n## ");
  assert.equal(rows.length, table.split("\n").filter((line) => line.startsWith("| ")).length - 2);
  for (const [, value, constant, path] of rows) {
    const source = await Deno.readTextFile(new URL(path ?? "", root));
    assert.match(source, new RegExp(`^(export )?const ${constant} = ${value};`, "m"), path);
  }
});

Deno.test("docs/limits.md tells the Data API's limit as it is configured", async () => {
  const config = await Deno.readTextFile(new URL("supabase/config.toml", root));
  const [, configured] = /^max_rows = (\d+)$/m.exec(config) ?? [];
  assert.equal(/`max_rows`[^,]+, (\d+);/.exec(page)?.[1], configured);
});
