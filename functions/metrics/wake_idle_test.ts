import assert from "node:assert/strict";
import type { Metric } from "./exposition.ts";
import { idleQueues, wakeIdle } from "./wake_idle.ts";

const ages = (...samples: [queue: string, seconds: number][]): Metric[] => [{
  name: "oldest_due_job_age_seconds",
  kind: "gauge",
  help: "",
  bounds: null,
  samples: samples.map(([queue, value]) => ({ labels: { queue, priority: "interactive" }, value })),
}];

Deno.test("idleQueues() names each queue in which something has been due for over a minute", () => {
  assert.deepEqual(idleQueues([]), []);
  assert.deepEqual(
    idleQueues(ages(["tool-sync", 61], ["tool-sync", 90], ["outbox", 60])),
    ["tool-sync"],
  );
});

Deno.test("wakeIdle() calls their workers with the secret key, and never rejects", async () => {
  const calls: string[] = [];
  await wakeIdle(ages(["tool-sync", 61], ["outbox", 61]), {
    functionsUrl: "http://localhost/functions/v1",
    secretKey: "sb_secret_x",
    fetch: (url, init) => {
      calls.push(`${init?.method} ${url} ${new Headers(init?.headers).get("apikey")}`);
      return Promise.reject(new TypeError("network"));
    },
  });
  assert.deepEqual(calls, [
    "POST http://localhost/functions/v1/tool-sync sb_secret_x",
    "POST http://localhost/functions/v1/outbox sb_secret_x",
  ]);
});
