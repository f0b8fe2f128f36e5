/** Rolling back a migration leaves assistants as they were, and leaves alone those that somebody has edited since. */
import assert from "node:assert/strict";
import { rollbackReportSchema } from "../../functions/migrate-tools/report.ts";
import { seedFleet } from "../local/fleet.ts";
import type { AssistantRecord } from "../local/vapi/mod.ts";
import { eventually } from "./support/eventually.ts";
import { functionTool } from "./support/hand_made.ts";
import { api, migrate, runMigration } from "./support/migration.ts";
import { sharedWorld } from "./support/shared_world.ts";
import type { World } from "./support/world.ts";

const inWorld = sharedWorld();
const quiet = { cron: false };

const AGENTS = 50;

/** An assistant without what every write changes. */
function content(assistant: AssistantRecord | undefined): unknown {
  const { updatedAt: _, latestVersion: __, ...rest } = assistant ?? {};
  return rest;
}

/** What the database knows of all agents. */
async function known({ stack }: World) {
  const rows = await stack.sql`
    select id, last_applied, linked_tool_ids, synced_at, synced_version from agents order by id`;
  return rows.map((row) => ({ ...row }));
}

Deno.test(`after a migration of ${AGENTS} agents, two of which were edited since, a rollback leaves 48 as before and reports two`, () =>
  inWorld(async (world) => {
    const { stack } = world;
    const { vapi } = stack;
    const secret = { "x-secret": "of-somebody-else" };
    const inline = functionTool("bookClinicAppointment", "https://elsewhere.example.test/book");
    const crm = { ...functionTool("crm", "https://elsewhere.example.test/crm"), messages: [] };
    const { agents } = await seedFleet(stack, {
      organizations: 5,
      agentsOf: () => AGENTS / 5,
      assistant: ({ index }) => ({
        ...index % 2 === 0 && { metadata: { crm: `x-${index}` } },
        ...index % 7 === 0 && { model: { provider: "openai", model: "gpt-4o" } },
        ...index % 5 === 0 && {
          model: {
            provider: "openai",
            model: "gpt-4o",
            tools: [inline, {
              ...crm,
              server: { url: "https://elsewhere.example.test/crm", headers: secret },
            }],
          },
        },
      }),
    });
    const before = new Map(vapi.state.assistants);
    const agentsBefore = await known(world);
    const { runId } = await runMigration(stack);
    const snapshots = await stack.sql`select before::text as text from assistant_snapshots`;
    assert.equal(snapshots.length, AGENTS);
    assert.ok(snapshots.every(({ text }) => !String(text).includes("of-somebody-else")));

    const [one, two] = [agents[3]?.assistantId ?? "", agents[41]?.assistantId ?? ""];
    vapi.dashboard.updateAssistant(one, { firstMessage: "Edited." });
    vapi.dashboard.updateAssistant(two, { backgroundSound: "office" });
    const edited = new Map([one, two].map((id) => [id, vapi.state.assistants.get(id)]));

    const { code, stdout } = await migrate(stack, `--rollback=${runId}`, "--json");
    assert.equal(code, 0);
    const report = rollbackReportSchema.parse(JSON.parse(stdout));
    assert.deepEqual(report.agents, { total: AGENTS, restored: 48, left: 2, failed: 0 });
    assert.deepEqual(
      report.left.map(({ agentId, reason }) => [agentId, reason]).sort(),
      [[agents[3]?.id, "edited"], [agents[41]?.id, "edited"]].sort(),
    );
    for (const { assistantId } of agents) {
      const now = vapi.state.assistants.get(assistantId);
      if (edited.has(assistantId)) assert.deepEqual(now, edited.get(assistantId));
      else assert.deepEqual(content(now), content(before.get(assistantId)));
    }
    const left = new Set(report.left.map(({ agentId }) => agentId));
    assert.deepEqual(
      (await known(world)).filter(({ id }) => !left.has(id)),
      agentsBefore.filter(({ id }) => !left.has(id)),
    );

    // Nothing brings it back automatically, and a repetition changes nothing.
    await stack.sql`select private.relink_agents()`;
    await world.settled();
    const mark = vapi.requests.seq;
    const again = await migrate(stack, `--rollback=${runId}`);
    assert.match(again.stdout, /48 as before, 2 left alone, 0 failed, of 50/);
    assert.deepEqual(vapi.requests.writes(mark), []);
  }, quiet));

Deno.test("a rollout of tools registered anew is rolled back to the earlier tools, and a later save is kept", () =>
  inWorld(async (world) => {
    const { stack } = world;
    await stack.sql`update platform_settings set replaced_tools_kept_days = 7`;
    const org = await world.org();
    const [one, two] = [
      await world.saveAndSync(org, { name: "One" }),
      await world.saveAndSync(org, { name: "Two" }),
    ];
    const old = [...(await world.currentTools()).values()].sort();
    const { runId } = await runMigration(stack, { forceUpdate: true });
    assert.notDeepEqual(world.toolIds(one.assistantId ?? "").sort(), old);
    await world.saveAndSync(org, { agentId: two.agentId, firstMessage: "Saved since." });

    const started = await api(stack, "POST", "", { rollback: runId });
    assert.deepEqual([started.status, started.body.agents], [202, 2]);
    await eventually(
      "the rollback is done",
      async () => (await api(stack, "GET", `?rollback=${runId}`)).body.status === "done",
    );
    const { body } = await api(stack, "GET", `?rollback=${runId}`);
    assert.deepEqual(body.agents, { total: 2, restored: 1, left: 1, failed: 0 });
    assert.deepEqual(body.left.map(({ reason }: { reason: string }) => reason), ["saved"]);
    assert.deepEqual(world.toolIds(one.assistantId ?? "").sort(), old);
  }, quiet));

Deno.test("an assistant whose earlier tools are deleted is left alone, as it could call none of them", () =>
  inWorld(async (world) => {
    const { stack } = world;
    const { assistantId } = await world.saveAndSync(await world.org());
    const { runId } = await runMigration(stack, { forceUpdate: true });
    await stack.sql`update platform_settings set replaced_tools_kept_days = 0`;
    await stack.sql`select private.delete_unused_tools()`;
    await world.settled();
    const carried = world.toolIds(assistantId ?? "");
    await api(stack, "POST", "", { rollback: runId });
    await world.settled();
    const { body } = await api(stack, "GET", `?rollback=${runId}`);
    assert.deepEqual(body.left.map(({ reason }: { reason: string }) => reason), ["tools_deleted"]);
    assert.deepEqual(world.toolIds(assistantId ?? ""), carried);

    // What was before is kept for 30 days.
    const [job] = await stack.sql<{ command: string }[]>`
      select command from cron.job where jobname = 'forget-snapshots'`;
    const keptAfter = async (days: number) => {
      await stack
        .sql`update assistant_snapshots set created_at = now() - make_interval(days => ${days})`;
      await stack.sql.unsafe(job?.command ?? "");
      return (await stack.sql`select from assistant_snapshots`).length;
    };
    assert.deepEqual([await keptAfter(29), await keptAfter(31)], [1, 0]);
  }, quiet));

Deno.test("what is no run, or goes on, can't be rolled back, and an operator's rollback is on record", () =>
  inWorld(async (world) => {
    const { stack } = world;
    const unknown = await api(stack, "POST", "", { rollback: crypto.randomUUID() });
    assert.equal(unknown.status, 404);
    const both = await api(stack, "POST", "", { rollback: crypto.randomUUID(), dryRun: true });
    assert.equal(both.status, 400);
    const [run] = await stack.sql<{ id: string }[]>`
      insert into backfill_runs (force_update, prune_duplicates, organizations, agents)
      values (false, false, 0, 0) returning id`;
    const open = await api(stack, "POST", "", { rollback: run?.id });
    assert.equal(open.status, 409);

    const org = await world.org();
    await stack.sql`insert into platform_operators (user_id) values (${org.userId})`;
    await stack.sql`update backfill_runs set finished_at = now()`;
    const response = await fetch(`${stack.apiUrl}/rest/v1/rpc/operator_rollback`, {
      method: "POST",
      headers: {
        apikey: stack.publishableKey,
        authorization: `Bearer ${org.accessToken}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({ p_run_id: run?.id }),
    });
    assert.deepEqual(await response.json(), { runId: run?.id, agents: 0 });
    const actions = await stack.sql`select actor, action, target from operator_actions`;
    assert.deepEqual(actions.map((row) => ({ ...row })), [
      { actor: org.userId, action: "rollback", target: run?.id },
    ]);
  }, quiet));
