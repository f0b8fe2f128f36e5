/** Functions of schema `public` are called by name over HTTP: nothing else would notice a misspelt one. */

import { deepEqual } from "node:assert/strict";
import { join } from "node:path";
import { repository } from "../../local/migrations.ts";
import { withDatabase } from "../../schema/with_database.ts";
import { readRoutines } from "../support/access/catalog.ts";
import { shareServer } from "../support/share_server.ts";

/** Called by people, from SQL or with curl, and by nothing in this repository. */
const forOperators: readonly string[] = [
  "dismiss_jobs",
  "erase_patient",
  "revive_job",
  "revive_jobs",
];

shareServer();

Deno.test("every rpc that the code names exists, and every function in public is called", async () => {
  const named = new Set<string>();
  for (const folder of ["functions", "shared", "scripts"]) {
    for (const file of await sourceFiles(join(repository, folder))) {
      for (const name of rpcNames(await Deno.readTextFile(file))) named.add(name);
    }
  }
  const existing = await withDatabase(({ sql }) => readRoutines(sql, "public"));
  const names = existing.map(({ name }) => name);
  deepEqual(
    {
      missing: [...named].filter((name) => !names.includes(name)),
      unused: names.filter((name) => !named.has(name) && !forOperators.includes(name)),
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
