import assert from "node:assert/strict";
import { MUTATIONS } from "./list.ts";

const root = new URL("../../", import.meta.url);

Deno.test("every mutation finds the line that it changes, once, and the test that must notice", async () => {
  for (const { what, file, from, test } of MUTATIONS) {
    const text = await Deno.readTextFile(new URL(file, root));
    assert.equal(text.split(from).length, 2, `${what}: ${file} holds the line once`);
    await Deno.stat(new URL(test, root));
  }
});
