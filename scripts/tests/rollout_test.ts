import assert from "node:assert/strict";
import { catalogue } from "../../shared/tools/catalogue.ts";
import { beforeEach } from "./support/meanwhile.ts";
import { sharedWorld } from "./support/shared_world.ts";
import { BACKEND_URL, drainAndHandOver, quiet, World } from "./support/world.ts";

const inWorld = sharedWorld();

/** The catalogue of another deployment: the first tool has another description. */
async function changedCatalogue(world: World, description: string) {
  const [first, ...rest] = catalogue;
  if (first === undefined) throw new Error("The catalogue is empty");
  return await world.prepare([{ ...first, description }, ...rest]);
}

const changed = catalogue[0]?.name ?? "";

/** After every single change at Vapi, each assistant that had a working version of the tool still has one. */
function assertNoGap(world: World, since: number): void {
  const linked = new Set<string>();
  world.stack.vapi.journal.replay(({ tools, assistants }, { seq }) => {
    for (const [id, assistant] of assistants) {
      const working = (assistant.model?.toolIds ?? []).filter((toolId) => {
        const tool = tools.get(toolId);
        return tool?.type === "function" && tool.function?.name === changed;
      });
      if (working.length > 0) linked.add(id);
      else if (seq > since) {
        assert.ok(!linked.has(id), `assistant ${id} lost ${changed} at change ${seq}`);
      }
    }
  });
}

async function worldWithAgents(world: World): Promise<void> {
  for (const name of ["One", "Two", "Three"]) {
    const org = await world.org({ name });
    await world.saveAndSync(org, { name: "Inbound" });
    await world.saveAndSync(org, { name: "Outbound", role: "outbound" });
  }
}

async function assertRolledOut(world: World, toolId: string): Promise<void> {
  const { tools, assistants } = world.stack.vapi.state;
  assert.equal(tools.size, catalogue.length);
  assert.equal(assistants.size, 6);
  for (const id of assistants.keys()) assert.ok(world.toolIds(id).includes(toolId));
  const stale = await world.stack
    .sql`select from org_tools where tool_name = ${changed} and vapi_tool_id <> ${toolId}`;
  assert.equal(stale.length, 0);
}

Deno.test("a changed definition replaces the tool for all organizations, without a gap, and deletes the old one", () =>
  inWorld(async (world) => {
    await worldWithAgents(world);
    const old = (await world.currentTools()).get(changed) ?? "";
    const since = world.stack.vapi.journal.seq;
    await quiet(world.stack);
    const [before] = await world.stack.sql<{ at: Date }[]>`select clock_timestamp() as at`;

    const newer = await world.worker({
      catalogue: await changedCatalogue(world, "A better description"),
    });
    await drainAndHandOver(newer);
    await drainAndHandOver(newer);

    const ids = await world.stack.sql<{ request_id: string | null; jobs: number }[]>`
      select request_id, count(*)::int as jobs from jobs
      where payload ->> 'kind' = 'agent' and requested_at > ${
      before?.at ?? null
    } group by request_id`;
    assert.deepEqual(ids.map(({ jobs }) => jobs), [6], "one id for all jobs of the rollout");
    assert.notEqual(ids[0]?.request_id, null);

    const current = (await world.currentTools()).get(changed) ?? "";
    assert.notEqual(current, old);
    assert.ok(!world.stack.vapi.state.tools.has(old), "the old tool is gone");
    await assertRolledOut(world, current);
    assertNoGap(world, since);
  }, { cron: false }));

for (const first of [true, false]) {
  const which = first ? "created" : "created again";
  Deno.test(`an assistant that is being ${which} while its tools are replaced gets the new ones`, () =>
    inWorld(async (world) => {
      const { sql, vapi } = world.stack;
      const org = await world.org();
      await world.saveAndSync(org, { name: "Another" });
      if (!first) {
        const { assistantId } = await world.saveAndSync(org, { name: "Late" });
        vapi.dashboard.deleteAssistant(assistantId ?? "");
      }
      await quiet(world.stack);
      const newer = await world.worker({
        catalogue: await changedCatalogue(world, "A better description"),
      });
      const older = await world.worker();
      if (first) await world.save(org, { name: "Late" });
      else await sql`select start_backfill()`;
      await drainAndHandOver(beforeEach("create", older, () => drainAndHandOver(newer)));
      await drainAndHandOver(newer);
      const current = (await world.currentTools()).get(changed) ?? "";
      assert.equal(vapi.state.assistants.size, 2);
      for (const id of vapi.state.assistants.keys()) {
        assert.ok(world.toolIds(id).includes(current), `assistant ${id} has the new tool`);
      }
      assert.equal(vapi.state.tools.size, catalogue.length);
    }, { cron: false }));
}

Deno.test("a worker of an older deployment does not turn a rollout back, but a rollback does", () =>
  inWorld(async (world) => {
    await worldWithAgents(world);
    await quiet(world.stack);
    const older = await world.worker();
    await drainAndHandOver(
      await world.worker({ catalogue: await changedCatalogue(world, "A better description") }),
    );
    const rolledOut = (await world.currentTools()).get(changed);

    await drainAndHandOver({ ...older, uptimeSeconds: () => 3600 });
    assert.equal((await world.currentTools()).get(changed), rolledOut);

    const rollback = { ...older, uptimeSeconds: () => 0 };
    await drainAndHandOver(rollback);
    await drainAndHandOver(rollback);
    const restored = (await world.currentTools()).get(changed) ?? "";
    assert.notEqual(restored, rolledOut);
    await assertRolledOut(world, restored);
  }, { cron: false }));

Deno.test("a worker of an older deployment touches no assistant, and leaves its jobs to a newer one", () =>
  inWorld(async (world) => {
    const org = await world.org();
    const { agentId, assistantId } = await world.saveAndSync(org);
    await quiet(world.stack);
    const [, ...others] = catalogue;
    const older = await world.worker({
      catalogue: await world.prepare(others),
      webhook: { url: `${BACKEND_URL}/vapi-webhook`, secret: "the secret of before the rotation" },
      uptimeSeconds: () => 3600,
    });
    await world.save(org, { agentId, systemPrompt: "A newer prompt" });
    const since = world.stack.vapi.requests.seq;
    await drainAndHandOver(older);
    assert.deepEqual(world.stack.vapi.requests.writes(since), []);
    const [job] = await world.stack.sql`
      select status, attempts from jobs where key = ${`agent:${agentId}`} order by created_at desc limit 1`;
    assert.deepEqual({ ...job }, { status: "pending", attempts: 0 });

    await drainAndHandOver(await world.worker());
    assert.equal(world.toolIds(assistantId ?? "").length, catalogue.length);
  }, { cron: false }));

Deno.test("in_place changes the tool at Vapi and relinks nobody", () =>
  inWorld(async (world) => {
    await worldWithAgents(world);
    const old = (await world.currentTools()).get(changed) ?? "";
    await quiet(world.stack);
    const mark = world.stack.vapi.requests.seq;
    const newer = await world.worker({
      catalogue: await changedCatalogue(world, "A better description"),
      strategy: "in_place",
    });
    await drainAndHandOver(newer);
    const writes = world.stack.vapi.requests.writes(mark).map(({ method, path }) =>
      `${method} ${path}`
    );
    assert.deepEqual(writes, [`PATCH /tool/${old}`]);
    await assertRolledOut(world, old);
    const tool = world.stack.vapi.state.tools.get(old);
    assert.ok(tool?.type === "function");
    assert.equal(tool.function?.description, "A better description");
  }, { cron: false }));

Deno.test("a replaced tool that somebody else's assistant uses stays until it is free", () =>
  inWorld(async (world) => {
    await world.saveAndSync(await world.org());
    const { vapi, sql } = world.stack;
    const old = (await world.currentTools()).get(changed) ?? "";
    const foreign = await fetch(`${vapi.url}/assistant`, {
      method: "POST",
      headers: { authorization: `Bearer ${vapi.key}`, "content-type": "application/json" },
      body: JSON.stringify({
        name: "Foreign",
        model: { provider: "openai", model: "gpt-4o", toolIds: [old] },
      }),
    }).then((response) => response.json());
    await quiet(world.stack);
    const newer = await world.worker({
      catalogue: await changedCatalogue(world, "A better description"),
    });
    await drainAndHandOver(newer);
    await drainAndHandOver(newer);
    assert.ok(vapi.state.tools.has(old));
    const [kept] =
      await sql`select state, recheck_at > now() as later from vapi_tools where vapi_tool_id = ${old}`;
    assert.deepEqual({ ...kept }, { state: "retired", later: true });

    await fetch(`${vapi.url}/assistant/${foreign.id}`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${vapi.key}` },
    }).then((response) => response.body?.cancel());
    await sql`update vapi_tools set recheck_at = now() where vapi_tool_id = ${old}`;
    await world.stack.cron.run("delete-unused-tools");
    await drainAndHandOver(newer);
    assert.ok(!vapi.state.tools.has(old));
  }, { cron: false }));

Deno.test("a retired tool whose deletion Vapi refuses for good is tried again after a day, or when it is revived", () =>
  inWorld(async (world) => {
    const org = await world.org();
    await world.saveAndSync(org);
    const { vapi, sql } = world.stack;
    const old = (await world.currentTools()).get(changed) ?? "";
    await quiet(world.stack);
    const newer = await world.worker({
      catalogue: await changedCatalogue(world, "A better description"),
    });
    const syncAnother = async () => {
      await world.save(org, { name: crypto.randomUUID() });
      await drainAndHandOver(newer);
    };
    const deaths = async () =>
      (await sql`select from jobs where key = ${`retire:${old}`} and status = 'dead'`).length;

    vapi.faults.next("DELETE /tool/:id", { status: 400 }, { times: 3 });
    await drainAndHandOver(newer);
    await syncAnother();
    await syncAnother();
    assert.equal(await deaths(), 1);

    await sql`update jobs set finished_at = now() - interval '25 hours' where status = 'dead'`;
    await syncAnother();
    assert.equal(await deaths(), 2);
    assert.ok(vapi.state.tools.has(old));

    vapi.faults.clear();
    await sql`select revive_jobs('tool-sync')`;
    await drainAndHandOver(newer);
    assert.ok(!vapi.state.tools.has(old));
  }, { cron: false }));
