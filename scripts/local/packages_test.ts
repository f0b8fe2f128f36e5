import assert from "node:assert/strict";
import { join } from "node:path";
import { locatePostgres, locatePostgrest, platform, postgrestBuild } from "./packages.ts";

Deno.test("platform() names Deno's targets as npm does", () => {
  assert.equal(platform("linux", "x86_64"), "linux-x64");
  assert.equal(platform("darwin", "aarch64"), "darwin-arm64");
});

Deno.test("postgrestBuild() is the one that npm has, which Apple's processors translate", () => {
  assert.equal(postgrestBuild("darwin-arm64"), "darwin-x64");
  assert.equal(postgrestBuild("linux-arm64"), "linux-arm64");
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
