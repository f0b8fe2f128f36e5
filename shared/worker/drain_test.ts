import assert from "node:assert/strict";
import type { Db } from "../db.ts";
import type { JsonObject } from "../json.ts";
import { createLogger } from "../log.ts";
import { createQueueWorker, drain, type DrainDeps, type Queue } from "./drain.ts";
import { CLAIM_FOR_MS } from "./lifetime.ts";
import type { QueueJob } from "./task.ts";

interface Called {
  fn: string;
  args: JsonObject;
}

interface Setup {
  deps: DrainDeps;
  calls: Called[];
  lines: string[];
  clock: { now: number };
}

function setup(concurrency = 2): Setup {
  const calls: Called[] = [];
  const lines: string[] = [];
  const clock = { now: 0 };
  const db: Db = {
    rpc(fn, args = {}) {
      calls.push({ fn, args });
      return Promise.resolve(null);
    },
  };
  const log = createLogger("test", {}, { write: (_level, line) => lines.push(line) });
  return { deps: { db, log, now: () => clock.now, concurrency }, calls, lines, clock };
}

function task(name: string): QueueJob {
  return {
    id: name,
    leaseToken: `lease-${name}`,
    kind: "test",
    attempts: 1,
    orgId: null,
    requestId: null,
  };
}

/** A queue that hands out these claims, one after the other, and then nothing. */
function queueOf(
  claims: QueueJob[][],
  perform: Queue<QueueJob, null>["perform"],
): Queue<QueueJob, null> {
  return {
    name: "test",
    statusField: "upstream_status",
    claim: () => Promise.resolve({ tasks: claims.shift() ?? [], context: null }),
    perform,
    classify: () => ({
      error: { code: "broken", message: "Broken", status: 418 },
      permanent: true,
      retryAfterSeconds: 7,
    }),
  };
}

Deno.test("drain() works on as many jobs at a time as allowed, until nothing is due", async () => {
  const { deps } = setup(2);
  let running = 0;
  let peak = 0;
  const queue = queueOf([["a", "b", "c"].map(task), [task("d")]], async () => {
    peak = Math.max(peak, ++running);
    await Promise.resolve();
    running--;
    return "done";
  });
  assert.deepEqual(await drain(deps, queue), {
    claimed: 4,
    succeeded: 4,
    failed: 0,
    handOver: false,
  });
  assert.equal(peak, 2);
});

Deno.test("drain() gives a failed job back as it was classified, and goes on with the others", async () => {
  const { deps, calls, lines } = setup();
  const queue = queueOf(
    [[task("a"), task("b")]],
    ({ id }) => id === "a" ? Promise.reject(new Error("no")) : Promise.resolve("done"),
  );
  const report = await drain(deps, queue);
  assert.deepEqual([report.succeeded, report.failed], [1, 1]);
  assert.deepEqual(calls, [{
    fn: "fail_job",
    args: {
      p_job_id: "a",
      p_lease_token: "lease-a",
      p_error: { code: "broken", message: "Broken", status: 418 },
      p_permanent: true,
      p_retry_after_seconds: 7,
    },
  }]);
  assert.ok(lines.some((line) => line.includes('"event":"job_failed"') && line.includes("418")));
});

Deno.test("drain() survives a job that it can't even give back", async () => {
  const { deps, lines } = setup();
  deps.db = { rpc: () => Promise.reject(new Error("away")) };
  const report = await drain(deps, queueOf([[task("a")]], () => Promise.reject(new Error("no"))));
  assert.equal(report.failed, 1);
  assert.ok(lines.some((line) => line.includes('"event":"job_lost"')));
});

Deno.test("drain() begins nothing when its time is up, and returns what it has not begun", async () => {
  const { deps, calls, clock } = setup(1);
  const queue = queueOf([[task("a"), task("b")]], () => {
    clock.now = CLAIM_FOR_MS + 1;
    return Promise.resolve("done");
  });
  assert.deepEqual(await drain(deps, queue), {
    claimed: 1,
    succeeded: 1,
    failed: 0,
    handOver: true,
  });
  assert.deepEqual(calls, [
    { fn: "release_job", args: { p_job_id: "b", p_lease_token: "lease-b" } },
  ]);
});

Deno.test("createQueueWorker() calls a successor when its time is up", async () => {
  const { deps, calls, clock } = setup();
  const queue = queueOf([[task("a")]], () => {
    clock.now = CLAIM_FOR_MS + 1;
    return Promise.resolve("done");
  });
  await createQueueWorker(deps, queue).request();
  assert.deepEqual(calls.at(-1), { fn: "wake_worker", args: { p_queue: "test" } });
});

Deno.test("createQueueWorker() begins work that is announced while another job hangs", async () => {
  const { deps } = setup();
  const hanging = Promise.withResolvers<string>();
  const begun = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  const claims = [[task("hanging")]];
  const worker = createQueueWorker(
    deps,
    queueOf(claims, ({ id }) => {
      if (id === "hanging") {
        begun.resolve();
        return hanging.promise;
      }
      ended.resolve();
      return Promise.resolve("done");
    }),
  );
  const work = worker.request();
  await begun.promise;
  claims.push([task("urgent")]);
  const announced = worker.request();
  await ended.promise;
  hanging.resolve("done");
  await Promise.all([work, announced]);
});

Deno.test("drain() ends after the jobs under way, also when a claim fails", async () => {
  const { deps } = setup();
  const begun = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const order: string[] = [];
  const queue = queueOf([[task("a")]], async () => {
    begun.resolve();
    await goOn.promise;
    order.push("job");
    return "done";
  });
  const { claim } = queue;
  let claims = 0;
  const failing = {
    ...queue,
    claim: async (limit: number) => {
      if (++claims === 1) return await claim(limit);
      await begun.promise;
      throw new Error("The database is away");
    },
  };
  const drained = drain(deps, failing).catch(() => order.push("drain"));
  await begun.promise;
  await Promise.resolve();
  goOn.resolve();
  await drained;
  assert.deepEqual(order, ["job", "drain"]);
});
