/** The queue engine by its rules, on real Postgres. */
import assert from "node:assert/strict";
import { eventually } from "./support/eventually.ts";
import { type Job, WAKES, withQueue } from "./support/queue.ts";

Deno.test("queue", async (t) => {
  await withQueue(async (queue, sql) => {
    const rule = (name: string, test: () => Promise<void>) =>
      t.step(name, async () => {
        await sql`delete from jobs`;
        await sql`delete from net.http_request_queue`;
        await test();
      });

    await rule(
      "folds a second pending request with the same key into the first, the newer payload wins",
      async () => {
        const first = await queue.enqueue("k", { a: "old", b: "kept" });
        const second = await queue.enqueue("k", { a: "new" });
        assert.equal(second, first);
        assert.deepEqual((await queue.job(first)).payload, { a: "new", b: "kept" });
      },
    );

    await rule("keeps force through later requests without it", async () => {
      const id = await queue.enqueue("k", { force: true });
      await queue.enqueue("k", { force: false });
      assert.equal((await queue.job(id)).payload["force"], true);
    });

    await rule(
      "makes a retry that was waiting due when it is asked for again, and wakes a worker",
      async () => {
        const id = await queue.enqueue("k");
        const [job] = await queue.claim();
        assert.equal(await queue.fail(job!), "pending");
        assert.deepEqual(await queue.claim(), []);
        await sql`delete from net.http_request_queue`;
        await queue.enqueue("k");
        const woken = await sql`select from net.http_request_queue`;
        assert.equal(woken.length, 1);
        const [again] = await queue.claim();
        assert.deepEqual([again?.id, again?.attempts], [id, 1]);
      },
    );

    await rule(
      "never has two running jobs with one key; a newer request waits for the running one",
      async () => {
        await queue.enqueue("k");
        const [first] = await queue.claim();
        const second = await queue.enqueue("k");
        assert.notEqual(second, first?.id);
        assert.deepEqual(await queue.claim(), []);
        await queue.complete(first!);
        assert.deepEqual((await queue.claim()).map(({ id }) => id), [second]);
      },
    );

    await rule("hands a failed job's work to the newer request that waits behind it", async () => {
      const first = await queue.enqueue("k", { force: true });
      const [running] = await queue.claim();
      const second = await queue.enqueue("k", { a: "newer" });
      assert.equal(await queue.fail(running!), "superseded");
      assert.equal((await queue.job(first)).status, "superseded");
      assert.deepEqual((await queue.job(second)).payload, { force: true, a: "newer" });
    });

    await rule("lets only the holder of the live lease finish a job", async () => {
      await queue.enqueue("k");
      const [slow] = await queue.claim();
      await queue.expireLeases();
      const [fast] = await queue.claim();
      assert.equal(fast?.id, slow?.id);
      await assert.rejects(async () => await queue.complete(slow!), { code: "VT007" });
      await assert.rejects(() => queue.fail(slow!), { code: "VT007" });
      await queue.complete(fast!);
      await assert.rejects(async () => await queue.complete(fast!), { code: "VT007" });
    });

    await rule(
      "takes back expired leases with the reason, and gives up on a job that kills every worker",
      async () => {
        const id = await queue.enqueue("k");
        const [{ max_attempts }] =
          await sql`select max_attempts from queues where name = 'tool-sync'` as [
            { max_attempts: number },
          ];
        for (let attempt = 1; attempt <= max_attempts; attempt++) {
          const [job] = await queue.claim();
          assert.equal(job?.attempts, attempt);
          await queue.expireLeases();
        }
        assert.deepEqual(await queue.claim(), []);
        const dead = await queue.job(id);
        assert.deepEqual([dead.status, dead.last_error?.code], ["dead", "lease_expired"]);
      },
    );

    await rule(
      "backs off by the queue's own steps, with jitter of up to a quarter, by the database's clock",
      async () => {
        await queue.enqueue("k");
        for (
          const [low, high] of [[30, 37.5], [120, 150], [600, 750], [3600, 4500], [3600, 4500]]
        ) {
          const [job] = await queue.claim();
          await queue.fail(job!);
          const [row] = await sql`
          select extract(epoch from run_at - finished)::float as seconds
          from jobs, lateral (select now() as finished) clock where id = ${job!.id}`;
          assert.ok(
            row!.seconds > low! - 5 && row!.seconds <= high!,
            `${row!.seconds} s is not in ${low}–${high} s`,
          );
          await queue.makeDue();
        }
      },
    );

    await rule(
      "waits as long as a service asks, but from the fourth attempt on no shorter than its own steps",
      async () => {
        await queue.enqueue("k");
        for (const [low, high] of [[0, 1], [0, 1], [0, 1], [3600, 4500]]) {
          const [job] = await queue.claim();
          await sql`
            select fail_job(${job!.id}, ${
            job!.lease_token
          }, '{"code": "test"}', p_retry_after_seconds => 1)`;
          const [row] = await sql`
            select extract(epoch from run_at - now())::float as seconds from jobs where id = ${
            job!.id
          }`;
          assert.ok(row!.seconds >= low! - 5 && row!.seconds <= high!, `${row!.seconds} s`);
          await queue.makeDue();
        }
      },
    );

    await rule(
      "ends a permanent failure dead at once, with an alert; reviving asks for the work anew",
      async () => {
        const id = await queue.enqueue("k", { a: "b" });
        const [job] = await queue.claim();
        assert.equal(await queue.fail(job!, true), "dead");
        const alerts = await sql`select kind, message from alerts where job_id = ${id}`;
        assert.deepEqual(alerts.map((row) => ({ ...row })), [{
          kind: "job_dead",
          message: "A tool-sync job gave up after 1 attempts: Failed",
        }]);
        const mails =
          await sql`select payload ->> 'kind' as kind from jobs where queue = 'outbox' order by 1`;
        assert.deepEqual(mails.map(({ kind }) => kind), ["alert", "alert_webhook"]);

        const [revived] = await sql`select revive_job(${id}) as id`;
        assert.partialDeepStrictEqual(await queue.job(revived?.id), {
          status: "pending",
          payload: { a: "b" },
        });
        await assert.rejects(async () => await sql`select revive_job(${revived?.id})`, {
          code: "VT001",
        });
      },
    );

    await rule(
      "gives the same jobs to a claim that is repeated because its answer was lost",
      async () => {
        await queue.enqueue("a");
        const token = crypto.randomUUID();
        const claim = async (leaseToken: string) =>
          (await sql<Job[]>`
          select * from private.claim('tool-sync', 10, interval '1 minute', p_lease_token => ${leaseToken})`)
            .map(({ key, attempts }) => [key, attempts]);
        assert.deepEqual(await claim(token), [["a", 1]]);
        await queue.enqueue("b");
        assert.deepEqual(await claim(token), [["a", 1]]);
        assert.deepEqual(await claim(crypto.randomUUID()), [["b", 1]]);
      },
    );

    await rule("does not count an attempt that the worker gave back unbegun", async () => {
      const id = await queue.enqueue("k");
      const [job] = await queue.claim();
      await sql`select private.release_job(${job!.id}, ${job!.lease_token})`;
      assert.partialDeepStrictEqual(await queue.job(id), {
        status: "pending",
        attempts: 0,
        last_error: null,
      });
      assert.equal((await queue.claim()).length, 1);
    });

    await rule("serves those who wait before bulk work", async () => {
      await queue.enqueue("bulk", {}, ", p_priority => 1::smallint");
      await queue.enqueue("save");
      assert.deepEqual((await queue.claim(1)).map(({ key }) => key), ["save"]);
    });

    await rule("lets a poison job hold up nobody", async () => {
      await queue.enqueue("poison");
      const [poison] = await queue.claim();
      await queue.fail(poison!);
      await queue.enqueue("healthy");
      assert.deepEqual((await queue.claim()).map(({ key }) => key), ["healthy"]);
    });

    await rule("sends one HTTP request for a statement that inserts a thousand jobs", async () => {
      await sql`insert into jobs (queue, key) select 'tool-sync', 'k' || n from generate_series(1, 1000) n`;
      const requests = await sql`select url, headers from net.http_request_queue`;
      assert.equal(requests.length, 1);
      assert.equal(requests[0]?.url, `${WAKES.projectUrl}/functions/v1/tool-sync`);
      assert.equal(requests[0]?.headers.apikey, WAKES.secretKey);
    });

    await rule("gives every job to one of many concurrent claimers, each once", async () => {
      await sql`insert into jobs (queue, key) select 'tool-sync', 'k' || n from generate_series(1, 200) n`;
      const claims = await Promise.all(Array.from({ length: 40 }, () => queue.claim(5)));
      const ids = claims.flat().map(({ id }) => id);
      assert.equal(new Set(ids).size, ids.length);
      while ((await queue.claim(50)).length > 0);
      const [left] = await sql`select count(*)::int from jobs where status = 'pending'`;
      assert.equal(left?.count, 0);
    });

    await rule(
      "keeps one pending and one running job under concurrent requests, claims and failures",
      async () => {
        const worker = async () => {
          for (let round = 0; round < 20; round++) {
            await queue.enqueue("hot");
            for (const job of await queue.claim(1)) {
              await (round % 2 === 0 ? queue.fail(job) : queue.complete(job));
            }
            await queue.makeDue();
          }
        };
        await Promise.all([worker(), worker(), worker(), worker()]);
        const open =
          await sql`select status, count(*)::int from jobs where status in ('pending', 'running') group by status`;
        assert.ok(open.every(({ count }) => count === 1));
      },
    );

    await rule("sweeps: wakes a worker for what is due, and for nothing else", async () => {
      await queue.enqueue("later", {}, ", p_run_at => now() + interval '1 hour'");
      await sql`select private.sweep()`;
      assert.equal((await sql`select from net.http_request_queue`).length, 0);
      await sql`update jobs set run_at = now() - interval '3 seconds'`;
      await sql`select private.sweep()`;
      assert.equal((await sql`select from net.http_request_queue`).length, 1);
    });

    await rule("sweeps while agents are being relinked, without a deadlock", async () => {
      const agents = await sql<{ id: string; org_id: string }[]>`
        with org as (
          insert into organizations (name, timezone, country)
          select 'Clinic ' || n, 'America/New_York', 'US' from generate_series(1, 2) n returning id
        )
        insert into agents (org_id, name, role, system_prompt)
        select id, 'Desk', 'inbound', 'Be kind.' from org returning id, org_id`;
      // The sweep goes by key: it takes back the second one's lease before that of the first.
      const [second, first] = agents.toSorted((a, b) => a.id < b.id ? -1 : 1);
      await sql`
        insert into jobs (queue, key, status, lease_token, lease_until)
        select 'tool-sync', 'agent:' || id, 'running', gen_random_uuid(), now() - interval '1 minute' from agents`;
      const relinking = await sql.reserve();
      await relinking`begin`;
      await relinking`select private.relink_agents(p_org_id => ${first!.org_id})`;
      const sweeping = sql`select private.sweep()`.execute();
      await eventually("the sweep waits", async () => {
        const waiting = await sql`
          select from pg_stat_activity
          where wait_event_type = 'Lock' and query like '%private.sweep()%' and pid <> pg_backend_pid()
            and datname = current_database()`;
        return waiting.length > 0;
      });
      const ended = await Promise.allSettled([
        relinking`select private.relink_agents(p_org_id => ${second!.org_id})`
          .finally(() => relinking`commit`),
        sweeping,
      ]);
      relinking.release();
      assert.deepEqual(ended.map(({ status }) => status), ["fulfilled", "fulfilled"]);
      const statuses = await sql`select status from jobs where key like 'agent:%' order by status`;
      assert.deepEqual(
        statuses.map(({ status }) => status),
        ["pending", "pending", "superseded", "superseded"],
      );
    });
  });
});
