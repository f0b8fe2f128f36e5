import assert from "node:assert/strict";
import { join } from "node:path";
import { buildConsole } from "./build.ts";
import { sizes } from "./sizes.ts";

const LARGEST_GZIP = 120_000;

async function withFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "console-build-" });
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("the console is small, and asks no foreign origin for anything", async () => {
  await withFolder(async (folder) => {
    await buildConsole(folder);
    const total = (await sizes(folder)).reduce((sum, { gzip }) => sum + gzip, 0);
    assert.ok(total <= LARGEST_GZIP, `The console is ${total} bytes, compressed`);
    const page = await Deno.readTextFile(join(folder, "index.html"));
    assert.deepEqual([...page.matchAll(/(?:src|href)="(\w+:|\/)/g)], []);
    assert.match(page, /default-src 'none'; script-src 'self'; style-src 'self'/);
  });
});

Deno.test("a console that belongs to a project may speak to that project alone", async () => {
  await withFolder(async (folder) => {
    const config = { url: "https://example.supabase.co", publishableKey: "sb_publishable_x" };
    await buildConsole(folder, config);
    for (const file of ["index.html", "_headers"]) {
      assert.match(
        await Deno.readTextFile(join(folder, file)),
        /connect-src 'self' https:\/\/example\.supabase\.co wss:\/\/example\.supabase\.co;/,
      );
    }
    assert.deepEqual(JSON.parse(await Deno.readTextFile(join(folder, "config.json"))), config);
  });
});
