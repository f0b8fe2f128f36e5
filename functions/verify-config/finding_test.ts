import assert from "node:assert/strict";
import { FINDINGS } from "./finding.ts";

Deno.test("docs/verify.md lists every finding with its severity", async () => {
  const text = await Deno.readTextFile(new URL("../../docs/verify.md", import.meta.url));
  const rows = [...text.matchAll(/^\| `(\w+)` +\| (\w+) /gm)].map((
    [, code, severity],
  ) => [code, severity]);
  assert.deepEqual(rows, Object.entries(FINDINGS).map(([code, { severity }]) => [code, severity]));
});
