import assert from "node:assert/strict";
import type { RunSummary } from "../../functions/migrate-tools/report.ts";
import { follow } from "./follow.ts";

const never = new Promise<void>(() => {});

function state(status: RunSummary["status"]): RunSummary {
  return {
    runId: "11111111-1111-4111-8111-111111111111",
    dryRun: false,
    status,
    orgId: null,
    forceUpdate: false,
    pruneDuplicates: false,
    startedAt: "2026-01-05T10:00:00Z",
    finishedAt: null,
    seconds: 1,
    problem: null,
    organizations: { processed: 0, withAssistants: 0 },
    agents: { total: 0, migrated: 0, unchanged: 0, failed: 0 },
    tools: { created: 0, replaced: 0, adopted: 0, retired: 0 },
    successRate: 100,
  };
}

/** Answers with each of the states in turn; an Error is thrown. */
function looks(...states: (RunSummary["status"] | Error)[]) {
  const queue = [...states];
  return () => {
    const next = queue.shift();
    if (next === undefined) throw new Error("Nobody was to look again");
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(state(next));
  };
}

Deno.test("follow() looks until the run is done", async () => {
  const seen: string[] = [];
  const end = await follow({
    summary: looks("running", "running", "done"),
    onSummary: ({ status }) => seen.push(status),
    stop: never,
    everyMs: 0,
  });
  assert.deepEqual([end, seen], ["done", ["running", "running", "done"]]);
});

Deno.test("follow() gets over looks that fail now and then", async () => {
  const away = new Error("no network");
  const summary = looks(away, away, away, away, "running", away, away, away, away, "done");
  assert.equal(await follow({ summary, onSummary: () => {}, stop: never, everyMs: 0 }), "done");
});

Deno.test("follow() throws the last error of several looks in a row", async () => {
  const summary = looks("running", ...Array.from({ length: 5 }, (_, n) => new Error(`${n}`)));
  await assert.rejects(
    follow({ summary, onSummary: () => {}, stop: never, everyMs: 0 }),
    { message: "4" },
  );
});

Deno.test("follow() ends when nobody wants to watch, also while a look hangs", async () => {
  const hanging = { summary: () => new Promise<RunSummary>(() => {}), onSummary: () => {} };
  assert.equal(await follow({ ...hanging, stop: Promise.resolve() }), "interrupted");
});
