import assert from "node:assert/strict";
import { attemptsOf, type TracedJob } from "./waterfall.ts";

const at = (ms: number) => new Date(Date.UTC(2026, 10, 23, 9) + ms).toISOString();

const job: TracedJob = {
  job_id: "1",
  queue: "tool-sync",
  key: "agent:1",
  kind: "agent",
  org_id: "1",
  organization: "Example Clinic",
  status: "succeeded",
  priority: 0,
  request_id: "1",
  requested_at: at(0),
  run_at: at(0),
  started_at: at(100),
  finished_at: at(400),
  last_error: null,
  outcome: "updated",
  superseded_by: "",
  attempts: [{
    startedAt: at(100),
    endedAt: null,
    error: null,
    woken: -20,
    requests: [
      { method: "GET", path: "/assistant/1", status: 200, at: 10, ms: 90 },
      { method: "PATCH", path: "/assistant/1", status: 200, at: 110, ms: 150 },
    ],
  }],
};

Deno.test("attemptsOf() tells a save from its request to its end, without a gap", () => {
  const [attempt] = attemptsOf(job);
  assert.deepEqual(attempt?.stretches, [
    { kind: "waited", from: 0, ms: 80 },
    { kind: "claimed", from: 80, ms: 30 },
    { kind: "requested", label: "GET /assistant/1", status: 200, from: 110, ms: 90 },
    { kind: "requested", label: "PATCH /assistant/1", status: 200, from: 210, ms: 150 },
    { kind: "recorded", from: 360, ms: 40 },
  ]);
  assert.equal(attempt?.total, 400);
  assert.equal(attempt?.ms, 300);
});

Deno.test("attemptsOf() knows the last attempt by its job where nobody reported it", () => {
  const failed = {
    startedAt: at(-9_000),
    endedAt: at(-8_000),
    error: null,
    woken: null,
    requests: [],
  };
  const attempts = attemptsOf({ ...job, requested_at: at(-9_500), attempts: [failed] });
  assert.deepEqual(attempts.map(({ ms }) => ms), [1_000, 300]);
  assert.deepEqual(attempts[0]?.stretches[0], { kind: "waited", from: 0, ms: 500 });
});

Deno.test("attemptsOf() leaves open what still runs, and has nothing to tell of what waits", () => {
  const running = attemptsOf({ ...job, status: "running", attempts: [], finished_at: "" });
  assert.deepEqual(running.map(({ ms }) => ms), [null]);
  assert.deepEqual(attemptsOf({ ...job, started_at: "", attempts: [] }), []);
});
