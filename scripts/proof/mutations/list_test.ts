import assert from "node:assert/strict";
import { MUTATIONS } from "./list.ts";

const root = new URL("../../../", import.meta.url);

Deno.test("every mutation finds the line that it changes, once, and the test that must notice", async () => {
  for (const { what, file, from, test } of MUTATIONS) {
    const text = await Deno.readTextFile(new URL(file, root));
    assert.equal(text.split(from).length, 2, `${what}: ${file} holds the line once`);
    await Deno.stat(new URL(test, root));
  }
});

Deno.test("docs/mutations.md shows every mutation of the list, with its test, as caught, and docs/proof.md their number", async () => {
  const page = await Deno.readTextFile(new URL("docs/mutations.md", root));
  const rows = page.split("\n").filter((line) => line.startsWith("| ")).slice(2);
  const shown = rows.map((row) => row.split("|").slice(1, 5).map((cell) => cell.trim()));
  assert.deepEqual(
    shown,
    MUTATIONS.map(({ what, file, test }) => [
      what,
      `\`${file.split("/").at(-1)}\``,
      `\`${test}\``,
      "yes",
    ]),
    "run deno task proof mutations --write",
  );
  const proof = await Deno.readTextFile(new URL("docs/proof.md", root));
  assert.match(proof, new RegExp(`\\| ${MUTATIONS.length}, each with its test +\\|`));
});
