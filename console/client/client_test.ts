/** The client against the real things: PostgREST, the functions, and a sync to the double of Vapi. */
import assert from "node:assert/strict";
import type { Database } from "../../shared/database_types.ts";
import { clinics } from "../../scripts/tests/support/clinic.ts";
import { Person } from "../../scripts/tests/support/person.ts";
import * as api from "./mod.ts";

const stacks = clinics();

async function person() {
  const someone = await Person.signUp(stacks.stack);
  return { client: await someone.client(), userId: someone.userId };
}

async function clinic() {
  const owner = await person();
  const { orgId } = await api.call(owner.client, "create_organization", {
    p_name: "Example Clinic",
    p_timezone: "America/New_York",
    p_country: "US",
  });
  return { ...owner, orgId };
}

const NEW_AGENT = {
  role: "inbound",
  name: "Front desk",
  systemPrompt: "You answer the phone of a clinic.",
} as const;

async function saved(client: api.Client, agent: api.NewAgent | api.AgentChange) {
  const result = await api.saveAgent(client, agent);
  assert.equal(result.outcome, "saved");
  assert.ok(result.outcome === "saved");
  return result;
}

Deno.test("an agent is saved, seen syncing until it is synced, listed, and has a history", async () => {
  const { client, orgId, userId } = await clinic();
  const [membership] = await api.listMemberships(client, userId);
  assert.deepEqual([membership?.org_id, membership?.role], [orgId, "owner"]);

  const { agentId, version } = await saved(client, { orgId, ...NEW_AGENT });
  assert.equal(version, 1);
  const seen: string[] = [];
  const agent = await api.waitForSync(client, agentId, {
    onState: ({ sync_state }) => seen.push(sync_state),
  });
  assert.equal(agent.sync_state, "synced");
  assert.equal(seen.at(-1), "synced");
  assert.ok(agent.assistant_id);
  assert.deepEqual(await api.listAgents(client, orgId), [agent]);
  assert.equal((await api.syncHistory(client, agentId))[0]?.sync_state, "synced");
  assert.deepEqual(await api.readDrift(client, agentId), []);
  assert.equal((await api.readAgent(client, agentId)).system_prompt, NEW_AGENT.systemPrompt);
  const tools = await api.call(client, "tool_catalogue", { p_org_id: orgId });
  assert.ok(tools.some(({ tool, linked }) => tool === "bookClinicAppointment" && linked));
});

Deno.test("saving an older version is a conflict that shows the current one, and nothing is changed", async () => {
  const { client, orgId } = await clinic();
  const { agentId, version } = await saved(client, { orgId, ...NEW_AGENT });
  await saved(client, { agentId, version, firstMessage: "Hello" });
  const second = await api.saveAgent(client, { agentId, version, firstMessage: "Hi" });
  assert.ok(second.outcome === "conflict");
  assert.equal(second.currentVersion, 2);
  assert.equal((await api.readAgent(client, agentId)).first_message, "Hello");
});

Deno.test("an agent is paused, resumed and deleted", async () => {
  const { client, orgId } = await clinic();
  const { agentId } = await saved(client, { orgId, ...NEW_AGENT });
  const agent = { p_agent_id: agentId };
  assert.equal((await api.call(client, "pause_agent", agent)).paused, true);
  assert.equal((await api.call(client, "resume_agent", agent)).paused, false);
  assert.equal((await api.call(client, "delete_agent", agent)).agentId, agentId);
  assert.deepEqual(await api.listAgents(client, orgId), []);
  await assert.rejects(api.readAgentState(client, agentId), {
    name: "ApiError",
    code: "not_found",
  });
});

Deno.test("a visit is booked at a free time, found on its day, moved and cancelled", async () => {
  const { client, orgId } = await clinic();
  const settings = await api.readSettings(client, orgId);
  const [service] = settings.services;
  assert.ok(service);
  const from = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10);
  const until = new Date(Date.now() + 9 * 86_400_000).toISOString().slice(0, 10);
  const slots = await api.call(client, "find_slots", {
    p_org_id: orgId,
    p_service_id: service.id,
    p_from: from,
    p_until: until,
  });
  const [first, next] = slots;
  assert.ok(first && next);
  const request = {
    p_org_id: orgId,
    p_date: first.local_date,
    p_time: first.local_time,
    p_patient_name: "Test Patient",
    p_patient_phone: "+12125550142",
  };
  const booked = await api.call(client, "book_appointment", request);
  assert.ok(booked.success);
  const day = api.dayRange(first.local_date, settings.timezone);
  const onDay = async () =>
    (await api.listVisits(client, orgId, day))
      .map(({ id, state, contacts, services }) => [id, state, contacts?.phone, services.name]);
  const visit = [booked.appointmentId, "confirmed", "+12125550142", service.name];
  assert.deepEqual(await onDay(), [visit]);

  // Another patient cannot have it.
  const taken = await api.call(client, "book_appointment", {
    ...request,
    p_patient_name: "Other Patient",
    p_patient_phone: "+12125550143",
  });
  assert.ok(!taken.success);
  assert.ok((taken.alternatives ?? []).length > 0);

  const p_appointment_id = booked.appointmentId;
  const moved = await api.call(client, "move_appointment", {
    p_appointment_id,
    p_date: next.local_date,
    p_time: next.local_time,
  });
  assert.ok(moved.success);
  assert.ok((await api.call(client, "cancel_appointment", { p_appointment_id })).success);
  assert.equal((await onDay())[0]?.[1], "cancelled");
  assert.deepEqual(await api.listCalls(client, orgId, { range: day }), []);
});

Deno.test("a member sees how often each tool was called, and how long that took", async () => {
  const { client, orgId } = await clinic();
  await stacks.stack.sql`
    insert into tool_calls (org_id, session_id, tool, outcome, ms)
    select ${orgId}, 'call', 'checkAvailability', 'ok', ms from unnest(array[100, 300]) ms`;
  const usage = await api.toolUsage(client, orgId);
  assert.deepEqual(usage.map(({ day: _, ...row }) => row), [{
    org_id: orgId,
    tool: "checkAvailability",
    outcome: "ok",
    calls: 2,
    average_ms: 200,
    slowest_ms: 300,
  }]);
});

Deno.test("a setting that makes no sense is refused with what is wrong, by the client's one error", async () => {
  const { client, orgId } = await clinic();
  const hours = { org_id: orgId, weekday: 6, opens: "09:00", closes: "08:00" };
  const adding = api.answerOf(client.from("business_hours").insert(hours).select().single());
  const error = await adding.then(() => null, (reason: unknown) => reason);
  assert.ok(error instanceof api.ApiError);
  assert.equal(error.code, "invalid_input");
  assert.equal(error.problems[0]?.path, "closes");

  const unnamed = api.saveAgent(client, { orgId, ...NEW_AGENT, name: " " });
  const refusal = await unnamed.then(() => null, (reason: unknown) => reason);
  assert.ok(refusal instanceof api.ApiError);
  assert.deepEqual([refusal.code, refusal.problems[0]?.path], ["invalid_input", "name"]);
});

Deno.test("a stranger finds nothing, may do nothing, and is no operator", async () => {
  const [{ orgId }, stranger] = await Promise.all([clinic(), person()]);
  assert.deepEqual(await api.listAgents(stranger.client, orgId), []);
  await assert.rejects(api.readSettings(stranger.client, orgId), { code: "not_found" });
  await assert.rejects(
    api.call(stranger.client, "tool_catalogue", { p_org_id: orgId }),
    { code: "forbidden", status: 403 },
  );
  assert.equal(await api.call(stranger.client, "am_i_operator"), false);
});

Deno.test("lists come in pages, a hundred at a time unless another number is asked for", async () => {
  const { client, orgId } = await clinic();
  await stacks.stack.sql`
    insert into agents (org_id, name, role, system_prompt)
    select ${orgId}, 'Agent ' || to_char(n, 'fm000'), 'inbound', 'Hello' from generate_series(1, 102) n`;
  const names = async (page?: api.Page) =>
    (await api.listAgents(client, orgId, page)).map(({ name }) => name);
  assert.equal((await names()).length, 100);
  assert.deepEqual(await names({ offset: 100 }), ["Agent 101", "Agent 102"]);
  assert.deepEqual(await names({ limit: 1, offset: 1 }), ["Agent 002"]);
});

type OperatorRpc = Extract<keyof Database["public"]["Functions"], `operator_${string}`>;

Deno.test("an operator can do everything with the client that operators do", async (test) => {
  const { sql } = stacks.stack;
  const [{ client, userId }, { orgId }, second, guest] = await Promise.all(
    [person(), clinic(), Person.signUp(stacks.stack), clinic()],
  );
  await sql`insert into platform_operators (user_id) values (${userId})`;
  const number = `number-${orgId}`;
  const job = { p_queue: "outbox", p_key: `dead:${orgId}` };
  await sql`
    insert into jobs (queue, key, org_id, status, payload, request_id, finished_at)
    values (${job.p_queue}, ${job.p_key}, ${orgId}, 'dead', '{"kind": "none"}', ${orgId}, now())`;
  await sql`
    insert into vapi_tools (name, vapi_tool_id, definition_hash, state, stopped_at, trial_errors)
    values ('sendSms', 'tool-stopped', repeat('0', 64), 'deleted', now(), 5)`;
  const [alert] = await sql<{ id: string }[]>`
    select private.raise_alert((select min(kind) from alert_rules), 'warning', 'It happened', p_subject => 'test') as id`;
  const run = async () => {
    const [row] = await sql<{ id: string }[]>`select id from backfill_runs limit 1`;
    return row?.id ?? "";
  };
  const one = async (rows: Promise<unknown[]>) => assert.equal((await rows).length, 1);
  const many = async (rows: Promise<unknown[]>) => assert.notEqual((await rows).length, 0);
  // Calls each of them, or it does not compile; an unexpected answer is thrown.
  const acts: Record<OperatorRpc, () => Promise<unknown>> = {
    operator_organizations: () =>
      one(api.call(client, "operator_organizations", { p_search: orgId })),
    operator_set_rate_limits: () =>
      api.call(client, "operator_set_rate_limits", {
        p_org_id: orgId,
        p_tool_calls_per_minute: 7,
        p_saves_per_minute: 3,
      }),
    operator_assign_number: () =>
      api.call(client, "operator_assign_number", {
        p_org_id: orgId,
        p_vapi_phone_number_id: number,
      }),
    operator_release_number: () =>
      api.call(client, "operator_release_number", { p_vapi_phone_number_id: number }),
    operator_set_organization_creation: () =>
      api.call(client, "operator_set_organization_creation", { p_mode: "open" }),
    operator_set_rollout: () => api.call(client, "operator_set_rollout", { p_share: 100 }),
    operator_end_trial: () =>
      api.call(client, "operator_end_trial", { p_tool: "sendSms", p_is_sound: false }),
    operator_invite_owner: () =>
      api.call(client, "operator_invite_owner", { p_email: "owner@example.com" }),
    operator_jobs: () => one(api.call(client, "operator_jobs", job)),
    operator_job_counts: () => many(api.call(client, "operator_job_counts", job)),
    operator_trace: () => one(api.call(client, "operator_trace", { p_id: orgId })),
    operator_retry_jobs: () => api.call(client, "operator_retry_jobs", job),
    operator_cancel_jobs: () => api.call(client, "operator_cancel_jobs", job),
    operator_tools: () => api.call(client, "operator_tools"),
    operator_agents: () => api.call(client, "operator_agents", {}),
    operator_figures: () => api.call(client, "operator_figures", {}),
    operator_alerts: () => many(api.call(client, "operator_alerts", { p_state: "firing" })),
    operator_acknowledge_alert: () =>
      api.call(client, "operator_acknowledge_alert", { p_alert_id: alert?.id ?? "" }),
    operator_migrate: () => api.call(client, "operator_migrate", { p_org_id: orgId }),
    operator_migration: async () =>
      api.call(client, "operator_migration", { p_run_id: await run() }),
    operator_plan_migration: () => api.call(client, "operator_plan_migration", { p_org_id: orgId }),
    operator_migration_plan: () => api.call(client, "operator_migration_plan", {}),
    operator_rollback: async () => {
      // Another test covers the end of a migration.
      await sql`update backfill_runs set finished_at = now() where finished_at is null`;
      return api.call(client, "operator_rollback", { p_run_id: await run() });
    },
    operator_repair: () => api.call(client, "operator_repair", { p_code: "missing_assistant" }),
    operator_verify: () => api.call(client, "operator_verify"),
    operator_verifications: () => api.call(client, "operator_verifications"),
    operator_add: () => api.call(client, "operator_add", { p_email: second.email }),
    operator_remove: () => api.call(client, "operator_remove", { p_user_id: second.userId }),
    operator_delete_organization: () =>
      api.call(client, "operator_delete_organization", {
        p_org_id: guest.orgId,
        p_name: "Example Clinic",
      }),
  };
  for (const [name, act] of Object.entries(acts)) {
    await test.step(name, async () => void await act());
  }
});

Deno.test("without an answer the error says so, whatever the request", async () => {
  const nobody = api.connect("http://127.0.0.1:9", "sb_publishable_none", {
    keepsSession: false,
    retry: false,
  });
  const unreachable = { name: "ApiError", code: "unreachable", status: 0 };
  await assert.rejects(api.call(nobody, "my_invitations"), unreachable);
  await assert.rejects(api.saveAgent(nobody, NEW_AGENT), unreachable);
});
