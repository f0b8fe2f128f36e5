import assert from "node:assert/strict";
import { createLogger } from "../../shared/log.ts";
import type { Metric } from "./exposition.ts";
import { type MetricsDeps, serveMetrics } from "./handler.ts";

const log = createLogger("metrics", {}, { write: () => {} });
const METRICS_TOKEN = "0123456789abcdef0123456789abcdef";
const ENV: MetricsDeps["env"] = { secretKeys: ["sb_secret_x"], metricsToken: METRICS_TOKEN };
const metrics: Metric[] = [{
  name: "jobs",
  kind: "gauge",
  help: "Jobs.",
  bounds: null,
  samples: [{ labels: {}, value: 1 }],
}];

interface Setup {
  env: MetricsDeps["env"];
  rpc: () => Promise<unknown>;
}

function setUp(
  { env = ENV, rpc = () => Promise.resolve(metrics) }: Partial<Setup> = {},
) {
  const woken: unknown[] = [];
  const wakeIdle = (seen: readonly Metric[]) => {
    woken.push(seen);
    return Promise.resolve();
  };
  const ask = (init: RequestInit = { headers: { apikey: "sb_secret_x" } }) =>
    serveMetrics({ env, db: { rpc }, log, wakeIdle })
      .fetch(new Request("http://localhost/metrics", init));
  return { ask, woken };
}

Deno.test("metrics answers in Prometheus's format, never cached, and has idle workers called", async () => {
  const { ask, woken } = setUp();
  const response = await ask();
  assert.equal(response.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  assert.equal(response.headers.get("cache-control"), "no-store");
  assert.match(await response.text(), /^vapi_tools_jobs 1$/m);
  assert.deepEqual(woken, [metrics]);
});

Deno.test("metrics refuses other methods, and callers without a secret key", async () => {
  const { ask, woken } = setUp();
  assert.equal((await ask({ method: "POST" })).status, 405);
  assert.equal((await ask({})).status, 401);
  assert.equal((await ask({ headers: { authorization: "Bearer sb_secret_y" } })).status, 401);
  assert.deepEqual(woken, []);
});

Deno.test("metrics takes the key as a bearer token too, as any Prometheus sends it", async () => {
  const { ask } = setUp();
  assert.equal((await ask({ headers: { authorization: "Bearer sb_secret_x" } })).status, 200);
});

Deno.test("metrics takes its own token as a bearer token and in no other place", async () => {
  const { ask } = setUp();
  const authorization = `Bearer ${METRICS_TOKEN}`;
  assert.equal((await ask({ headers: { authorization } })).status, 200);
  for (
    const headers of [
      { apikey: METRICS_TOKEN },
      { authorization: METRICS_TOKEN },
      { authorization: `${authorization}0` },
      { authorization: `Basic ${btoa(`:${METRICS_TOKEN}`)}` },
      { "x-vapi-secret": METRICS_TOKEN },
    ]
  ) assert.equal((await ask({ headers })).status, 401, JSON.stringify(headers));
});

Deno.test("metrics without a token of its own takes no empty one", async () => {
  const { ask } = setUp({ env: { secretKeys: ["sb_secret_x"] } });
  for (const authorization of ["Bearer ", "Bearer", "Bearer undefined"]) {
    assert.equal((await ask({ headers: { authorization } })).status, 401);
  }
});

Deno.test("metrics answers an error when the database is away, so that the scrape counts as failed", async () => {
  const { ask } = setUp({ rpc: () => Promise.reject(new Error("away")) });
  assert.equal((await ask()).status, 500);
});
