/** A dry run changes nothing, and reports exactly what the real run then does. */
import assert from "node:assert/strict";
import { dryRunSchema } from "../../functions/migrate-tools/report.ts";
import { catalogue } from "../../shared/tools/catalogue.ts";
import { type FleetAgent, seedFleet } from "../local/fleet.ts";
import { createTool, deleteAssistant, functionTool, patchAssistant } from "./support/hand_made.ts";
import { migrate, runMigration } from "./support/migration.ts";
import { assertPlanIsDone, stateOf } from "./support/plan_is_done.ts";
import { sharedWorld } from "./support/shared_world.ts";
import { quiet, type World } from "./support/world.ts";

const inWorld = sharedWorld();

const options = { cron: false };

/** A little of everything that a plan can say. */
async function motley(world: World): Promise<readonly FleetAgent[]> {
  const { stack } = world;
  const { vapi, sql } = stack;
  const { agents } = await seedFleet(stack, { organizations: 5, agentsOf: () => 2 });
  const [handMade, limited, gone, switchedOff] = agents as [
    FleetAgent,
    FleetAgent,
    FleetAgent,
    FleetAgent,
  ];
  const booking = await createTool(
    vapi,
    functionTool("bookClinicAppointment", "https://old.example.com/b"),
  );
  const foreign = await createTool(
    vapi,
    functionTool("lookUpInsurance", "https://other.example.com/x"),
  );
  await createTool(
    vapi,
    functionTool("sendSms", "https://old-tunnel.example.com/functions/v1/sms-send"),
  );
  await patchAssistant(vapi, handMade.assistantId, {
    toolIds: [booking, foreign],
    tools: [{ type: "endCall" }, functionTool("checkAvailability", "https://old.example.com/c")],
  });
  await sql`update agents set tools = '{sendSms}' where id = ${limited.id}`;
  await deleteAssistant(vapi, gone.assistantId);
  await sql`
    insert into org_tools (org_id, tool_name, enabled) values (${switchedOff.orgId}, 'sendSms', false)`;
  return agents;
}

Deno.test("a first migration does what its dry run says, whatever the assistants carry", () =>
  inWorld(async (world) => {
    world.stack.net.pause();
    await motley(world);
    const plan = await assertPlanIsDone(world);
    assert.deepEqual(plan.tools, {
      created: catalogue.length,
      replaced: 0,
      adopted: 0,
      retired: 0,
    });
    const actions = plan.plan.map(({ action }) => action);
    assert.deepEqual(new Set(actions), new Set(["update", "create"]));
    const [handMade] = plan.plan;
    assert.deepEqual(handMade?.tools.replace.map(({ name }) => name).sort(), [
      "bookClinicAppointment",
      "checkAvailability",
    ]);
    assert.deepEqual(handMade?.tools.foreign.map(({ name }) => name), ["lookUpInsurance"]);
    assert.equal(plan.duplicates?.length, 2);

    const again = await assertPlanIsDone(world);
    assert.deepEqual(again.vapiCalls, { ...again.vapiCalls, post: 0, patch: 0, delete: 0 });
    assert.ok(again.plan.every(({ action }) => action === "none"));
  }, options));

Deno.test("a forced migration does what its dry run says, and so does one that prunes", () =>
  inWorld(async (world) => {
    await motley(world);
    await runMigration(world.stack);
    await world.settled();
    await quiet(world.stack);
    const forced = await assertPlanIsDone(world, { forceUpdate: true });
    assert.equal(forced.tools.replaced, catalogue.length);
    assert.equal(forced.vapiCalls.delete, catalogue.length);
    const pruned = await assertPlanIsDone(world, { pruneDuplicates: true });
    assert.deepEqual(pruned.vapiCalls, { ...pruned.vapiCalls, post: 0, patch: 0, delete: 1 });
  }, options));

Deno.test("after a change of the definitions the dry run tells the replacement, of other organizations' links too", () =>
  inWorld(async (world) => {
    const { stack } = world;
    const agents = await motley(world);
    await runMigration(stack);
    await world.settled();
    await quiet(stack);
    await stack.functions.setEnv({ VAPI_WEBHOOK_SECRET: "a-rotated-webhook-secret" });
    await stack.sql`update agents set system_prompt = 'Changed in the console' where id = ${
      agents[5]!.id
    }`;
    const plan = await assertPlanIsDone(world, { orgId: agents[0]!.orgId });
    assert.equal(plan.agents.total, 2);
    assert.equal(plan.plan.length, agents.length);
    assert.equal(plan.plan.filter(({ isInScope }) => isInScope).length, 2);
    const changed = plan.plan.find(({ agentId }) => agentId === agents[5]!.id);
    assert.deepEqual(changed?.settings, ["model.messages.system"]);
  }, options));

Deno.test("in_place, the dry run tells that tools are changed and nobody is relinked", () =>
  inWorld(async (world) => {
    const { stack } = world;
    await motley(world);
    await runMigration(stack);
    await world.settled();
    await quiet(stack);
    await stack.functions.setEnv({
      VAPI_WEBHOOK_SECRET: "a-rotated-webhook-secret",
      TOOL_UPDATE_STRATEGY: "in_place",
    });
    const plan = await assertPlanIsDone(world);
    assert.ok(plan.registry.every(({ action }) => action === "update"));
    const { post, patch, delete: deletes } = plan.vapiCalls;
    // The recreated assistant is the one that reports to us, so it gets the new secret.
    assert.deepEqual([post, patch, deletes], [0, catalogue.length + 1, 0]);
  }, options));

Deno.test("tools of ours that the database forgot are planned for adoption", () =>
  inWorld(async (world) => {
    const { stack } = world;
    await seedFleet(stack, { organizations: 2, agentsOf: () => 1 });
    await runMigration(stack);
    await world.settled();
    await quiet(stack);
    await stack.sql`truncate vapi_tools, org_tools`;
    const plan = await assertPlanIsDone(world);
    assert.ok(plan.registry.every(({ action }) => action === "adopt"));
    assert.deepEqual(plan.duplicates, []);
  }, options));

Deno.test("an assistant that can't be sent back is foretold as a failure", () =>
  inWorld(async (world) => {
    const { stack } = world;
    stack.net.pause();
    const { agents } = await seedFleet(stack, { organizations: 2, agentsOf: () => 1 });
    await patchAssistant(stack.vapi, agents[0]!.assistantId, {
      messages: [{ role: "system", content: "Say [REDACTED] to callers." }],
    });
    const { code, stdout } = await migrate(stack, "--dry-run", "--json");
    assert.equal(code, 1);
    const plan = dryRunSchema.parse(JSON.parse(stdout));
    assert.deepEqual(plan.plan.map(({ action }) => action), ["fail", "update"]);
    stack.net.resume();
    const report = await runMigration(stack);
    assert.deepEqual(report.agents, plan.agents);
    assert.deepEqual(report.failures.map(({ agentId, message }) => [agentId, message]), [[
      agents[0]!.id,
      plan.plan[0]?.reason,
    ]]);
  }, options));

Deno.test("the command prints the plan and says that nothing was changed", () =>
  inWorld(async (world) => {
    const { stack } = world;
    stack.net.pause();
    await motley(world);
    const state = stateOf(stack);
    const { code, stdout } = await migrate(stack, "--dry-run");
    assert.equal(code, 0);
    assert.match(stdout, /^create +checkAvailability$/m);
    assert.match(
      stdout,
      /take the place of hand-made bookClinicAppointment, checkAvailability \(inline\)/,
    );
    assert.match(stdout, /leave lookUpInsurance/);
    assert.match(stdout, /its assistant is gone from Vapi and is created again/);
    assert.match(stdout, /! duplicate of sendSms: .*--prune-duplicates deletes it/);
    assert.match(stdout, /Dry run: nothing was changed\./);
    assert.equal(stateOf(stack), state);
  }, options));

Deno.test("--apply does what --plan-file wrote, and nothing where the plan would be another one by now, naming what differs", () =>
  inWorld(async (world) => {
    const { stack } = world;
    const { agents } = await seedFleet(stack, { organizations: 2, agentsOf: () => 1 });
    const folder = await Deno.makeTempDir();
    const file = `${folder}/plan.json`;
    try {
      const planned = await migrate(stack, `--plan-file=${file}`);
      assert.equal(planned.code, 0, planned.stderr);
      assert.match(planned.stderr, /To do it: deno task migrate --apply=/);
      const before = stateOf(stack);

      await stack.sql`update agents set tools = '{sendSms}' where id = ${agents[1]!.id}`;
      const stopped = await migrate(stack, `--apply=${file}`);
      assert.equal(stopped.code, 2);
      assert.match(stopped.stderr, /^- update +Clinic \d+ \/ Reception 1-0: link .*bookClinic/m);
      assert.match(stopped.stderr, /^\+ update +Clinic \d+ \/ Reception 1-0: link sendSms/m);
      assert.ok(!stopped.stderr.includes("Reception 0-0"), "what is the same is not named");
      assert.equal(stateOf(stack), before);

      await stack.sql`update agents set tools = null where id = ${agents[1]!.id}`;
      const applied = await migrate(stack, `--apply=${file}`);
      assert.equal(applied.code, 0, applied.stderr);
      assert.match(applied.stdout, /2 migrated, 0 in step already, 0 failed, of 2/);
      assert.equal((await migrate(stack, `--apply=${file}`)).code, 2, "it was done already");
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  }, options));
