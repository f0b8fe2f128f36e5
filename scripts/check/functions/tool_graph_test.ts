import assert from "node:assert/strict";
import { repository } from "../../local/migrations.ts";
import { moduleGraph } from "./module_graph.ts";

/** What somebody on the phone waits for when a tool's function starts: every import, except what is loaded when needed. */
async function loadedAtStart(entry: string): Promise<string[]> {
  const modules = new Map((await moduleGraph(entry, repository)).map((each) => [each.path, each]));
  const loaded = new Set([entry]);
  for (const path of loaded) {
    for (const { target, typeOnly, isDynamic } of modules.get(path)?.imports ?? []) {
      if (!typeOnly && !isDynamic) loaded.add(target);
    }
  }
  return [...loaded];
}

Deno.test("a tool's function starts without readers, words, other tools, Vapi's contract and any package, zod included", async () => {
  const loaded = await loadedAtStart("functions/book-clinic-appointment/index.ts");
  assert.ok(loaded.includes("shared/tools/answer_calls.ts"));
  const late = [
    /^shared\/tools\/readers\/(?!numbering|phrases|plain|normalize|languages\/answers)/,
    /^shared\/tools\/(catalogue|sms-send|calendar-check)\.ts/,
    /^shared\/(google|assistants|vapi\/contract)/,
    /^(npm|jsr|https?):/,
  ];
  assert.deepEqual(loaded.filter((path) => late.some((each) => each.test(path))), []);
  const files = loaded.filter((path) => path.startsWith("shared/"));
  assert.ok(files.length <= 32, `${files.length} files: ${files.join(", ")}`);
});
