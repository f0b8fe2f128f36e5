/** What a front end reads with a user's token: each page in one request, and nothing of another clinic. */
import assert from "node:assert/strict";
import { z } from "zod";
import { isJsonObject, type JsonObject } from "../../../shared/json.ts";
import { Clinic, clinics } from "../support/clinic.ts";
import { eventually } from "../support/eventually.ts";
import { deleteAssistant } from "../support/hand_made.ts";
import { Person } from "../support/person.ts";
import { World } from "../support/world.ts";

const stacks = clinics();

const attemptSchema = z.object({
  requests: z.array(z.object({
    method: z.string(),
    path: z.string(),
    status: z.int(),
    at: z.number(),
    ms: z.number(),
  })),
});

async function clinic() {
  const { stack } = stacks;
  const owner = await Person.signUp(stack);
  const orgId = await owner.founds();
  const org = { id: orgId, userId: owner.userId, accessToken: owner.accessToken };
  return {
    world: new World(stack),
    owner,
    org,
    calls: new Clinic(stack, org.id, "America/New_York"),
  };
}

Deno.test("the catalogue is there before the first save, and tells what is linked after it", async () => {
  const { world, owner, org } = await clinic();
  const catalogue = async () => {
    const { body } = await owner.rpc("tool_catalogue", { p_org_id: org.id });
    assert.ok(Array.isArray(body));
    return new Map(body.filter(isJsonObject).map((row) => [row["tool"], row]));
  };
  // Founding the clinic has woken the worker that registers them.
  await eventually("the tools are registered", async () => (await catalogue()).size > 0);
  const before = (await catalogue()).get("bookClinicAppointment");
  assert.equal(before?.["linked"], false);
  assert.match(String(before?.["description"]), /\w+ \w+/);

  await world.saveAndSync(org);
  await owner.does("set_tool_enabled", { p_org_id: org.id, p_tool: "sendSms", p_enabled: false });
  const after = await catalogue();
  assert.equal(after.get("bookClinicAppointment")?.["linked"], true);
  assert.equal(after.get("sendSms")?.["enabled"], false);
});

Deno.test("agents come with the state of their syncs, and each with its history", async () => {
  const { world, owner, org } = await clinic();
  const { agentId, assistantId } = await world.saveAndSync(org);
  const agent = `agent_id=eq.${agentId}`;
  assert.partialDeepStrictEqual(await owner.rows(`agent_overview?${agent}`), [{
    org_id: org.id,
    name: "Front desk",
    sync_state: "synced",
    assistant_id: assistantId,
    version: 1,
    synced_version: 1,
    drift_count: 0,
    paused_at: null,
  }]);
  await owner.does("resync_agent", { p_agent_id: agentId });
  await world.settled();
  const history = await owner.rows(`agent_sync_history?${agent}&order=created_at.desc&limit=1`);
  assert.partialDeepStrictEqual(history, [{ sync_state: "synced", attempts: 1, last_error: null }]);
  assert.deepEqual(
    await owner.rows(`agent_sync_status?${agent}&select=sync_state,status`),
    [{ sync_state: "synced", status: "synced" }],
  );
});

Deno.test("drift is told side by side: what the console says, and what was written at Vapi, in full", async () => {
  const { world, owner, org } = await clinic();
  const firstMessage = `${"Hello. ".repeat(20)}How can I help?`;
  const { agentId, assistantId } = await world.saveAndSync(org, { firstMessage });
  const edited = firstMessage.replaceAll("Hello", "Welcome");
  stacks.stack.vapi.dashboard.updateAssistant(String(assistantId), { firstMessage: edited });
  await owner.does("resync_agent", { p_agent_id: agentId });
  await world.settled();
  assert.deepEqual(
    await owner.rows(`agent_drift?agent_id=eq.${agentId}&select=path,applied,observed`),
    [{
      path: "firstMessage",
      applied: firstMessage,
      observed: edited,
    }],
  );
});

Deno.test("a call is told with its agent, what the tools did in it, and the visits that it made", async () => {
  const { world, owner, org, calls } = await clinic();
  const { assistantId } = await world.saveAndSync(org);
  const callId = crypto.randomUUID();
  const call = { callId, assistantId: String(assistantId) };
  const booking = {
    patientName: "Test Patient",
    patientPhone: "+15557390199",
    appointmentDate: String(calls.day()),
  };
  await calls.call("bookClinicAppointment", { ...booking, appointmentTime: "03:00" }, call);
  await calls.call("bookClinicAppointment", { ...booking, appointmentTime: "10:00" }, call);
  await calls.post("vapi-webhook", {
    message: {
      type: "end-of-call-report",
      endedReason: "customer-ended-call",
      call: { id: callId, assistantId: String(assistantId) },
    },
  });
  const [row] = await owner.rows(`call_log?org_id=eq.${org.id}`);
  assert.equal(row?.["agent"], "Front desk");
  assert.equal(row?.["ended_reason"], "customer-ended-call");
  const { tools, appointments } = row ?? {};
  assert.ok(Array.isArray(tools) && Array.isArray(appointments));
  assert.deepEqual(
    tools.filter(isJsonObject).map(({ tool, outcome }) => [tool, outcome]),
    [["bookClinicAppointment", "outside_hours"], ["bookClinicAppointment", "ok"]],
  );
  assert.partialDeepStrictEqual(appointments, [{ state: "confirmed" }]);
});

Deno.test("a day's visits come with patient, calendar and service in one request", async () => {
  const { owner, org, calls } = await clinic();
  const date = String(calls.day());
  await owner.does("book_appointment", {
    p_org_id: org.id,
    p_date: date,
    p_time: "10:00",
    p_patient_name: "Test Patient",
    p_patient_phone: "+15557390198",
  });
  const day = `starts_at=gte.${date}T00:00:00Z&order=starts_at&limit=50`;
  assert.deepEqual(
    await owner.rows(
      `appointments?select=state,patient_name,contacts(phone),calendars(name),services(name)&org_id=eq.${org.id}&${day}`,
    ),
    [{
      state: "confirmed",
      patient_name: "Test Patient",
      contacts: { phone: "+15557390198" },
      calendars: { name: "Clinic" },
      services: { name: "Appointment" },
    }],
  );
});

async function operatorOf(): Promise<Person> {
  const operator = await Person.signUp(stacks.stack);
  await stacks.stack.sql`insert into platform_operators (user_id) values (${operator.userId})`;
  return operator;
}

async function operating(rpc: string, parameters: JsonObject = {}): Promise<JsonObject[]> {
  return await listed(await operatorOf(), rpc, parameters);
}

async function listed(
  operator: Person,
  rpc: string,
  parameters: JsonObject = {},
): Promise<JsonObject[]> {
  const { status, body } = await operator.rpc(rpc, parameters);
  assert.ok(status === 200 && Array.isArray(body), JSON.stringify(body));
  return body.filter(isJsonObject);
}

Deno.test("an operator follows one save to its requests to Vapi, by the id of its request", async () => {
  const { world, org } = await clinic();
  const requestId = crypto.randomUUID();
  const { body } = await world.save(org, {}, { prefer: "wait=30", "x-request-id": requestId });
  assert.equal(body.syncState, "synced");
  // The report of the worker follows the end of its jobs.
  let requests: z.infer<typeof attemptSchema>["requests"] = [];
  await eventually("the worker has reported", async () => {
    const [job] = await operating("operator_trace", { p_id: requestId });
    assert.partialDeepStrictEqual(job, { job_id: body.syncId, status: "succeeded", kind: "agent" });
    const [attempt] = z.array(attemptSchema).parse(job?.["attempts"]);
    requests = attempt?.requests ?? [];
    return requests.length > 0;
  });
  const made = requests.map(({ method, path, status }) => [method, path, status]);
  assert.deepEqual(made.at(-1), ["PATCH", `/assistant/${body.assistantId}`, 200]);
  assert.ok(made.some(([method, path]) => method === "POST" && path === "/assistant"));
  assert.ok(requests.every(({ at, ms }) => at >= 0 && ms >= 0));
  assert.deepEqual(
    (await operating("operator_trace", { p_id: body.syncId })).map(({ request_id }) => request_id),
    [requestId],
  );
});

Deno.test("attempts that failed are kept with why, and jobs are counted by state", async () => {
  const { org } = await clinic();
  const { sql } = stacks.stack;
  const lease = crypto.randomUUID();
  const [job] = await sql<{ id: string }[]>`
    insert into jobs (queue, key, org_id, status, lease_token, lease_until, started_at, attempts)
    values ('outbox', ${`test:${lease}`}, ${org.id}, 'running', ${lease}, now() + interval '1 minute', now(), 1)
    returning id`;
  assert.ok(job);
  const failure = { code: "upstream_503", message: "Away" };
  await sql`select fail_job(${job.id}, ${lease}, ${sql.json(failure)}, true)`;
  const [traced] = await operating("operator_trace", { p_id: job.id });
  assert.partialDeepStrictEqual(traced?.["attempts"], [{ error: failure, requests: [] }]);
  const counts = await operating("operator_job_counts", { p_queue: "outbox", p_org_id: org.id });
  assert.equal(counts.find(({ status }) => status === "dead")?.["jobs"], 1);
  assert.equal(counts.find(({ status }) => status === "running")?.["jobs"], 0);
});

Deno.test("an operator sees who has which tool, in which version, how it is used, and figures by the hour", async () => {
  const { world, owner, org, calls } = await clinic();
  const { agentId, assistantId } = await world.saveAndSync(org);
  await owner.does("set_tool_enabled", { p_org_id: org.id, p_tool: "sendSms", p_enabled: false });
  await world.settled();
  const call = { callId: crypto.randomUUID(), assistantId: String(assistantId) };
  await calls.call("checkAvailability", { date: String(calls.day()) }, call);
  await calls.post("vapi-webhook", {
    message: {
      type: "status-update",
      status: "in-progress",
      call: { id: call.callId, assistantId },
    },
  });
  // One definition was replaced, and this agent was not reached by it.
  await stacks.stack.sql`
    insert into vapi_tools (name, vapi_tool_id, definition_hash, state, retired_at)
    values ('bookClinicAppointment', ${`old-${agentId}`}, repeat('0', 64), 'retired', null)`;
  const current = (await world.currentTools()).get("bookClinicAppointment") ?? null;
  await stacks.stack.sql`
    update agents set linked_tool_ids = array_replace(linked_tool_ids, ${current}, ${`old-${agentId}`})
    where id = ${agentId}`;

  const [row] = await operating("operator_agents", { p_search: agentId });
  assert.partialDeepStrictEqual(row, {
    agent: "Front desk",
    organization: "Example Clinic",
    tools: { checkAvailability: "current", bookClinicAppointment: "old", sendSms: "off" },
    calls: { checkAvailability: 1 },
  });
  const tools = await operating("operator_tools");
  const used = tools.find(({ tool }) => tool === "checkAvailability");
  assert.ok(Number(used?.["calls"]) >= 1 && Number(used?.["p95_seconds"]) > 0);
  assert.equal(tools.find(({ vapi_tool_id }) => vapi_tool_id === `old-${agentId}`)?.["agents"], 1);
  const figures = await operating("operator_figures", { p_hours: 2 });
  assert.ok(
    figures.some(({ metric, series, events }) =>
      metric === "tool_call_seconds" && series === "ok" && Number(events) > 0
    ),
  );
});

Deno.test("an operator is told what a migration would do, and has what was found repaired, without a secret key", async () => {
  const { world, org } = await clinic();
  const { agentId, assistantId } = await world.saveAndSync(org);
  const operator = await operatorOf();
  await deleteAssistant(stacks.stack.vapi, String(assistantId));

  const { planId } = await operator.does("operator_plan_migration", { p_org_id: org.id });
  let plan: JsonObject = {};
  await eventually("the plan is there", async () => {
    plan = await operator.does("operator_migration_plan", { p_plan_id: planId ?? null });
    return plan["finishedAt"] !== null;
  });
  assert.equal(plan["error"], null);
  assert.partialDeepStrictEqual(plan["report"], {
    dryRun: true,
    plan: [{ agentId, action: "create" }],
  });

  const which = { p_code: "missing_assistant", p_agent_id: agentId };
  await operator.does("operator_repair", which);
  await eventually("the agent has an assistant again", async () => {
    const [agent] = await stacks.stack.sql`select assistant_id from agents where id = ${agentId}`;
    return agent?.["assistant_id"] !== assistantId && agent?.["assistant_id"] !== null;
  });
  const [report] = await listed(operator, "operator_verifications");
  const { findings } = report ?? {};
  assert.ok(Array.isArray(findings));
  const found = findings.filter(isJsonObject).find((each) => each["agentId"] === agentId);
  assert.partialDeepStrictEqual(found, { code: "missing_assistant", fix: "agent" });
  const [act] = await operator.rows(
    "operator_actions?action=eq.repair&order=created_at.desc&limit=1",
  );
  assert.deepEqual(act?.["detail"], { code: "missing_assistant", agentId });
});
