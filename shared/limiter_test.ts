import assert from "node:assert/strict";
import fc from "fast-check";
import { createLimiter, type LaneName } from "./limiter.ts";

/** Lets everything that can go on without the clock go on. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

/** Fake time whose `run` fires the sleeps in order of their ends, until none is left. */
function fakeTime() {
  let time = 0;
  const timers: { at: number; fire: () => void }[] = [];
  return {
    now: () => time,
    sleep: (ms: number, signal?: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        timers.push({ at: time + ms, fire: resolve });
        signal?.addEventListener("abort", () => reject(signal.reason));
      }),
    async run() {
      for (await settle(); timers.length > 0; await settle()) {
        timers.sort((a, b) => a.at - b.at);
        const next = timers.shift();
        time = Math.max(time, next?.at ?? time);
        next?.fire();
      }
    },
  };
}

Deno.test("createLimiter() runs everything, in order, never more at once than allowed", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 20 }),
      async (maxConcurrency, durations) => {
        const time = fakeTime();
        const limiter = createLimiter({ maxConcurrency, ...time });
        const started: number[] = [];
        let running = 0;
        let most = 0;
        const all = Promise.all(
          durations.map((ms, i) =>
            limiter.run(async () => {
              started.push(i);
              most = Math.max(most, ++running);
              await time.sleep(ms);
              running--;
              return i;
            })
          ),
        );
        await time.run();
        assert.deepEqual(await all, durations.map((_, i) => i));
        assert.deepEqual(started, durations.map((_, i) => i));
        assert.equal(most, Math.min(maxConcurrency, durations.length));
      },
    ),
    { numRuns: 50 },
  );
});

Deno.test("createLimiter() keeps the interval between starts, in order", async () => {
  const time = fakeTime();
  const limiter = createLimiter({ maxConcurrency: 3, minIntervalMs: 700, ...time });
  const starts: [number, number][] = [];
  const all = Promise.all([0, 1, 2, 3, 4].map((i) =>
    limiter.run(() => {
      starts.push([i, time.now()]);
      return Promise.resolve();
    })
  ));
  await time.run();
  await all;
  assert.deepEqual(starts, [[0, 0], [1, 700], [2, 1_400], [3, 2_100], [4, 2_800]]);
});

Deno.test("createLimiter() lets two lanes take turns, however many wait in one of them", async () => {
  for (const minIntervalMs of [0, 700]) {
    const time = fakeTime();
    const limiter = createLimiter({ maxConcurrency: 1, minIntervalMs, ...time });
    const starts: string[] = [];
    const run = (name: string, lane: LaneName) =>
      limiter.run(async () => {
        starts.push(name);
        await time.sleep(50);
      }, { lane });
    const bulk = [1, 2, 3, 4, 5].map((i) => run(`bulk ${i}`, "bulk"));
    await settle();
    const urgent = [1, 2, 3].map((i) => run(`urgent ${i}`, "urgent"));
    await time.run();
    await Promise.all([...bulk, ...urgent]);
    assert.deepEqual(starts, [
      "bulk 1",
      "bulk 2",
      "urgent 1",
      "bulk 3",
      "urgent 2",
      "bulk 4",
      "urgent 3",
      "bulk 5",
    ]);
  }
});

Deno.test("Limiter.pause() holds back everybody who hasn't started", async () => {
  const time = fakeTime();
  const limiter = createLimiter({ maxConcurrency: 2, ...time });
  const starts: number[] = [];
  const start = () => {
    starts.push(time.now());
    return Promise.resolve();
  };
  await limiter.run(start);
  limiter.pause(5_000);
  const all = Promise.all([limiter.run(start), limiter.run(start)]);
  await time.run();
  await all;
  assert.deepEqual(starts, [0, 5_000, 5_000]);
});

Deno.test("Limiter.run() passes on a failure and frees the slot", async () => {
  const limiter = createLimiter({ maxConcurrency: 1 });
  const failure = new Error("no");
  await assert.rejects(() => limiter.run(() => Promise.reject(failure)), failure);
  assert.equal(await limiter.run(() => Promise.resolve("next")), "next");
});

Deno.test("Limiter.run() leaves the queue when its signal aborts, and never calls its function", async () => {
  const limiter = createLimiter({ maxConcurrency: 1 });
  const gate = Promise.withResolvers<void>();
  const first = limiter.run(() => gate.promise);
  const controller = new AbortController();
  const never = () => Promise.reject(new Error("called"));
  const second = limiter.run(never, { signal: controller.signal });
  const third = limiter.run(() => Promise.resolve("third"));
  const reason = new Error("gone");
  controller.abort(reason);
  await assert.rejects(second, reason);
  await assert.rejects(() => limiter.run(never, { signal: controller.signal }), reason);
  gate.resolve();
  await first;
  assert.equal(await third, "third");
});

Deno.test("Limiter.run() gives its slot back when it is aborted while waiting for its time", async () => {
  const time = fakeTime();
  const limiter = createLimiter({ maxConcurrency: 1, minIntervalMs: 60_000, ...time });
  await limiter.run(() => Promise.resolve());
  const controller = new AbortController();
  const reason = new Error("gone");
  const waiting = limiter.run(() => Promise.resolve(), { signal: controller.signal });
  await settle();
  controller.abort(reason);
  await assert.rejects(waiting, reason);
  const next = limiter.run(() => Promise.resolve("next"));
  await time.run();
  assert.equal(await next, "next");
});
