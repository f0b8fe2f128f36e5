import assert from "node:assert/strict";
import type { JsonObject } from "../json.ts";
import { createLogger } from "../log.ts";
import { countStrangers, createRecorder, recordVapiRequests } from "./recorder.ts";

const log = createLogger("test", {}, { write: () => {} });

/** A database that keeps what it is asked, and fails while `down`. */
function fakeDb() {
  const batches: unknown[] = [];
  const db = {
    batches,
    down: false,
    rpc(fn: string, args: JsonObject = {}) {
      assert.equal(fn, "record_measurements");
      if (db.down) return Promise.reject(new Error("away"));
      batches.push(args["p_measurements"]);
      return Promise.resolve(null);
    },
  };
  return db;
}

Deno.test("Recorder.flush() writes what was recorded in one request, a series per metric and labels", async () => {
  const db = fakeDb();
  const recorder = createRecorder({ db, log, now: () => 0 });
  recorder.record("vapi_retries", { operation: "tools.list" }, 1);
  recorder.record("vapi_retries", { operation: "tools.get" }, 2);
  recorder.record("vapi_retries", { operation: "tools.list" }, 3);
  await recorder.flush();
  await recorder.flush();
  assert.deepEqual(db.batches, [[
    { metric: "vapi_retries", labels: { operation: "tools.list" }, amounts: [1, 3] },
    { metric: "vapi_retries", labels: { operation: "tools.get" }, amounts: [2] },
  ]]);
});

Deno.test("Recorder.flush() keeps what could not be written for the next time", async () => {
  const db = fakeDb();
  const recorder = createRecorder({ db, log, now: () => 0 });
  db.down = true;
  recorder.record("vapi_retries", { operation: "tools.list" }, 1);
  await recorder.flush();
  recorder.record("vapi_retries", { operation: "tools.list" }, 2);
  db.down = false;
  await recorder.flush();
  assert.deepEqual(db.batches, [[
    { metric: "vapi_retries", labels: { operation: "tools.list" }, amounts: [1, 2] },
  ]]);
});

Deno.test("Recorder.flush() drops what gathers while the database is away for long", async () => {
  const db = fakeDb();
  const recorder = createRecorder({ db, log, now: () => 0 });
  db.down = true;
  for (let i = 0; i <= 5_000; i++) recorder.record("vapi_retries", { operation: "x" }, i);
  await recorder.flush();
  db.down = false;
  await recorder.flush();
  assert.deepEqual(db.batches, []);
});

Deno.test("Recorder.record() writes by itself once ten seconds have passed", async () => {
  const db = fakeDb();
  let now = 0;
  const recorder = createRecorder({ db, log, now: () => now });
  recorder.record("vapi_retries", { operation: "x" }, 1);
  assert.equal(db.batches.length, 0);
  now = 10_000;
  recorder.record("vapi_retries", { operation: "x" }, 1);
  await recorder.flush();
  assert.equal(db.batches.length, 1);
});

Deno.test("recordVapiRequests() counts by class of status, retries apart, and not what we gave up ourselves", () => {
  const seen: string[] = [];
  const observe = recordVapiRequests({
    record: (metric, { operation, status }, seconds) =>
      void seen.push([metric, operation, status, seconds].join(" ")),
    flush: () => Promise.resolve(),
  });
  const attempt = { operation: "tools.list", status: 200, code: null, ms: 50, attempt: 1 };
  observe(attempt);
  observe({ ...attempt, status: 404, code: "not_found" });
  observe({ ...attempt, status: 429, code: "rate_limited" });
  observe({ ...attempt, status: 503, code: "server_error", attempt: 2 });
  observe({ ...attempt, status: null, code: "timeout" });
  observe({ ...attempt, status: null, code: "aborted" });
  assert.deepEqual(seen, [
    "vapi_request_seconds tools.list 2xx 0.05",
    "vapi_request_seconds tools.list 4xx 0.05",
    "vapi_request_seconds tools.list 429 0.05",
    "vapi_request_seconds tools.list 5xx 0.05",
    "vapi_retries tools.list  0.05",
    "vapi_request_seconds tools.list none 0.05",
  ]);
});

Deno.test("countStrangers() counts each, and of a flood a hundred in ten seconds", () => {
  const counted: unknown[] = [];
  let now = 0;
  const record = (...event: unknown[]) => void counted.push(event);
  const onStranger = countStrangers({ record }, "calendar-check", () => now);
  onStranger();
  assert.deepEqual(counted, [["webhooks_refused", { function: "calendar-check" }, 0]]);
  for (let i = 0; i < 500; i++) onStranger();
  assert.equal(counted.length, 100);
  now = 10_000;
  onStranger();
  assert.equal(counted.length, 101);
});
