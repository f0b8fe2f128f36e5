import { equal } from "node:assert/strict";
import { diffSummary } from "./diff_summary.ts";

Deno.test("diffSummary() is empty for equal texts", () => {
  equal(diffSummary("a\nb", "a\nb"), "");
});

Deno.test("diffSummary() shows the lines that only one text has", () => {
  equal(diffSummary("a\nb\nc", "a\nB\nc\nd"), "  - b\n  + B\n  + d");
});

Deno.test("diffSummary() counts equal lines", () => {
  equal(diffSummary("a\na", "a"), "  - a");
});

Deno.test("diffSummary() says when only the order differs", () => {
  equal(diffSummary("a\nb", "b\na"), "  the same lines in another order");
});

Deno.test("diffSummary() cuts a long difference short and says how much is left", () => {
  const long = Array.from({ length: 15 }, (_, line) => `line ${line}`).join("\n");
  const lines = diffSummary("", long).split("\n");
  equal(lines.at(-1), "  + … and 3 more lines");
});
