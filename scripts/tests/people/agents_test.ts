/** Pausing, resuming and deleting an agent with one's own token, with the real worker and the double of Vapi. */
import assert from "node:assert/strict";
import type { JsonObject } from "../../../shared/json.ts";
import { eventually } from "../support/eventually.ts";
import { Clinic, clinics } from "../support/clinic.ts";
import { Person } from "../support/person.ts";
import { quiet, World } from "../support/world.ts";

const stacks = clinics();

async function clinic() {
  const { stack } = stacks;
  const world = new World(stack);
  const owner = await Person.signUp(stack);
  const orgId = await owner.founds();
  const org = { id: orgId, userId: owner.userId, accessToken: owner.accessToken };
  const { agentId, assistantId } = await world.saveAndSync(org);
  assert.ok(assistantId);
  const calls = new Clinic(stack, org.id, "America/New_York");
  /** Whether a tool call of the assistant is served, though its metadata names the organization too. */
  const isServed = async () => {
    const { result } = await calls.call("checkAvailability", { date: calls.day() }, {
      assistantId,
      shape: "tool-calls",
    });
    return result["success"] === true;
  };
  return {
    world,
    owner,
    orgId: org.id,
    agent: { p_agent_id: agentId },
    agentId,
    assistantId,
    isServed,
  };
}

const assistants = () => stacks.stack.vapi.state.assistants;

Deno.test("a paused agent is served no tool call and loses its tools, until it is resumed", async () => {
  const { world, owner, agent, assistantId, isServed } = await clinic();
  assert.ok(await isServed());
  const linked = world.toolIds(assistantId);
  assert.ok(linked.length > 0);

  assert.equal((await owner.does("pause_agent", agent))["paused"], true);
  assert.equal(await isServed(), false, "at once, before its sync");
  await world.settled();
  assert.deepEqual(world.toolIds(assistantId), []);

  assert.equal((await owner.does("resume_agent", agent))["paused"], false);
  assert.ok(await isServed());
  await world.settled();
  assert.deepEqual(world.toolIds(assistantId).toSorted(), linked.toSorted());
});

Deno.test("a deleted agent is served no more, and its assistant is deleted at Vapi", async () => {
  const { world, owner, agent, agentId, assistantId, isServed } = await clinic();
  const gone = await owner.does("delete_agent", agent);
  assert.deepEqual([gone["agentId"], gone["assistantId"]], [agentId, assistantId]);
  assert.equal(await isServed(), false);
  await world.settled();
  assert.ok(!assistants().has(assistantId));
  await owner.isRefused({ status: 404, code: "VT001" }, owner.rpc("delete_agent", agent));
});

Deno.test("an assistant that is kept stays without our tools, and is not served either", async () => {
  const { world, owner, agent, assistantId, isServed } = await clinic();
  await owner.does("delete_agent", { ...agent, p_keep_assistant: true });
  await world.settled();
  assert.ok(assistants().has(assistantId));
  assert.deepEqual(world.toolIds(assistantId), []);
  assert.equal(await isServed(), false);
});

Deno.test("SQL that deletes an agent, or its whole organization, leaves no assistant at Vapi", async () => {
  const [one, two] = [await clinic(), await clinic()];
  const { sql } = stacks.stack;
  await sql`delete from agents where id = ${one.agentId}`;
  await one.world.settled();
  assert.ok(!assistants().has(one.assistantId));

  // A sync that is pending belongs to the organization.
  stacks.stack.net.pause();
  await two.owner.does("resync_agent", two.agent);
  await sql`delete from organizations where id = ${two.orgId}`;
  stacks.stack.net.resume();
  await sql`select public.wake_worker('tool-sync')`;
  await eventually(
    "the assistant is gone",
    () => Promise.resolve(!assistants().has(two.assistantId)),
  );
});

Deno.test("for a deleted agent only its removal can be requested", async () => {
  const { orgId } = await clinic();
  const { sql } = stacks.stack;
  await sql.begin(async (transaction) => {
    const enqueue = (kind: string) =>
      transaction`
        select private.enqueue('tool-sync', 'agent:gone', ${orgId}, ${
        transaction.json({ kind, agentId: "gone" })
      }, now() + interval '1 day')`;
    await enqueue("remove_assistant");
    await enqueue("agent");
    const [job] = await transaction`select payload from jobs where key = 'agent:gone'`;
    assert.equal(job?.["payload"]?.kind, "remove_assistant");
    await transaction`delete from jobs where key = 'agent:gone'`;
  });
});

Deno.test("a tool that is switched off is unlinked from every agent of the clinic, and only there", async () => {
  const [us, them] = [await clinic(), await clinic()];
  const sendSms = (await us.world.currentTools()).get("sendSms");
  assert.ok(sendSms);
  const off = { p_org_id: us.orgId, p_tool: "sendSms", p_enabled: false };
  assert.deepEqual(await us.owner.does("set_tool_enabled", off), {
    tool: "sendSms",
    enabled: false,
  });
  await us.world.settled();
  assert.ok(!us.world.toolIds(us.assistantId).includes(sendSms));
  assert.ok(them.world.toolIds(them.assistantId).includes(sendSms));
  await us.owner.isRefused(
    { status: 404, code: "VT001" },
    us.owner.rpc("set_tool_enabled", { ...off, p_tool: "noSuchTool" }),
  );
});

Deno.test("a change of what the model is told about its clinic syncs every agent, once per burst", async () => {
  const { world, owner, orgId, agentId } = await clinic();
  const { net, sql } = stacks.stack;
  await quiet(stacks.stack);
  const rows: [string, JsonObject][] = [
    ["services", { name: "Cleaning", duration_minutes: 45 }],
    ["services", { name: "Whitening", duration_minutes: 60 }],
    ["business_hours", { weekday: 6, opens: "09:00", closes: "12:00" }],
    ["calendars", { name: "Dr. Example" }],
  ];
  for (const [table, row] of rows) {
    assert.equal((await owner.rest("POST", table, { org_id: orgId, ...row })).status, 201, table);
  }
  await owner.rest("PATCH", `organizations?id=eq.${orgId}`, { name: "Renamed Clinic" });
  const pending = await sql`
    select from jobs where key = ${`agent:${agentId}`} and status = 'pending'`;
  net.resume();
  assert.equal(pending.length, 1);
  await sql`select public.wake_worker('tool-sync')`;
  await world.settled();
});

Deno.test("a member who is no admin does none of it, and a stranger finds no agent", async (test) => {
  const { orgId, agent } = await clinic();
  const { stack } = stacks;
  const [member, stranger] = [await Person.signUp(stack), await Person.signUp(stack)];
  await stack
    .sql`insert into members (org_id, user_id, role) values (${orgId}, ${member.userId}, 'member')`;
  for (const rpc of ["pause_agent", "resume_agent", "resync_agent", "delete_agent"]) {
    await test.step(rpc, async () => {
      await member.isRefused({ status: 403, code: "VT002" }, member.rpc(rpc, agent));
      await stranger.isRefused({ status: 404, code: "VT001" }, stranger.rpc(rpc, agent));
    });
  }
  await test.step("set_tool_enabled", async () => {
    const off = { p_org_id: orgId, p_tool: "sendSms", p_enabled: false };
    for (const person of [member, stranger]) {
      await person.isRefused({ status: 403, code: "VT002" }, person.rpc("set_tool_enabled", off));
    }
  });
});

Deno.test("an admin sends what the console says over what was edited at Vapi, setting by setting", async () => {
  const { world, owner, orgId, agent, agentId, assistantId } = await clinic();
  const { vapi, sql } = stacks.stack;
  const org = { id: orgId, userId: owner.userId, accessToken: owner.accessToken };
  await world.saveAndSync(org, { agentId, firstMessage: "Ours." });
  vapi.dashboard.updateAssistant(assistantId, { firstMessage: "Theirs.", name: "Their name" });
  await owner.does("resync_agent", agent);
  await world.settled();
  const drift = async () =>
    (await owner.rows(`agent_drift?agent_id=eq.${agentId}&order=path`)).map(({ path }) => path);
  assert.deepEqual(await drift(), ["firstMessage", "name"]);

  await owner.isRefused(
    { status: 400, code: "VT004" },
    owner.rpc("send_settings", { ...agent, p_paths: ["firstMessage", "model.model"] }),
  );
  await owner.does("send_settings", { ...agent, p_paths: ["firstMessage"] });
  await world.settled();
  const assistant = assistants().get(assistantId);
  assert.equal(assistant?.firstMessage, "Ours.");
  assert.equal(assistant?.name, "Their name", "what was not named stays");
  assert.deepEqual(await drift(), ["name"]);
  const acts = await sql`
    select actor, detail -> 'paths' as paths from operator_actions
    where action = 'send_settings' and target = ${agentId}`;
  assert.deepEqual(acts.map((act) => ({ ...act })), [
    { actor: owner.userId, paths: ["firstMessage"] },
  ]);
  const stranger = await Person.signUp(stacks.stack);
  await stranger.isRefused(
    { status: 404, code: "VT001" },
    stranger.rpc("send_settings", { ...agent, p_paths: ["name"] }),
  );
});
