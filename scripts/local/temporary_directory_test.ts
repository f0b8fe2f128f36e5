import assert from "node:assert/strict";
import { temporaryDirectory } from "./temporary_directory.ts";

Deno.test("temporaryDirectory() is there once it resolves, and gone after remove()", async () => {
  const path = `/tmp/temporary-directory-test-${crypto.randomUUID()}`;
  const directory = await temporaryDirectory(path);
  assert.equal(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o700);
  await directory.remove();
  await assert.rejects(Deno.stat(path), Deno.errors.NotFound);
});

Deno.test("temporaryDirectory() leaves alone what it was renamed to", async () => {
  const path = `/tmp/temporary-directory-test-${crypto.randomUUID()}`;
  const directory = await temporaryDirectory(path);
  await Deno.rename(path, `${path}-kept`);
  await directory.remove();
  await Deno.remove(`${path}-kept`);
});

Deno.test("temporaryDirectory() rejects with the reason if it can't be made", async () => {
  await assert.rejects(temporaryDirectory("/no-such-folder/here"), /Cannot make .*No such file/);
});
