import assert from "node:assert/strict";
import { parseRetryAfter, retry, RetryError, type RetryOptions, sleep } from "./retry.ts";

/** Fake time: `sleep` moves the clock and records the wait. */
function fakeTime() {
  const waits: number[] = [];
  let time = 0;
  return {
    waits,
    now: () => time,
    advance: (ms: number) => time += ms,
    sleep: (ms: number) => {
      waits.push(ms);
      time += ms;
      return Promise.resolve();
    },
  };
}

const always: Pick<RetryOptions, "shouldRetry"> = { shouldRetry: () => true };

/** Fails `failures` times, then returns the number of the attempt. */
const failing = (failures: number, error: Error = new Error("no")) => (attempt: number) =>
  attempt <= failures ? Promise.reject(error) : Promise.resolve(attempt);

Deno.test("retry() returns the first success without waiting", async () => {
  const time = fakeTime();
  assert.equal(await retry(failing(0), { ...always, ...time }), 1);
  assert.deepEqual(time.waits, []);
});

Deno.test("retry() waits 2, 4 and 8 seconds between four attempts", async () => {
  const time = fakeTime();
  assert.equal(await retry(failing(3), { ...always, ...time }), 4);
  assert.deepEqual(time.waits, [2_000, 4_000, 8_000]);
});

Deno.test("retry() throws RetryError with the last error as cause", async () => {
  const time = fakeTime();
  const last = new Error("still down");
  await assert.rejects(
    () => retry(failing(9, last), { ...always, ...time }),
    (error) => error instanceof RetryError && error.attempts === 4 && error.cause === last,
  );
  assert.equal(time.waits.length, 3);
});

Deno.test("retry() throws at once, and unwrapped, what may not be retried", async () => {
  const time = fakeTime();
  const refused = new Error("400");
  await assert.rejects(
    () => retry(failing(9, refused), { shouldRetry: (error) => error !== refused, ...time }),
    (error) => error === refused,
  );
  assert.deepEqual(time.waits, []);
});

Deno.test("retry() waits as long as it was asked to instead of its own delay", async () => {
  const time = fakeTime();
  const asked = [30_000, null, 0];
  await retry(failing(3), { ...always, ...time, retryAfterMs: () => asked.shift() ?? null });
  assert.deepEqual(time.waits, [30_000, 4_000, 0]);
});

Deno.test("retry() begins no wait that would end after its budget", async () => {
  const time = fakeTime();
  const slow = () => {
    time.advance(10_000);
    return Promise.reject(new Error("timeout"));
  };
  await assert.rejects(
    () => retry(slow, { ...always, ...time, budgetMs: 25_000 }),
    (error) => error instanceof RetryError && error.attempts === 2,
  );
  assert.deepEqual(time.waits, [2_000]);
});

Deno.test("retry() doesn't wait at all when asked to wait beyond its budget", async () => {
  const time = fakeTime();
  const options = { ...always, ...time, budgetMs: 20_000, retryAfterMs: () => 60_000 };
  await assert.rejects(() => retry(failing(1), options), RetryError);
  assert.deepEqual(time.waits, []);
});

Deno.test("retry() stops with the signal's reason: before an attempt, and in a wait", async () => {
  const reason = new Error("shutting down");
  await assert.rejects(
    () => retry(failing(0), { ...always, signal: AbortSignal.abort(reason) }),
    reason,
  );
  const controller = new AbortController();
  const abortThenFail = () => {
    controller.abort(reason);
    return Promise.reject(new Error("no"));
  };
  await assert.rejects(
    () => retry(abortThenFail, { ...always, signal: controller.signal }),
    reason,
  );
});

const NOW = new Date("2026-01-02T03:04:05Z");

Deno.test("parseRetryAfter() reads seconds and HTTP dates", () => {
  const samples: [string, number][] = [
    ["0", 0],
    ["7", 7_000],
    [" 120 ", 120_000],
    ["Fri, 02 Jan 2026 03:04:35 GMT", 30_000],
    ["Friday, 02-Jan-26 03:04:35 GMT", 30_000],
    ["Fri Jan  2 03:04:35 2026 GMT", 30_000],
  ];
  for (const [header, ms] of samples) assert.equal(parseRetryAfter(header, NOW), ms, header);
});

Deno.test("parseRetryAfter() takes a date in the past for now, and caps at ten minutes", () => {
  assert.equal(parseRetryAfter("Thu, 01 Jan 2026 00:00:00 GMT", NOW), 0);
  assert.equal(parseRetryAfter("Sat, 03 Jan 2026 00:00:00 GMT", NOW), 600_000);
  assert.equal(parseRetryAfter("86400", NOW), 600_000);
});

Deno.test("parseRetryAfter() returns null for what it can't read", () => {
  for (const header of [null, "", "soon", "-1", "3.5", "1e3", "2026-01-02T04:00:00Z"]) {
    assert.equal(parseRetryAfter(header, NOW), null, String(header));
  }
});

Deno.test("sleep() resolves on the clock", async () => {
  await sleep(0);
  await sleep(1, new AbortController().signal);
});

Deno.test("sleep() rejects with the reason when the signal aborts, and leaves no timer", async () => {
  const controller = new AbortController();
  const waiting = sleep(60_000, controller.signal);
  const reason = new Error("enough");
  controller.abort(reason);
  await assert.rejects(waiting, reason);
  await assert.rejects(sleep(60_000, controller.signal), reason);
});
