/** Many agents at once: what relinking everybody costs, and what it must not do to others. */
import assert from "node:assert/strict";
import { seedFleet } from "../local/fleet.ts";
import { assertLinked, runMigration } from "./support/migration.ts";
import { eventually } from "./support/eventually.ts";
import { sharedWorld } from "./support/shared_world.ts";
import { crash, drainAndHandOver, quiet, type World } from "./support/world.ts";

const inWorld = sharedWorld();

const syncAll = ({ stack }: World) => stack.sql`select start_backfill()`;

async function bulkLeft({ stack }: World): Promise<number> {
  const [row] = await stack.sql<{ count: number }[]>`
    select count(*)::int from jobs where priority = 1 and status in ('pending', 'running')`;
  return row?.count ?? 0;
}

Deno.test("agents in step are settled from one look at all of them: no write, and no read of each", () =>
  inWorld(async (world) => {
    const { vapi, sql } = world.stack;
    await seedFleet(world.stack, { organizations: 30, agentsOf: () => 2 });
    await runMigration(world.stack);

    const mark = vapi.requests.seq;
    await runMigration(world.stack);
    assert.deepEqual(vapi.requests.since(mark).map(({ route }) => route), [
      "GET /assistant",
      "GET /tool",
    ]);
    const outcomes = await sql`
      select distinct on (key) result ->> 'outcome' as outcome from jobs
      where payload ->> 'kind' = 'agent' order by key, created_at desc`;
    assert.deepEqual([...new Set(outcomes.map(({ outcome }) => outcome))], ["unchanged"]);
  }, { cron: false }));

Deno.test("one look at all assistants is enough, however late the database's answers arrive", () =>
  inWorld(async (world) => {
    const { vapi, net } = world.stack;
    await seedFleet(world.stack, { organizations: 60, agentsOf: () => 2 });
    await runMigration(world.stack);
    await quiet(world.stack);
    await syncAll(world);

    const worker = await world.worker();
    let claims = 0;
    let late = 0;
    const mark = vapi.requests.seq;
    await drainAndHandOver({
      ...worker,
      now: () => Date.now() + late,
      db: {
        async rpc(fn, args, options) {
          const answer = await worker.db.rpc(fn, args, options);
          if (fn === "claim_sync_jobs" && ++claims > 2) late += 5_000;
          return answer;
        },
      },
    });
    net.resume();
    assert.ok(claims > 4, `${claims} claims`);
    assert.deepEqual(vapi.requests.since(mark).map(({ route }) => route).sort(), [
      "GET /assistant",
      "GET /tool",
    ]);
  }, { cron: false }));

Deno.test("what was edited at Vapi since the request is never taken from an older look", () =>
  inWorld(async (world) => {
    const { vapi } = world.stack;
    const { agents } = await seedFleet(world.stack, { organizations: 30, agentsOf: () => 1 });
    await runMigration(world.stack);
    const [agent] = agents;
    const assistant = vapi.state.assistants.get(agent?.assistantId ?? "");
    await fetch(`${vapi.url}/assistant/${agent?.assistantId}`, {
      method: "PATCH",
      headers: { authorization: `Bearer ${vapi.key}`, "content-type": "application/json" },
      body: JSON.stringify({ model: { ...assistant?.model, toolIds: [] } }),
    }).then((response) => response.body?.cancel());

    await runMigration(world.stack);
    const current = await world.currentTools();
    assert.deepEqual(world.toolIds(agent?.assistantId ?? "").sort(), [...current.values()].sort());
  }, { cron: false }));

Deno.test("a saved agent is synced while a relinking of many is under way, and its requests wait for one of those at most", () =>
  inWorld(async (world) => {
    const org = await world.org();
    await seedFleet(world.stack, { organizations: 150, agentsOf: () => 2 });
    world.stack.vapi.setLatency(150);
    await world.stack.functions.prewarm(["agent-save", "tool-sync"]);
    await syncAll(world);
    await eventually("the relinking is under way", async () => await bulkLeft(world) < 300);
    const { assistantId } = await world.saveAndSync(org);
    assert.ok(await bulkLeft(world) > 0, "the relinking is still under way");
    const [read, write] = world.stack.vapi.requests.matching(({ method, path }) =>
      path === `/assistant/${assistantId}` && ["GET", "PATCH"].includes(method)
    );
    // While its GET is under way, each of the nine other slots begins about one request; twenty jobs of the relinking wait for a slot.
    const between = (write?.seq ?? Infinity) - (read?.seq ?? 0);
    assert.ok(between < 20, `${between} requests were made between its GET and its PATCH`);
    world.stack.vapi.setLatency(0);
    await world.settled();
  }, { cron: false }));

Deno.test("a sync that waits for its next attempt holds up no other", () =>
  inWorld(async (world) => {
    const org = await world.org();
    const { vapi, sql } = world.stack;
    const first = await world.saveAndSync(org, { name: "First" });
    vapi.faults.next(`GET /assistant/${first.assistantId}`, { status: 503, retryAfter: 30 });
    const { body } = await world.save(org, { agentId: first.agentId, name: "First, renamed" });
    await eventually(
      "its attempt has failed",
      () =>
        vapi.requests.matching((request) => request.path.endsWith(`${first.assistantId}`)).at(-1)
          ?.status === 503,
    );
    await world.saveAndSync(org, { name: "Second" });
    const [job] = await sql`select status from jobs where id = ${body.syncId}`;
    assert.equal(job?.status, "running");
  }, { cron: false }));

Deno.test("one worker at a time does bulk work, and the next one takes over when it ends or dies", () =>
  inWorld(async (world) => {
    const { sql, net } = world.stack;
    net.pause();
    await sql`insert into jobs (queue, key, payload, priority) select 'tool-sync', 'k' || n, '{"kind":"none"}', 1 from generate_series(1, 6) n`;
    const claim = async (worker: string) => {
      const [row] = await sql`select claim_sync_jobs(1, 180, ${worker}) as claim`;
      return row?.claim.jobs.length;
    };
    const [one, two, three] = [1, 2, 3].map(() => crypto.randomUUID());
    assert.deepEqual([await claim(one!), await claim(two!), await claim(one!)], [1, 0, 1]);
    await sql`select wake_worker('tool-sync', ${one!})`;
    assert.deepEqual([await claim(two!), await claim(one!)], [1, 0]);
    await sql`update queues set bulk_until = now() - interval '1 second' where name = 'tool-sync'`;
    assert.deepEqual([await claim(three!), await claim(two!)], [1, 0]);
  }, { cron: false }));

Deno.test("a worker for those who wait never takes bulk work, and says when some is due", () =>
  inWorld(async (world) => {
    const { sql, net } = world.stack;
    net.pause();
    await sql`insert into jobs (queue, key, payload, priority) values ('tool-sync', 'bulk', '{"kind":"none"}', 1)`;
    const [row] = await sql`select claim_sync_jobs(10, 180) as claim`;
    assert.deepEqual([row?.claim.jobs, row?.claim.bulkDue], [[], 1]);
  }, { cron: false }));

Deno.test("a worker ends when another one is at the bulk work that is due", () =>
  inWorld(async (world) => {
    const { sql, net } = world.stack;
    net.pause();
    await sql`insert into jobs (queue, key, payload, priority) values ('tool-sync', 'a', '{"kind":"none"}', 1), ('tool-sync', 'b', '{"kind":"none"}', 1)`;
    await sql`select claim_sync_jobs(1, 180, gen_random_uuid())`;
    const worker = await world.worker();
    let claims = 0;
    await drainAndHandOver({
      ...worker,
      db: {
        rpc(fn, args, options) {
          if (fn === "claim_sync_jobs" && ++claims > 10) throw new Error("It asks again and again");
          return worker.db.rpc(fn, args, options);
        },
      },
    });
    const [row] =
      await sql`select count(*)::int from jobs where status = 'pending' and priority = 1`;
    assert.equal(row?.count, 1);
  }, { cron: false }));

Deno.test("jobs that a worker had no time for are given back together, and those that passed on stay", () =>
  inWorld(async (world) => {
    const { sql, net } = world.stack;
    net.pause();
    await sql`insert into jobs (queue, key, payload) values ('tool-sync', 'a', '{"kind":"none"}'), ('tool-sync', 'b', '{"kind":"none"}')`;
    const [row] = await sql`select claim_sync_jobs(10, 180) as claim`;
    const [mine, taken] = row?.claim.jobs;
    await sql`update jobs set lease_token = gen_random_uuid() where id = ${taken.id}`;
    const leases = [mine, taken].map(({ id, leaseToken }) => ({ jobId: id, leaseToken }));
    await sql`select release_jobs(${sql.json(leases)})`;
    const jobs = await sql`select id, status, attempts from jobs order by status`;
    assert.deepEqual(jobs.map((job) => ({ ...job })), [
      { id: mine.id, status: "pending", attempts: 0 },
      { id: taken.id, status: "running", attempts: 1 },
    ]);
  }, { cron: false }));

Deno.test("a change of the definitions leaves assistants alone that were never synced", () =>
  inWorld(async (world) => {
    const { stack } = world;
    const { agents } = await seedFleet(stack, { organizations: 2, agentsOf: () => 1 });
    const [migrated, other] = agents.map(({ assistantId }) => assistantId);
    await runMigration(stack, { orgId: agents[0]!.orgId });
    await stack.functions.setEnv({ VAPI_WEBHOOK_SECRET: "a-rotated-webhook-secret" });
    await stack.cron.run("catalogue-check");
    const before = world.toolIds(migrated!);
    await eventually(
      "the assistant is relinked",
      () => !world.toolIds(migrated!).includes(before[0]!),
    );
    await world.settled();
    assert.deepEqual(world.toolIds(other!), []);
  }, { cron: false }));

Deno.test("a rollout is noticed automatically, and finished by the sweep when its worker dies in the middle of it", () =>
  inWorld(async (world) => {
    const { stack } = world;
    const { vapi, sql, cron, functions } = stack;
    const { agents } = await seedFleet(stack, { organizations: 100, agentsOf: () => 1 });
    await runMigration(stack);
    const old = await world.currentTools();

    vapi.setLatency(50);
    await functions.setEnv({ VAPI_WEBHOOK_SECRET: "a-rotated-webhook-secret" });
    await cron.run("catalogue-check");
    const mark = vapi.requests.seq;
    await eventually(
      "some assistants are relinked, and not all",
      () =>
        vapi.requests.matching("PATCH /assistant/:id", mark).filter(({ ms }) => ms !== null)
          .length >= 5,
    );
    await crash(stack, "tool-sync");
    vapi.setLatency(0);
    assert.ok(await bulkLeft(world) > 0);

    // Time passes.
    await sql`update jobs set run_at = now() - interval '3 seconds' where status = 'pending'`;
    await sql`update queues set bulk_until = now() - interval '1 second'`;
    await cron.run("sweep");
    await world.settled();
    const current = await world.currentTools();
    for (const [name, id] of current) assert.notEqual(id, old.get(name));
    await assertLinked(world, agents);
    await eventually("the old tools are gone", () => vapi.state.tools.size === current.size);
    for (const { model } of vapi.state.assistants.values()) {
      assert.ok((model?.toolIds ?? []).every((id) => vapi.state.tools.has(id)));
    }
  }, { cron: false }));
