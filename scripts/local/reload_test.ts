import assert from "node:assert/strict";
import { join } from "node:path";
import { reloadOnChange } from "./reload.ts";
import { eventually } from "../tests/support/eventually.ts";
import { withStack } from "../tests/support/with_stack.ts";

const source = (text: string) =>
  `export default { fetch: () => new Response(${JSON.stringify(text)}) };`;

Deno.test("reloadOnChange() runs changed code and a new function with its configuration, and tells of a migration", async () => {
  const directory = await Deno.makeTempDir();
  const write = async (path: string, text: string) => {
    await Deno.mkdir(join(directory, path, ".."), { recursive: true });
    await Deno.writeTextFile(join(directory, path), text);
  };
  const block = (slug: string) => `[functions.${slug}]\nverify_jwt = false\n`;
  await write("functions/open/index.ts", source("before"));
  await write("config.toml", block("open"));
  await write("migrations/1_first.sql", "select 1;");
  try {
    await withStack(async (stack) => {
      const answer = async (slug = "open") =>
        await (await fetch(`${stack.functionsUrl}/${slug}`)).text();
      assert.equal(await answer(), "before");
      let reloads = 0;
      const told: string[] = [];
      const errors: unknown[] = [];
      const watcher = reloadOnChange(stack, {
        folders: [directory],
        onReload: () => reloads++,
        onMigrations: (files) => told.push(...files),
        onError: (error) => errors.push(error),
      });
      try {
        await write("migrations/2_second.sql", "select 2;");
        await eventually("the migration is told", () => told.includes("2_second.sql"));
        assert.equal(reloads, 0);

        // One change may be noticed as two, so changes are counted by the answers.
        await write("functions/open/index.ts", source("after"));
        await eventually("the changed code runs", async () => await answer() === "after");
        assert.ok(reloads > 0);

        await write("functions/added/index.ts", source("added"));
        const isRefused = async () => /UNAUTHORIZED/.test(await answer("added"));
        await eventually("what has no block yet takes nobody without a token", isRefused);
        await write("config.toml", "[functions");
        await eventually("what can't be read is told", () => errors.length > 0);
        await write("config.toml", block("open") + block("added"));
        await eventually("its block is read", async () => await answer("added") === "added");
      } finally {
        watcher.close();
      }
    }, {
      functionsDirectory: join(directory, "functions"),
      configFile: join(directory, "config.toml"),
      vapi: false,
      dataApi: false,
    });
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
