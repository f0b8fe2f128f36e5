/** Functions of schema `public` are called by name over HTTP: nothing else would notice a misspelt one. */

import { deepEqual } from "node:assert/strict";
import { join } from "node:path";
import { repository } from "../../local/migrations.ts";
import { withDatabase } from "../../schema/with_database.ts";
import { readRoutines } from "../support/access/catalog.ts";
import { shareServer } from "../support/share_server.ts";

/** Pages that tell people what they can call themselves, with their token, curl or SQL. */
const pages = ["docs/people-api.md", "docs/runbook.md"];

shareServer();

Deno.test("every rpc that the code names exists, and every function in public is called or described for people", async () => {
  const named = new Set<string>();
  for (const folder of ["functions", "shared", "scripts"]) {
    for (const file of await sourceFiles(join(repository, folder))) {
      for (const name of rpcNames(await Deno.readTextFile(file))) named.add(name);
    }
  }
  const texts = await Promise.all(
    pages.map((page) => Deno.readTextFile(join(repository, page))),
  );
  const isDescribed = (name: string) =>
    texts.some((text) => new RegExp(`\\b${name}\\b`).test(text));
  const existing = await withDatabase(({ sql }) => readRoutines(sql, "public"));
  const names = existing.map(({ name }) => name);
  deepEqual(
    {
      missing: [...named].filter((name) => !names.includes(name)),
      unused: names.filter((name) => !named.has(name) && !isDescribed(name)),
    },
    { missing: [], unused: [] },
  );
});

/** Names in `rpc("name"` and in `rpc(condition ? "name" : "other"`. */
function rpcNames(text: string): string[] {
  const calls = text.matchAll(/\.rpc\(\s*([^,)]*)/g);
  return [...calls].flatMap(([, first = ""]) =>
    [...first.matchAll(/"([a-z_]+)"/g)].map(([, name = ""]) => name)
  );
}

async function sourceFiles(directory: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(directory));
  const nested = entries.map(({ name, isDirectory }) => {
    const path = join(directory, name);
    if (isDirectory) return sourceFiles(path);
    return name.endsWith(".ts") && !name.endsWith("_test.ts") ? [path] : [];
  });
  return (await Promise.all(nested)).flat();
}
