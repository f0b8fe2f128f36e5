import { deepEqual } from "node:assert/strict";
import { importMapProblems, importProblems } from "./import_rules.ts";
import type { Import } from "./module_graph.ts";

const path = "functions/sms-send/index.ts";
const zod = { specifier: "zod", target: "npm:zod@4.6.7", typeOnly: false };

function problemsOf(imported: Partial<Import>, { isTool = true } = {}): string[] {
  const modules = [{ path, imports: [{ ...zod, ...imported }] }];
  return importProblems({ slug: "sms-send", isTool, modules });
}

Deno.test("importMapProblems() accepts packages at exact versions, with a path too", () => {
  deepEqual(
    importMapProblems({
      "zod": "npm:zod@4.6.7",
      "libphonenumber-js/min": "npm:libphonenumber-js@1.13.16/min",
      "@supabase/postgrest-js": "npm:@supabase/postgrest-js@2.119.1",
      "next": "npm:next@1.0.0-beta.1",
    }),
    [],
  );
});

Deno.test("importMapProblems() refuses ranges, tags, aliases of folders and other registries", () => {
  for (
    const [name, target] of [
      ["zod", "npm:zod@^4.6.7"],
      ["zod", "npm:zod@4"],
      ["zod", "npm:zod@latest"],
      ["zod", "npm:zod"],
      ["@/", "./shared/"],
      ["std", "jsr:@std/assert@1.0.0"],
      ["x", "https://deno.land/x/x@1.0.0/mod.ts"],
    ] as const
  ) {
    deepEqual(importMapProblems({ [name]: target }), [
      `deno.json: "${name}": "${target}" is not one npm package at an exact version`,
    ]);
  }
});

Deno.test("importProblems() accepts relative imports, Node's built-ins and pinned packages", () => {
  deepEqual(problemsOf({}), []);
  deepEqual(problemsOf({ specifier: "../../shared/db.ts", target: "shared/db.ts" }), []);
  deepEqual(problemsOf({ specifier: "node:crypto", target: "node:crypto" }), []);
});

Deno.test("importProblems() refuses specifiers that go round deno.json", () => {
  for (const specifier of ["npm:zod@4.6.7", "jsr:@std/assert", "https://example.com/mod.ts"]) {
    deepEqual(problemsOf({ specifier }), [
      `${path}: "${specifier}" must be imported by a bare name from deno.json, or relatively`,
    ]);
  }
});

Deno.test("importProblems() refuses a package that isn't pinned", () => {
  deepEqual(problemsOf({ target: "npm:zod@^4.0.0" }), [
    `${path}: "zod" resolves to npm:zod@^4.0.0, which is no exact version of an npm package`,
  ]);
});

Deno.test("importProblems() keeps heavy packages out of cold starts, but not their types", () => {
  const jose = { specifier: "jose", target: "npm:jose@6.2.17" };
  deepEqual(problemsOf(jose), [
    `${path}: "jose" makes this endpoint's cold start longer; it may load libphonenumber-js, zod`,
  ]);
  deepEqual(problemsOf(jose, { isTool: false }), []);
  deepEqual(problemsOf({ ...jose, typeOnly: true }), []);
  const sdk = {
    specifier: "@vapi-ai/server-sdk/core",
    target: "npm:@vapi-ai/server-sdk@2.0.1/core",
  };
  deepEqual(problemsOf(sdk, { isTool: false }), [
    `${path}: "@vapi-ai/server-sdk" makes this endpoint's cold start longer; it may load libphonenumber-js, zod, jose, @noble/hashes`,
  ]);
});

Deno.test("importProblems() refuses tests, and modules that aren't for deployment", () => {
  const modules = [
    { path: "shared/tools/serve.ts", imports: [] },
    { path: "shared/retry_test.ts", imports: [] },
    { path: "scripts/cli.ts", imports: [] },
  ];
  deepEqual(importProblems({ slug: "sms-send", isTool: true, modules }), [
    "functions/sms-send would be deployed with shared/retry_test.ts",
    "functions/sms-send reaches scripts/cli.ts: only functions/ and shared/ are for deployment",
  ]);
});
