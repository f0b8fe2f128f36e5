import assert from "node:assert/strict";
import { applyPlan } from "./apply.ts";
import { readOptions } from "./options.ts";

const options = readOptions({
  "project-ref": "abcdefghijklmnopqrst",
  "project-url": "http://127.0.0.1:1",
});
const plan = { slugs: ["one"], migrations: ["1_one.sql"], secrets: {}, secretKey: "sb_secret_a" };

Deno.test("applyPlan() stops at the first step that fails and names what was not reached", async () => {
  const commands: string[] = [];
  const told: string[] = [];
  const results = await applyPlan(plan, options, {
    cli: {
      run: (args) => {
        commands.push(args.slice(0, 2).join(" "));
        return args[0] === "functions" ? Promise.reject(new Error("No")) : Promise.resolve([]);
      },
    },
    onStart: (step) => told.push(step),
    onEnd: ({ name, status }) => told.push(`${name} ${status}`),
  });
  assert.deepEqual(commands, ["db push", "db query", "functions deploy"]);
  assert.deepEqual(results.map(({ name, status }) => `${name} ${status}`), [
    "Migrations done",
    "Vault done",
    "Secrets done",
    "Functions failed",
    "Answers skipped",
    "Worker skipped",
    "Configuration skipped",
  ]);
  assert.equal(results[3]?.detail, "No");
  assert.deepEqual(told.slice(-2), ["Functions", "Functions failed"]);
});

Deno.test("applyPlan() names every function that does not answer", async () => {
  const results = await applyPlan({ ...plan, slugs: ["one", "two"] }, options, {
    cli: { run: () => Promise.resolve([]) },
    onStart: () => {},
    onEnd: () => {},
    delaysMs: [],
  });
  const answers = results.find(({ name }) => name === "Answers");
  assert.equal(answers?.status, "failed");
  assert.match(answers?.detail ?? "", /^one does not answer: .*\ntwo does not answer: /);
});
