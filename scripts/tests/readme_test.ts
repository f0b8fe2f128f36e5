/** What the README shows is what happens. */
import assert from "node:assert/strict";
import { catalogue } from "../../shared/tools/catalogue.ts";
import { block, readme } from "./support/readme.ts";

const root = new URL("../../", import.meta.url);

Deno.test("README.md shows the demo's output line by line, whatever its times and ids", async () => {
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "demo"],
    cwd: root,
    stderr: "null",
  }).output();
  assert.equal(code, 0);
  const shape = (text: string) =>
    text.trim()
      .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "<id>")
      .replaceAll(/\n {4}\w+ +<id>/g, "")
      .replaceAll(/\d+ of (\d+)/g, (all, n) => all === `${n} of ${n}` ? "<all>" : all)
      .replaceAll(/ +\d+ ms/g, " <time>")
      .replaceAll(/\d{4}-\d{2}-\d{2}(T[\d:+-]+| \d{2}:\d{2})?/g, "<when>")
      .replaceAll(/\w+day, \w+ \d+ at [\d:]+ [AP]M/g, "<when>");
  assert.equal(shape(new TextDecoder().decode(stdout)), shape(block("stack started")));
});

Deno.test("README.md names every function but tools added since, and those that it names with their function", async () => {
  const folders: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(new URL("functions/", root))) {
    if (isDirectory) folders.push(name);
  }
  const rows = new Map(
    [...readme.matchAll(/^\| `([\w-]+)` +\|.*\| (.*?) *\|$/gm)].map((
      [, slug, does],
    ) => [slug, does]),
  );
  const isTool = (folder: string) => catalogue.some(({ slug }) => slug === folder);
  for (const folder of folders) {
    assert.ok(rows.has(folder) || isTool(folder), `README.md lacks ${folder}`);
  }
  for (const { slug, name } of catalogue) {
    assert.match(rows.get(slug) ?? `\`${name}\``, new RegExp(`\`${name}\``));
  }
});
