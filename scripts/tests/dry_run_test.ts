/** A dry run changes nothing, and says exactly what the real run then does. */
import assert from "node:assert/strict";
import { type DryRunReport, dryRunSchema } from "../../shared/migrate/report.ts";
import { catalogue } from "../../shared/tools/catalogue.ts";
import { type FleetAgent, seedFleet } from "../local/fleet.ts";
import type { Stack } from "../local/stack.ts";
import { createTool, deleteAssistant, functionTool, patchAssistant } from "./hand_made.ts";
import { api, migrate, runMigration } from "./migration.ts";
import { withWorld, World } from "./world.ts";

const options = { cron: false };

/** Every row of every table, with what tells whether it was written: a row that was updated to what it was differs. */
async function dump({ sql }: Stack): Promise<Map<string, string>> {
  const tables = await sql<{ name: string }[]>`
    select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname in ('public', 'private', 'auth', 'net', 'cron', 'vault') order by 1`;
  const dumps = tables.map(async ({ name }) => {
    const rows = await sql.unsafe(
      `select ctid::text, xmin::text, to_jsonb(t) as row from ${name} t order by ctid`,
    );
    return [name, JSON.stringify(rows)] as const;
  });
  return new Map(await Promise.all(dumps));
}

const stateOf = ({ vapi }: Stack) =>
  JSON.stringify([[...vapi.state.tools], [...vapi.state.assistants]]);

async function planOf(stack: Stack, body: Record<string, unknown> = {}): Promise<DryRunReport> {
  const { body: answer } = await api(stack, "POST", "", { ...body, dryRun: true });
  return dryRunSchema.parse(answer);
}

/** Lets the worker end, and no other begin. */
async function quiet({ net, functions }: Stack): Promise<void> {
  net.pause();
  await functions.restart("tool-sync");
}

type Names = ReadonlyMap<string, string>;

function toolNames({ vapi }: Stack): Map<string, string> {
  return new Map([...vapi.state.tools].map(([id, tool]) => [
    id,
    tool.type === "function" ? tool.function?.name ?? "" : tool.type,
  ]));
}

/** What has become of an agent's assistant, in the words of a plan. */
function changeOf(
  before: Stack["vapi"]["state"]["assistants"],
  after: Stack["vapi"]["state"]["assistants"],
  { oldId, newId, names }: { oldId: string; newId: string; names: Names },
) {
  const idsOf = (assistants: typeof before, id: string) => assistants.get(id)?.model?.toolIds ?? [];
  const inlineOf = (assistants: typeof before, id: string) =>
    (assistants.get(id)?.model?.tools ?? []).length;
  const [had, has] = [idsOf(before, oldId), idsOf(after, newId)];
  const isUntouched = JSON.stringify(before.get(oldId)) === JSON.stringify(after.get(newId));
  return {
    action: oldId !== newId ? "create" : isUntouched ? "none" : "update",
    linked: has.filter((id) => !had.includes(id)).map((id) => names.get(id)).sort(),
    gone: had.filter((id) => !has.includes(id)).sort(),
    inlineGone: oldId === newId ? inlineOf(before, oldId) - inlineOf(after, newId) : 0,
  };
}

function planned({ action, tools }: DryRunReport["plan"][number]) {
  return {
    action,
    linked: tools.link.toSorted(),
    gone: [...tools.unlink, ...tools.replace].map(({ vapiToolId }) => vapiToolId)
      .filter((id) => id !== null).sort(),
    inlineGone: tools.replace.filter(({ vapiToolId }) => vapiToolId === null).length,
  };
}

/** Runs dry and in earnest, and holds the two together. */
async function assertPlanIsDone(
  world: World,
  parameters: Record<string, unknown> = {},
): Promise<DryRunReport> {
  const { stack } = world;
  const [database, state] = [await dump(stack), stateOf(stack)];
  const mark = stack.vapi.requests.seq;
  const plan = await planOf(stack, parameters);
  assert.deepEqual(stack.vapi.requests.writes(mark), []);
  const written = [...await dump(stack)].filter(([name, rows]) => rows !== database.get(name));
  assert.deepEqual(written.map(([name]) => name), [], "no table was written");
  assert.equal(stateOf(stack), state, "Vapi is as it was");

  const before = new Map(stack.vapi.state.assistants);
  const namesBefore = toolNames(stack);
  const start = stack.vapi.requests.seq;
  stack.net.resume();
  const report = await runMigration(stack, parameters);
  await world.settled();
  await quiet(stack);
  const after = stack.vapi.state.assistants;
  const names = new Map([...namesBefore, ...toolNames(stack)]);
  const ids = await stack.sql<{ id: string; vapi_assistant_id: string }[]>`
    select id, vapi_assistant_id from agents`;
  const newIds = new Map(ids.map((row) => [row.id, row.vapi_assistant_id]));
  for (const entry of plan.plan) {
    const newId = newIds.get(entry.agentId) ?? "";
    assert.deepEqual(
      changeOf(before, after, { oldId: entry.assistantId, newId, names }),
      planned(entry),
      entry.agentName,
    );
  }
  const unplanned = [...before.keys()].filter((id) =>
    !plan.plan.some(({ assistantId }) => assistantId === id)
  );
  for (const id of unplanned) assert.deepEqual(after.get(id), before.get(id));

  const writes = stack.vapi.requests.writes(start).map(({ method }) => method);
  const count = (method: string) => writes.filter((each) => each === method).length;
  assert.deepEqual(
    { post: count("POST"), patch: count("PATCH"), delete: count("DELETE") },
    { post: plan.vapiCalls.post, patch: plan.vapiCalls.patch, delete: plan.vapiCalls.delete },
  );
  for (const key of ["organizations", "agents", "tools", "successRate"] as const) {
    assert.deepEqual(plan[key], report[key], key);
  }
  return plan;
}

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
  withWorld(async (world) => {
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
  withWorld(async (world) => {
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
  withWorld(async (world) => {
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
  withWorld(async (world) => {
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
    // The recreated assistant is the one that reports to us, so it is told the new secret.
    assert.deepEqual([post, patch, deletes], [0, catalogue.length + 1, 0]);
  }, options));

Deno.test("tools of ours that the database forgot are planned for adoption", () =>
  withWorld(async (world) => {
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
  withWorld(async (world) => {
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
  withWorld(async (world) => {
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
    assert.match(stdout, /its assistant is gone from Vapi and is made again/);
    assert.match(stdout, /! duplicate of sendSms: .*--prune-duplicates deletes it/);
    assert.match(stdout, /Dry run: nothing was changed\./);
    assert.equal(stateOf(stack), state);
  }, options));
