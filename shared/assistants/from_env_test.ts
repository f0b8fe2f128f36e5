import assert from "node:assert/strict";
import { jobsAtOnce } from "./from_env.ts";

Deno.test("jobsAtOnce() keeps Vapi busy while others write to the database", () => {
  assert.equal(jobsAtOnce("urgent", { maxConcurrency: 10, minIntervalMs: 0 }), 20);
  assert.equal(jobsAtOnce("urgent", { maxConcurrency: 10, minIntervalMs: 100 }), 20);
  assert.equal(jobsAtOnce("bulk", { maxConcurrency: 10, minIntervalMs: 0 }), 30);
});

Deno.test("jobsAtOnce() begins no more jobs than spaced requests can bring to their end", () => {
  assert.equal(jobsAtOnce("bulk", { maxConcurrency: 10, minIntervalMs: 1_000 }), 10);
  assert.equal(jobsAtOnce("bulk", { maxConcurrency: 10, minIntervalMs: 3_000 }), 3);
  assert.equal(jobsAtOnce("bulk", { maxConcurrency: 10, minIntervalMs: 60_000 }), 1);
});
