import assert from "node:assert/strict";
import type { RunSummary } from "../../functions/migrate-tools/report.ts";
import { progressDisplay, progressOf } from "./progress_display.ts";

function summary(
  agents: Partial<RunSummary["agents"]>,
  more: Partial<RunSummary> = {},
): RunSummary {
  return {
    runId: "11111111-1111-4111-8111-111111111111",
    dryRun: false,
    status: "running",
    orgId: null,
    forceUpdate: false,
    pruneDuplicates: false,
    startedAt: "2026-01-05T10:00:00Z",
    finishedAt: null,
    seconds: 10,
    problem: null,
    organizations: { processed: 1, withAssistants: 1 },
    agents: { total: 100, migrated: 0, unchanged: 0, failed: 0, ...agents },
    tools: { created: 0, replaced: 0, adopted: 0, retired: 0 },
    successRate: 100,
    ...more,
  };
}

function recorder() {
  let text = "";
  return {
    writeSync: (bytes: Uint8Array) => {
      text += new TextDecoder().decode(bytes);
      return bytes.length;
    },
    text: () => text,
  };
}

Deno.test("progressOf() counts what is settled, failures too, and estimates the rest from the pace so far", () => {
  assert.equal(
    progressOf(summary({ migrated: 20, unchanged: 4, failed: 1 })).text,
    "25 % · 25 of 100 agents · 1 failed · 30 s left",
  );
});

Deno.test("progressOf() promises no time before the first agent, and is complete with none to do", () => {
  assert.equal(progressOf(summary({})).text, "0 % · 0 of 100 agents");
  assert.equal(progressOf(summary({ total: 0 }, { status: "done" })).percent, 100);
});

Deno.test("progressOf() says what a run does when its agents are done", () => {
  assert.match(progressOf(summary({ migrated: 100 })).text, /looking for duplicates$/);
});

Deno.test("progressDisplay() draws one bar over itself on a terminal", () => {
  const output = recorder();
  const display = progressDisplay(output, { isTerminal: true });
  display.show(summary({ migrated: 50 }));
  display.show(summary({ migrated: 100 }, { status: "done" }));
  display.end();
  display.end();
  const frames = output.text().split("\r\x1b[2K");
  assert.equal(frames.length, 3);
  assert.match(frames[1] ?? "", /^\[█{15}░{15}\] 50 %/);
  assert.match(frames[2] ?? "", /^\[█{30}\] 100 %.*\n$/);
});

Deno.test("progressDisplay() writes a line per tenth elsewhere, however often it is asked", () => {
  const output = recorder();
  const display = progressDisplay(output, { isTerminal: false });
  for (const migrated of [0, 1, 2, 9, 10, 11, 55, 56, 100]) display.show(summary({ migrated }));
  display.end();
  const percents = output.text().trim().split("\n").map((line) => Number.parseInt(line));
  assert.deepEqual(percents, [0, 10, 55, 100]);
});
