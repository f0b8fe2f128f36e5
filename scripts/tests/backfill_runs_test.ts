/** How a run follows the jobs that it watches, on real Postgres and without a worker. */
import assert from "node:assert/strict";
import { seedFleet } from "../local/fleet.ts";
import { blocked } from "./support/meanwhile.ts";
import {
  type Claimed,
  rolledBack,
  type Runs,
  runsOf,
  transactionOf,
} from "./support/backfill_runs.ts";
import { sharedWorld } from "./support/shared_world.ts";

const inWorld = sharedWorld();

Deno.test("migration runs", async (t) => {
  await inWorld(async ({ stack }) => {
    const { sql } = stack;
    stack.net.pause();
    const { agents } = await seedFleet(stack, { organizations: 3, agentsOf: () => 1 });
    const rule = (name: string, test: (runs: Runs) => Promise<void>) =>
      t.step(name, async () => {
        await sql`delete from jobs`;
        await sql`delete from backfill_runs`;
        await sql`delete from vapi_tools`;
        await test(runsOf(sql));
      });
    const agentsOf = async (runs: Runs, id: string) => {
      const { agents, status } = await runs.report(id);
      return { status, ...agents };
    };

    /** What the registry's job does: with the tools in use, every agent's relinking is requested. */
    const registerAnew = async () => {
      const claim = crypto.randomUUID();
      await sql`update agents set synced_at = now()`;
      await sql`
      insert into vapi_tools (name, definition_hash, state, claim_token, vapi_tool_id)
      values ('check', 'hash', 'creating', ${claim}, 't1')`;
      await sql`select activate_registrations(${claim})`;
    };

    await rule(
      "a run is done when every agent is settled and duplicates were looked for",
      async (runs) => {
        const { runId } = await runs.start();
        const [first, second, third] = await runs.claim();
        await runs.succeed(first!);
        await runs.succeed(second!, "unchanged");
        assert.deepEqual(await agentsOf(runs, runId), {
          status: "running",
          total: 3,
          migrated: 1,
          unchanged: 1,
          failed: 0,
        });
        assert.equal((await runs.report(runId)).organizations.processed, 2);
        await runs.succeed(third!);
        assert.equal((await runs.report(runId)).status, "running");
        const [last] = await runs.claim();
        assert.equal(last?.payload.kind, "duplicates");
        await runs.succeed(last!, "looked");
        assert.equal((await runs.report(runId)).status, "done");
      },
    );

    await rule(
      "a failed attempt is told at once, and becomes a success when the queue's next one succeeds",
      async (runs) => {
        const { runId } = await runs.start();
        const jobs = await runs.claim();
        for (const job of jobs) await runs.fail(job, "vapi_server_error");
        assert.deepEqual(await agentsOf(runs, runId), {
          status: "running",
          total: 3,
          migrated: 0,
          unchanged: 0,
          failed: 3,
        });
        const { failures, successRate } = await runs.report(runId);
        assert.equal(successRate, 0);
        assert.ok(failures.every(({ nextAttemptAt }: { nextAttemptAt: unknown }) => nextAttemptAt));
        await runs.makeDue();
        for (const job of await runs.claim()) await runs.succeed(job);
        assert.partialDeepStrictEqual(await agentsOf(runs, runId), { migrated: 3, failed: 0 });
      },
    );

    await rule(
      "a failed attempt becomes a success also when a newer request carries its work on",
      async (runs) => {
        const { runId } = await runs.start();
        const [agent] = agents;
        for (const job of await runs.claim()) await runs.fail(job, "vapi_server_error");
        await runs.makeDue();
        const again = await runs.claim();
        await sql`select private.enqueue('tool-sync', ${`agent:${agent!.id}`}, ${agent!.orgId}, ${
          sql.json({ kind: "agent", agentId: agent!.id })
        })`;
        for (const job of again) {
          const isAgent = job.payload.agentId === agent!.id;
          await (isAgent ? runs.fail(job, "vapi_server_error") : runs.succeed(job));
        }
        const [newer] = await runs.claim();
        assert.equal(newer?.payload.agentId, agent!.id);
        await runs.succeed(newer);
        assert.partialDeepStrictEqual(await agentsOf(runs, runId), { migrated: 3, failed: 0 });
      },
    );

    await rule(
      "a relinking that began before the run and ends after its start keeps nothing from it",
      async (runs) => {
        await sql`update agents set synced_at = now()`;
        await using claiming = await transactionOf(sql);
        await claiming.sql`select claim_sync_jobs(10, 180)`;
        const relinking = sql`select private.relink_agents()`.execute();
        await blocked(sql);
        const { runId } = await runs.start();
        await claiming.commit();
        await relinking;
        for (const job of await runs.claim()) await runs.succeed(job);
        assert.partialDeepStrictEqual(await agentsOf(runs, runId), { migrated: 3 });
      },
    );

    await rule(
      "a limited rate and a worker that died are no failures, only delays",
      async (runs) => {
        const { runId } = await runs.start();
        const [limited, orphan] = await runs.claim();
        await runs.fail(limited!, "vapi_rate_limited");
        await runs.expireLeases();
        await sql`select private.recover_expired_leases('tool-sync')`;
        assert.partialDeepStrictEqual(await agentsOf(runs, runId), {
          status: "running",
          failed: 0,
        });
        const [job] = await sql`select last_error from jobs where id = ${orphan!.id}`;
        assert.equal(job?.last_error.code, "lease_expired");
      },
    );

    await rule(
      "what was given up stays a failure of its run, and is the next run's to do",
      async (runs) => {
        const first = await runs.start();
        const [refused, ...others] = await runs.claim();
        await runs.fail(refused!, "vapi_invalid_request", true);
        for (const job of others) await runs.succeed(job);
        await runs.succeed((await runs.claim())[0]!);
        const second = await runs.start();
        assert.notEqual(second.runId, first.runId);
        for (const job of await runs.claim()) await runs.succeed(job);
        assert.partialDeepStrictEqual(await agentsOf(runs, first.runId), {
          failed: 1,
          migrated: 2,
        });
        assert.partialDeepStrictEqual(await agentsOf(runs, second.runId), {
          failed: 0,
          migrated: 3,
        });
        const [failure] = (await runs.report(first.runId)).failures;
        assert.equal(failure.nextAttemptAt, null);
      },
    );

    await rule(
      "a sync that was asked for before the run does not count for it; the one behind it does",
      async (runs) => {
        await runs.start();
        const before = await runs.claim();
        await sql`delete from backfill_runs`;
        const { runId } = await runs.start();
        for (const job of before) await runs.succeed(job);
        assert.partialDeepStrictEqual(await agentsOf(runs, runId), { migrated: 0 });
        for (const job of await runs.claim()) await runs.succeed(job);
        assert.partialDeepStrictEqual(await agentsOf(runs, runId), { migrated: 3 });
      },
    );

    await rule(
      "a forced run asks for its agents when the tools are registered anew, not before",
      async (runs) => {
        const { runId } = await runs.start(true);
        const [registry, ...none] = await runs.claim();
        assert.deepEqual([registry?.payload.kind, none], ["registry", []]);
        await runs.fail(registry!, "tool_not_registered");
        assert.partialDeepStrictEqual(await runs.report(runId), {
          problem: { code: "tool_not_registered" },
          agents: { failed: 3 },
        });
        await runs.makeDue();
        const again = await runs.claim();
        const isRegistry = ({ payload }: Claimed) => payload.kind === "registry";
        await runs.succeed(again.find(isRegistry)!);
        assert.partialDeepStrictEqual(await runs.report(runId), {
          status: "running",
          problem: null,
          agents: { failed: 0, migrated: 0 },
        });
        const jobs = await runs.claim();
        assert.equal(jobs.filter(({ payload }) => payload.kind === "agent").length, 3);
      },
    );

    await rule(
      "what the registration itself asked for counts, also what ended before the registration's job",
      async (runs) => {
        const { runId } = await runs.start(true);
        const [registry] = await runs.claim();
        await registerAnew();
        const [early, ...others] = await runs.claim();
        await runs.succeed(early!);
        await runs.succeed(registry!);
        assert.partialDeepStrictEqual(await agentsOf(runs, runId), {
          status: "running",
          migrated: 1,
        });
        for (const job of others) await runs.succeed(job);
        assert.partialDeepStrictEqual(await agentsOf(runs, runId), { migrated: 3, unchanged: 0 });
      },
    );

    await rule(
      "what a sync changed counts also if it ended while the registration's job was ending",
      async (runs) => {
        const { runId } = await runs.start(true);
        const [registry] = await runs.claim();
        await registerAnew();
        const [early, ...others] = await runs.claim();
        await using ending = await transactionOf(sql);
        await runsOf(ending.sql).succeed(registry!);
        await runs.succeed(early!);
        await ending.commit();
        for (const job of others) await runs.succeed(job);
        for (const job of await runs.claim()) await runs.succeed(job, "unchanged");
        assert.partialDeepStrictEqual(await agentsOf(runs, runId), { migrated: 3, unchanged: 0 });
      },
    );

    await rule("a run without agents is done after one look for duplicates", async (runs) => {
      const [org] = await sql`
        insert into organizations (name, timezone, country) values ('Empty', 'Europe/Berlin', 'DE') returning id`;
      const { runId } = await runs.start(false, org?.id);
      const [only] = await runs.claim();
      await runs.succeed(only!, "looked");
      assert.partialDeepStrictEqual(await runs.report(runId), {
        status: "done",
        organizations: { processed: 1, withAssistants: 0 },
        agents: { total: 0 },
        successRate: 100,
      });
    });

    await rule("an agent that is deleted meanwhile leaves the run", async (runs) => {
      const { runId } = await runs.start();
      await rolledBack(sql, async (transaction) => {
        await transaction`delete from agents where id = ${agents[0]!.id}`;
        const left = await transaction`select from backfill_agents where run_id = ${runId}`;
        assert.equal(left.length, 2);
      });
    });

    await rule(
      "starting asks for thousands at once, with one request to the worker",
      () =>
        rolledBack(sql, async (transaction) => {
          await transaction`
          insert into agents (org_id, name, role, system_prompt, assistant_id)
          select ${
            agents[0]!.orgId
          }, 'Agent ' || n, 'inbound', 'Be kind.', 'many-' || n from generate_series(1, 10000) n`;
          await transaction`delete from net.http_request_queue`;
          await transaction`select start_backfill()`;
          const [jobs] = await transaction`select count(*)::int from jobs where priority = 1`;
          const requests = await transaction`select from net.http_request_queue`;
          assert.deepEqual([jobs?.count, requests.length], [5_000, 1]);
        }),
    );
  }, { cron: false });
});
