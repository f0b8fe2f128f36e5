/** Registering everything anew. */
import assert from "node:assert/strict";
import { catalogue } from "../../shared/tools/catalogue.ts";
import { seedFleet } from "../local/fleet.ts";
import { api, assertLinked, migrate, runMigration } from "./support/migration.ts";
import { sharedWorld } from "./support/shared_world.ts";

const inWorld = sharedWorld();

const TOOLS = catalogue.length;
const quiet = { cron: false };

Deno.test("force-update registers every tool anew, relinks every organization without a gap, and deletes the old tools", () =>
  inWorld(async (world) => {
    const { stack } = world;
    const fleet = await seedFleet(stack, { organizations: 6, agentsOf: () => 2 });
    await runMigration(stack);
    const old = await world.currentTools();
    const since = stack.vapi.journal.seq;

    const { code, stdout } = await migrate(stack, "--force-update", "--yes", "--json");
    assert.equal(code, 0);
    assert.partialDeepStrictEqual(JSON.parse(stdout), {
      agents: { total: 12, migrated: 12 },
      tools: { created: 0, replaced: TOOLS, adopted: 0, retired: TOOLS },
    });
    const current = await world.currentTools();
    for (const [name, id] of current) assert.notEqual(id, old.get(name));
    await world.settled();
    assert.deepEqual([...stack.vapi.state.tools.keys()].sort(), [...current.values()].sort());
    await assertLinked(world, fleet.agents);
    world.stack.vapi.journal.replay(({ tools, assistants }, { seq }) => {
      if (seq <= since) return;
      for (const { model } of assistants.values()) {
        const names = (model?.toolIds ?? []).map((id) => {
          const tool = tools.get(id);
          return tool?.type === "function" ? tool.function?.name : undefined;
        });
        assert.equal(new Set(names.filter((name) => name !== undefined)).size, TOOLS);
      }
    });

    const mark = stack.vapi.requests.seq;
    await runMigration(stack);
    assert.deepEqual(stack.vapi.requests.writes(mark), []);
  }, quiet));

Deno.test("a forced run that could not register one tool says so, and goes on with that one alone", () =>
  inWorld(async (world) => {
    const { stack } = world;
    await seedFleet(stack, { organizations: 3, agentsOf: () => 1 });
    await runMigration(stack);
    stack.vapi.requests.clear();
    stack.vapi.faults.decide(({ method, path, body }) =>
      method === "POST" && path === "/tool" && JSON.stringify(body).includes('"sendSms"')
        ? { status: 422 }
        : null
    );
    const report = await runMigration(stack, { forceUpdate: true });
    assert.deepEqual(report.agents, { total: 3, migrated: 0, unchanged: 0, failed: 3 });
    assert.equal(report.problem?.code, "tool_not_registered");
    assert.match(report.problem?.message ?? "", /sendSms/);

    stack.vapi.faults.clear();
    await stack.sql`update jobs set run_at = now() - interval '3 seconds' where status = 'pending'`;
    await stack.cron.run("sweep");
    await world.settled();
    const { body } = await api(stack, "GET", `?runId=${report.runId}`);
    assert.partialDeepStrictEqual(body, {
      status: "done",
      problem: null,
      agents: { failed: 0 },
      tools: { replaced: TOOLS },
    });
    assert.equal(stack.vapi.requests.matching("POST /tool").length, TOOLS + 1);
  }, quiet));
