import assert from "node:assert/strict";
import { retry, RetryError, type RetryOptions } from "./retry.ts";

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
