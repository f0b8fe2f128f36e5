import assert from "node:assert/strict";
import { table } from "./table.ts";

Deno.test("table() makes columns as wide as their widest cell and aligns numbers to the right", () => {
  const text = table(["organization", "agents"], [["North", "2"], ["A longer name", "1000"]]);
  assert.deepEqual(text.split("\n"), [
    "organization   agents",
    "─────────────  ──────",
    "North               2",
    "A longer name    1000",
  ]);
});

Deno.test("table() without rows is its head", () => {
  assert.equal(table(["a"], []), "a\n─");
});
