/** Tools switched on and off: by somebody who leaves a transaction open, and for many organizations at once. */
import assert from "node:assert/strict";
import { eventually } from "./support/eventually.ts";
import { beforeEach } from "./support/meanwhile.ts";
import { assertInStep } from "./support/in_step.ts";
import { sharedWorld } from "./support/shared_world.ts";
import { drainAndHandOver, quiet, World } from "./support/world.ts";

const inWorld = sharedWorld();

/** Does something while a transaction that has switched a tool of the organization off is open, then commits it. */
async function whileSwitching(
  world: World,
  orgId: string,
  run: () => Promise<unknown>,
): Promise<void> {
  await world.stack.sql.begin(async (sql) => {
    await sql`update org_tools set enabled = false where org_id = ${orgId} and tool_name = 'sendSms'`;
    await run();
  });
}

Deno.test("a transaction that has switched a tool and stays open stops no sync, and counts once it is committed", () =>
  inWorld(async (world) => {
    const { sql } = world.stack;
    const org = await world.org();
    const mine = await world.saveAndSync(org);
    const others = await world.org({ name: "Other clinic" });
    const sms = (await world.currentTools()).get("sendSms") ?? "";

    await whileSwitching(world, org.id, async () => {
      const theirs = await world.saveAndSync(others);
      assert.ok(world.toolIds(theirs.assistantId ?? "").includes(sms));
      // Not even one of the same organization.
      await world.saveAndSync(org, { agentId: mine.agentId, firstMessage: "Good morning." });
      await sql.begin(async (sweeping) => {
        await sweeping`set local lock_timeout = '1s'`;
        await sweeping`select private.sweep()`;
      });
      assert.ok(world.toolIds(mine.assistantId ?? "").includes(sms), "not committed");
    });
    await world.settled();
    assert.ok(!world.toolIds(mine.assistantId ?? "").includes(sms));
  }));

Deno.test("what a sync has to write about a tool that is being switched is written by a later one", () =>
  inWorld(async (world) => {
    const { sql } = world.stack;
    const org = await world.org();
    const { agentId } = await world.saveAndSync(org);
    const hash = async () =>
      (await sql`select definition_hash from org_tools where org_id = ${org.id} and tool_name = 'sendSms'`)[
        0
      ]
        ?.definition_hash;
    const right = await hash();
    await sql`update org_tools set definition_hash = 'stale' where org_id = ${org.id} and tool_name = 'sendSms'`;
    await whileSwitching(world, org.id, async () => {
      const { body } = await world.save(org, { agentId, firstMessage: "Good morning." });
      await eventually("the sync ends", async () => {
        const [job] = await sql`select status from jobs where id = ${body.syncId}`;
        return job?.status === "succeeded";
      });
    });
    assert.equal(await hash(), "stale");
    await sql`update jobs set run_at = now() where status = 'pending'`;
    await sql`select private.wake('tool-sync')`;
    await world.settled();
    assert.equal(await hash(), right);
  }));

Deno.test("a tool switched for 200 organizations in one statement wakes the worker once, for every agent", () =>
  inWorld(async (world) => {
    const { sql } = world.stack;
    await quiet(world.stack);
    await sql`
      with orgs as (
        insert into organizations (name, timezone, country)
        select 'Clinic ' || n, 'UTC', 'US' from generate_series(1, 200) n returning id
      ), linked as (
        insert into org_tools (org_id, tool_name) select id, 'sendSms' from orgs
      )
      insert into agents (org_id, name, role, system_prompt, assistant_id, synced_at)
      select id, 'Front desk', 'inbound', 'Hello', 'assistant-' || id, now() from orgs`;
    world.stack.net.pause();
    // Founding the clinics has already requested their agents' syncs.
    await sql`delete from jobs`;
    await sql`delete from net.http_request_queue`;
    const count = async () =>
      (await sql`select
        (select count(*)::int from net.http_request_queue) as wakes,
        (select count(*)::int from jobs where queue = 'tool-sync' and status = 'pending') as jobs`)[
        0
      ];
    const before = await count();
    await sql`update org_tools set enabled = false`;
    const after = await count();
    assert.equal(after?.jobs - before?.jobs, 200);
    assert.equal(after?.wakes - before?.wakes, 1);
    await sql`delete from jobs`;
    await sql`delete from organizations`;
    world.stack.net.resume();
  }));

Deno.test("a tool that an organization switches off leaves its assistants, and comes back when switched on", () =>
  inWorld(async (world) => {
    const { sql } = world.stack;
    const org = await world.org();
    const other = await world.org({ name: "Other clinic" });
    const mine = await world.saveAndSync(org);
    const theirs = await world.saveAndSync(other);
    const sms = (await world.currentTools()).get("sendSms") ?? "";
    const flip = async (enabled: boolean) => {
      await sql`update org_tools set enabled = ${enabled} where org_id = ${org.id} and tool_name = 'sendSms'`;
      await world.settled();
    };
    await flip(false);
    assert.ok(!world.toolIds(mine.assistantId ?? "").includes(sms));
    assert.ok(world.toolIds(theirs.assistantId ?? "").includes(sms));
    await flip(true);
    await assertInStep(world);
  }));

Deno.test("a tool that is switched off while an assistant is being created leaves it too", () =>
  inWorld(async (world) => {
    const { sql } = world.stack;
    const org = await world.org();
    const { assistantId } = await world.saveAndSync(org);
    const sms = (await world.currentTools()).get("sendSms") ?? "";
    await quiet(world.stack);
    await world.save(org, { name: "Late" });
    const worker = await world.worker();
    await drainAndHandOver(
      beforeEach(
        "create",
        worker,
        () =>
          sql`update org_tools set enabled = false where org_id = ${org.id} and tool_name = 'sendSms'`,
      ),
    );
    await drainAndHandOver(worker);
    const { assistants } = world.stack.vapi.state;
    assert.equal(assistants.size, 2);
    assert.ok(assistants.has(assistantId ?? ""));
    for (const id of assistants.keys()) assert.ok(!world.toolIds(id).includes(sms));
  }, { cron: false }));
