import assert from "node:assert/strict";
import { INSTALLATION, LIMITS, rollout } from "./model.ts";

Deno.test("rollout() takes what latency and concurrency allow, and the hand-overs", () => {
  const { seconds, workers, bottleneck } = rollout({ ...INSTALLATION, agents: 600 });
  assert.equal(workers, 1);
  assert.equal(seconds, 600 / 25);
  assert.equal(bottleneck, "Vapi's latency and our concurrency");
});

Deno.test("rollout() is bound by Vapi's rate where that is lower", () => {
  const { seconds, bottleneck } = rollout({
    ...INSTALLATION,
    agents: 600,
    vapiRequestsPerSecond: 10,
  });
  assert.equal(seconds, 120 + LIMITS.handOverMs / 1000);
  assert.equal(bottleneck, "Vapi's rate");
});

Deno.test("rollout() finds memory to be the first wall of very many assistants", () => {
  assert.equal(rollout({ ...INSTALLATION, agents: 1_000 }).firstWall, "processor time");
  const many = rollout({ ...INSTALLATION, agents: 300_000 });
  assert.equal(many.firstWall, "memory");
  assert.ok(many.shares.memory > 1);
});
