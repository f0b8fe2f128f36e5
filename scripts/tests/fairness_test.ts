/** Organizations take turns: nobody waits for everything that another one has requested before. */
import assert from "node:assert/strict";
import postgres, { type Sql } from "postgres";
import { openDatabase, type OpenedDatabase } from "../schema/with_database.ts";
import { blocked } from "./support/meanwhile.ts";

let db: OpenedDatabase;
Deno.test.beforeAll(async () => {
  db = await openDatabase();
  // No worker is woken.
  await db.sql`delete from vault.secrets`;
});
Deno.test.afterAll(() => db.close());

const QUEUES = ["tool-sync", "outbox"];
const PRIORITIES = [0, 1, 2];

/** Jobs that have been due for this many seconds, under keys that begin with the organization's name. */
async function ask(
  sql: Sql,
  name: string,
  jobs: { count?: number; queue?: string; priority?: number; secondsAgo?: number } = {},
): Promise<void> {
  const { count = 1, queue = "tool-sync", priority = 0, secondsAgo = 60 } = jobs;
  await sql`
    insert into organizations (id, name, timezone, country)
    values (md5(${name})::uuid, ${name}, 'America/New_York', 'US') on conflict do nothing`;
  await sql`
    insert into jobs (queue, key, org_id, priority, run_at)
    select ${queue}, ${name} || ':' || n, md5(${name})::uuid, ${priority}, now() - make_interval(secs => ${secondsAgo}) + n * interval '1 ms'
    from generate_series(1, ${count}::integer) n`;
}

/** The organizations whose jobs a claim hands out, in its order. */
async function claim(sql: Sql, limit: number, queue = "tool-sync"): Promise<string[]> {
  const jobs = await sql<{ key: string }[]>`
    select key from private.claim(${queue}, ${limit}, interval '1 minute')`;
  return jobs.map(({ key }) => key.slice(0, key.indexOf(":")));
}

/** Nobody has requested anything yet. */
async function withQueue(test: (sql: Sql) => Promise<void>): Promise<void> {
  await db.sql`delete from jobs`;
  await db.sql`delete from organizations`;
  await test(db.sql);
}

/** With sessions of the database for so many workers at once. */
async function withWorkers(
  max: number,
  test: (sql: Sql, workers: Sql) => Promise<void>,
): Promise<void> {
  await withQueue(async (sql) => {
    const workers = postgres(db.database.url("supabase_admin"), { max, onnotice: () => {} });
    try {
      await test(sql, workers);
    } finally {
      await workers.end();
    }
  });
}

for (const queue of QUEUES) {
  Deno.test(`claim() of ${queue} hands out the first job of each organization before the second of any`, async () => {
    await withQueue(async (sql) => {
      for (const priority of PRIORITIES) {
        await sql`delete from jobs`;
        await ask(sql, "greedy", { count: 600, queue, priority, secondsAgo: 3600 });
        await ask(sql, "modest", { queue, priority });
        await ask(sql, "third", { count: 2, queue, priority });
        const claimed = await claim(sql, 10, queue);
        assert.equal(claimed.length, 10, "as many as were asked for");
        assert.deepEqual(claimed.slice(0, 3).toSorted(), ["greedy", "modest", "third"]);
        assert.equal(claimed.filter((name) => name === "third").length, 2);
      }
    });
  });
}

Deno.test("claim() continues after the organization that was served last, and comes back to the first", async () => {
  await withQueue(async (sql) => {
    const names = Array.from({ length: 25 }, (_, n) => `org${n}`);
    for (const name of names) await ask(sql, name, { count: 3 });
    for (let round = 0; round < 3; round++) {
      const claimed: string[] = [];
      while (claimed.length < names.length) claimed.push(...await claim(sql, 5));
      assert.deepEqual(claimed.toSorted(), names.toSorted(), `round ${round}`);
    }
  });
});

Deno.test("claim() gives work of no organization its turn too", async () => {
  await withQueue(async (sql) => {
    await ask(sql, "greedy", { count: 100, secondsAgo: 3600 });
    await sql`insert into jobs (queue, key) values ('tool-sync', 'platform:registry')`;
    assert.ok((await claim(sql, 2)).includes("platform"));
  });
});

Deno.test("claim() passes over organizations that wait for a later time or for a job under way", async () => {
  await withQueue(async (sql) => {
    await ask(sql, "later", { count: 5, secondsAgo: -3600 });
    await ask(sql, "busy");
    assert.deepEqual(await claim(sql, 10), ["busy"]);
    await ask(sql, "busy");
    await ask(sql, "greedy", { count: 50 });
    assert.deepEqual(await claim(sql, 60), Array(50).fill("greedy"));
  });
});

Deno.test("claim() hands two workers at once different jobs, and leaves none of what both have room for", () =>
  withWorkers(4, async (sql, workers) => {
    for (const name of ["a", "b", "c"]) await ask(sql, name, { count: 30 });
    const claims = await Promise.all(Array.from({ length: 4 }, () =>
      workers<{ id: string }[]>`
        select id from private.claim('tool-sync', 20, interval '1 minute')`));
    const ids = claims.flat().map(({ id }) => id);
    assert.equal(new Set(ids).size, 80);
    assert.equal(ids.length, 80);
  }));

Deno.test("claim() hands out nothing to a worker whose turn comes when others have taken all", () =>
  withWorkers(2, async (sql, workers) => {
    await ask(sql, "greedy", { count: 20 });
    const claimed = await workers.begin(async (others) => {
      await others`select pg_advisory_xact_lock(hashtextextended('private.turns:tool-sync', 0))`;
      const late = workers`
        select key from private.claim('tool-sync', 5, interval '1 minute')`.execute();
      await blocked(sql);
      await others`delete from jobs`;
      return { late };
    });
    assert.equal((await claimed.late).length, 0);
  }));

Deno.test("the outbox sends codes before confirmations, and those before everything else", async () => {
  await withQueue(async (sql) => {
    for (const [name, priority] of [["free", 2], ["confirmation", 1], ["code", 0]] as const) {
      await ask(sql, name, {
        queue: "outbox",
        priority,
        count: 2,
        secondsAgo: 600 * (priority + 1),
      });
    }
    assert.deepEqual(await claim(sql, 6, "outbox"), [
      ...["code", "code", "confirmation", "confirmation", "free", "free"],
    ]);
  });
});
