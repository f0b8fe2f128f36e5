import assert from "node:assert/strict";
import type { Db } from "../db.ts";
import type { JsonObject } from "../json.ts";
import { createLogger } from "../log.ts";
import { CLAIM_FOR_MS, type Job, jobFields } from "./job.ts";
import { createNudge } from "../limiter.ts";
import { type Claimed, createWorker, drain, type Queue, type WorkerDeps } from "./worker.ts";

interface Called {
  fn: string;
  args: JsonObject;
}

interface Setup {
  deps: WorkerDeps;
  calls: Called[];
  lines: string[];
  clock: { now: number };
}

function setup(): Setup {
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
  return { deps: { db, log, now: () => clock.now }, calls, lines, clock };
}

function job(name: string): Job {
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
  claims: Job[][],
  perform: Queue<Job, null>["perform"],
): Queue<Job, null> {
  return {
    name: "test",
    statusField: "upstream_status",
    lanes: { urgent: { claims: 2, runs: 2 } },
    costMs: 3,
    claims: () => () => Promise.resolve({ jobs: claims.shift() ?? [], batch: null }),
    perform,
    classify: () => ({
      error: { code: "broken", message: "Broken", status: 418 },
      permanent: true,
      retryAfterSeconds: 7,
    }),
    fields: jobFields,
  };
}

/** What a lane reports, except its name and what no test here covers. */
function report(
  counts: { claimed: number; succeeded: number; failed?: number; handOver?: boolean },
) {
  return {
    lane: "urgent",
    unchanged: 0,
    failed: 0,
    handOver: false,
    isOutdated: false,
    ...counts,
  };
}

Deno.test("drain() works on as many jobs at a time as allowed, until nothing is due", async () => {
  const { deps } = setup();
  let running = 0;
  let peak = 0;
  const queue = queueOf([["a", "b", "c"].map(job), [job("d")]], async () => {
    peak = Math.max(peak, ++running);
    await Promise.resolve();
    running--;
    return "done";
  });
  assert.deepEqual(await drain(deps, queue), report({ claimed: 4, succeeded: 4 }));
  assert.equal(peak, 2);
});

Deno.test("drain() gives a failed job back as it was classified, and goes on with the others", async () => {
  const { deps, calls, lines } = setup();
  const queue = queueOf(
    [[job("a"), job("b")]],
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
  const report = await drain(deps, queueOf([[job("a")]], () => Promise.reject(new Error("no"))));
  assert.equal(report.failed, 1);
  assert.ok(lines.some((line) => line.includes('"event":"job_lost"')));
});

Deno.test("drain() begins nothing when its time is up, and returns what it has not begun", async () => {
  const { deps, calls, clock } = setup();
  const pair = queueOf([[job("a"), job("b")]], () => {
    clock.now = CLAIM_FOR_MS + 1;
    return Promise.resolve("done");
  });
  const queue = { ...pair, lanes: { urgent: { claims: 2, runs: 1 } } };
  const handedOver = report({ claimed: 1, succeeded: 1, handOver: true });
  assert.deepEqual(await drain(deps, queue), handedOver);
  assert.deepEqual(calls, [
    { fn: "release_jobs", args: { p_leases: [{ jobId: "b", leaseToken: "lease-b" }] } },
  ]);
});

Deno.test("createWorker() calls a successor when its time is up", async () => {
  const { deps, calls, clock } = setup();
  const queue = queueOf([[job("a")]], () => {
    clock.now = CLAIM_FOR_MS + 1;
    return Promise.resolve("done");
  });
  await createWorker(deps, queue).request();
  assert.deepEqual(calls.at(-1), {
    fn: "wake_worker",
    args: { p_queue: "test", p_worker: null },
  });
});

Deno.test("createWorker() begins work that is announced while another job hangs", async () => {
  const { deps } = setup();
  const hanging = Promise.withResolvers<string>();
  const begun = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  const claims = [[job("hanging")]];
  const worker = createWorker(
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
  claims.push([job("urgent")]);
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
  const queue = queueOf([[job("a"), job("b")]], async ({ id }) => {
    if (id === "b") return "done";
    begun.resolve();
    await goOn.promise;
    order.push("job");
    return "done";
  });
  const claim = queue.claims("urgent", "worker");
  let claims = 0;
  const failing: typeof queue = {
    ...queue,
    claims: () => async (options) => {
      if (++claims === 1) return await claim(options);
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

/** The claims that it takes to do these jobs, claimed at once and ended in this order. */
async function claimsOf(names: string[], orders: string[][] = []): Promise<number> {
  const { deps } = setup();
  const given = [names.map(job), ...orders.map((order) => order.map(job))];
  const queue = queueOf(given, () => Promise.resolve("done"));
  const claim = queue.claims("urgent", "worker");
  let claims = 0;
  await drain(deps, {
    ...queue,
    lanes: { urgent: { claims: 40, runs: 10 } },
    claims: () => async (options) => {
      claims++;
      return await claim(options);
    },
  });
  return claims;
}

Deno.test("drain() claims again only after the jobs of a claim that gave less than it asked for", async () => {
  assert.equal(await claimsOf(["a"]), 2);
  assert.equal(await claimsOf(["a", "b", "c"]), 2);
  assert.equal(await claimsOf(["a"], [["b"]]), 3);
});

Deno.test("drain() claims at once for a job that ended while it claimed", async () => {
  const { deps } = setup();
  const hanging = Promise.withResolvers<string>();
  const first = Promise.withResolvers<string>();
  const last = Promise.withResolvers<void>();
  const nudge = createNudge();
  const works: Record<string, () => Promise<string>> = {
    first: () => first.promise,
    hanging: () => hanging.promise,
    last: () => {
      last.resolve();
      return Promise.resolve("done");
    },
  };
  const queue = queueOf([], ({ id }) => works[id]?.() ?? Promise.reject(new Error(id)));
  const claims: (() => Job[] | Promise<Job[]>)[] = [
    () => [job("first")],
    async () => {
      first.resolve("done");
      // The lane has noted the end by the time the hanging job is handed out.
      await new Promise((resolve) => setTimeout(resolve));
      return [job("hanging")];
    },
    () => [job("last")],
  ];
  const drained = drain(deps, {
    ...queue,
    lanes: { urgent: { claims: 40, runs: 10 } },
    claims: () => async () => ({ jobs: await claims.shift()?.() ?? [], batch: null }),
  }, { nudge });
  await Promise.resolve();
  await Promise.resolve();
  nudge.give();
  await last.promise;
  hanging.resolve("done");
  assert.equal((await drained).succeeded, 3);
});

Deno.test("drain() gives everything back and ends for good where a newer deployment's word counts", async () => {
  const { deps, calls } = setup();
  const queue = queueOf([], () => Promise.reject(new Error("It was begun")));
  const outdated = { jobs: [job("a")], batch: null, isOutdated: true };
  const worker = createWorker(deps, { ...queue, claims: () => () => Promise.resolve(outdated) });
  await worker.request();
  await worker.request();
  assert.deepEqual(calls.map(({ fn }) => fn), ["release_jobs", "wake_worker"]);
});

Deno.test("createWorker() does bulk work beside urgent jobs, once it hears of it", async () => {
  const { deps } = setup();
  const done: string[] = [];
  const queue = queueOf([], ({ id }) => {
    done.push(id);
    return Promise.resolve("done");
  });
  const lanes: Record<string, Claimed<Job, null>[]> = {
    urgent: [{ jobs: [job("urgent")], batch: null, bulkDue: true }],
    bulk: [{ jobs: [job("bulk")], batch: null }],
  };
  await createWorker(deps, {
    ...queue,
    lanes: { urgent: { claims: 2, runs: 2 }, bulk: { claims: 5, runs: 2 } },
    claims: (lane) => () => Promise.resolve(lanes[lane]?.shift() ?? { jobs: [], batch: null }),
  }).request();
  assert.deepEqual(done.sort(), ["bulk", "urgent"]);
});
