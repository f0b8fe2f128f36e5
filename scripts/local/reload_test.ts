import assert from "node:assert/strict";
import { join } from "node:path";
import { reloadOnChange } from "./reload.ts";
import { eventually } from "../tests/support/eventually.ts";
import { withStack } from "../tests/support/with_stack.ts";

const source = (text: string) =>
  `export default { fetch: () => new Response(${JSON.stringify(text)}) };`;

Deno.test("reloadOnChange() runs the changed code from the next request on", async () => {
  const directory = await Deno.makeTempDir();
  const file = join(directory, "open", "index.ts");
  await Deno.mkdir(join(directory, "open"));
  await Deno.writeTextFile(file, source("before"));
  try {
    await withStack(async ({ functions, functionsUrl }) => {
      const answer = async () => await (await fetch(`${functionsUrl}/open`)).text();
      assert.equal(await answer(), "before");
      let reloads = 0;
      const watcher = reloadOnChange(functions, [directory], () => reloads++);
      await Deno.writeTextFile(file, source("after"));
      await eventually("the functions are restarted", () => reloads > 0);
      assert.equal(await answer(), "after");
      watcher.close();
    }, { functionsDirectory: directory, vapi: false });
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
