import { deepEqual, equal } from "node:assert/strict";
import { runSteps, type Step } from "./run_steps.ts";

const passing = (name: string): Step => ({
  name,
  run: () => Promise.resolve({ ok: true, report: "" }),
});

Deno.test("runSteps() answers in the order of the steps, and tells as each one ends", async () => {
  const first = Promise.withResolvers<void>();
  const done: string[] = [];
  const slow: Step = {
    name: "slow",
    run: async () => {
      await first.promise;
      return { ok: false, report: "why" };
    },
  };
  const quick: Step = {
    name: "quick",
    run: () => {
      first.resolve();
      return Promise.resolve({ ok: true, report: "" });
    },
  };
  const results = await runSteps([slow, quick], {
    atOnce: 2,
    onDone: ({ name }) => done.push(name),
  });
  deepEqual(done, ["quick", "slow"]);
  deepEqual(results.map(({ name, ok, report }) => [name, ok, report]), [
    ["slow", false, "why"],
    ["quick", true, ""],
  ]);
});

Deno.test("runSteps() goes on after a step that throws, and reports its message", async () => {
  const throwing: Step = { name: "throwing", run: () => Promise.reject(new Error("No Postgres")) };
  const results = await runSteps([throwing, passing("after")], { atOnce: 1 });
  deepEqual(results.map(({ ok, report }) => [ok, report]), [[false, "No Postgres"], [true, ""]]);
});

Deno.test("runSteps() has no more steps under way than it was told", async () => {
  let running = 0;
  let most = 0;
  const step: Step = {
    name: "counted",
    run: async () => {
      most = Math.max(most, ++running);
      await Promise.resolve();
      running--;
      return { ok: true, report: "" };
    },
  };
  await runSteps([step, step, step, step, step], { atOnce: 2 });
  equal(most, 2);
});
