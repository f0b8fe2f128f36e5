import assert from "node:assert/strict";
import { benchmarkPage } from "./page.ts";
import { atMost } from "./result.ts";

const measured = {
  results: [
    atMost("a", "tool call ÷ thinnest function, median", { value: 1.2, target: 1.25, floor: 7 }),
    atMost("h", "save besides others ÷ in quiet", { value: 4, target: 3 }),
  ],
  machine: "2 × Example, 8 GiB",
  memory: { "tool-sync": 181 },
};

Deno.test("benchmarkPage() has a row for each result, the machine and the memory", () => {
  const page = benchmarkPage(measured, "");
  assert.match(
    page,
    /^\| a \| tool call ÷ thinnest function, median \| 1\.2 \| 1\.25 \| yes \| floor 7 \|$/m,
  );
  assert.match(page, /^\| h \| save besides others ÷ in quiet \| 4 \| 3 \| \*\*no\*\* \| {2}\|$/m);
  assert.match(page, /in one run on 2 × Example, 8 GiB/);
  assert.match(page, /in MB: tool-sync 181\./);
});

Deno.test("benchmarkPage() keeps the sections that people wrote, and nothing else of the page before", () => {
  const before = `${benchmarkPage(measured, "")}\n## At volume\n\nText.\n\n## More\n`;
  const page = benchmarkPage({ ...measured, machine: "another" }, before);
  assert.ok(page.endsWith("\n## At volume\n\nText.\n\n## More\n"));
  assert.doesNotMatch(page, /2 × Example/);
  assert.equal(benchmarkPage({ ...measured, machine: "another" }, page), page);
});
