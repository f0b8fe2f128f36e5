import assert from "node:assert/strict";
import { readFunctionConfig } from "./config.ts";

async function read(text: string): ReturnType<typeof readFunctionConfig> {
  const file = await Deno.makeTempFile({ suffix: ".toml" });
  try {
    await Deno.writeTextFile(file, text);
    return await readFunctionConfig(file);
  } finally {
    await Deno.remove(file);
  }
}

Deno.test("readFunctionConfig() reads each function's block", async () => {
  const config = await read("[functions.a]\nverify_jwt = false\n[functions.b]\nenabled = false");
  assert.deepEqual(config("a"), { enabled: true, verifyJwt: false });
  assert.deepEqual(config("b"), { enabled: false, verifyJwt: true });
});

Deno.test("readFunctionConfig() demands a JWT of a function without a block, as hosted", async () => {
  assert.deepEqual((await read("project_id = 'x'"))("a"), { enabled: true, verifyJwt: true });
});

Deno.test("readFunctionConfig() throws for a value of the wrong kind", async () => {
  await assert.rejects(read("[functions.a]\nverify_jwt = 'no'"));
});
