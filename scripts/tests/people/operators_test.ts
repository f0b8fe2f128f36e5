/** What operators do with a user's token, each action with its record, and that nobody else can do it. */
import assert from "node:assert/strict";
import { isJsonObject, type JsonObject } from "../../../shared/json.ts";
import { type Stack, startStack } from "../../local/stack.ts";
import { Person } from "../support/person.ts";
import { launchHere } from "../support/launch_here.ts";

let stack: Stack;
let operator: Person;
Deno.test.beforeAll(async () => {
  stack = await startStack({ cron: false, vapi: false, launch: launchHere });
  // No worker is woken, so that jobs stay as the tests leave them.
  stack.net.pause();
  operator = await Person.signUp(stack);
  await stack.sql`insert into platform_operators (user_id) values (${operator.userId})`;
});
Deno.test.afterAll(() => stack.close());

const FORBIDDEN = { status: 403, code: "VT002" };

async function clinic(): Promise<{ orgId: string; owner: Person }> {
  const owner = await Person.signUp(stack);
  const orgId = await owner.founds({ p_timezone: "Europe/London", p_country: "GB" });
  return { orgId, owner };
}

async function list(
  person: Person,
  rpc: string,
  parameters: JsonObject = {},
): Promise<JsonObject[]> {
  const { status, body } = await person.rpc(rpc, parameters);
  assert.ok(status === 200 && Array.isArray(body), JSON.stringify(body));
  return body.filter(isJsonObject);
}

/** The latest record, if it is of this action. */
async function assertRecorded(action: string, target: string | null): Promise<void> {
  const [last] = await operator.rows("operator_actions?order=created_at.desc&limit=1");
  assert.deepEqual(
    [last?.["actor"], last?.["action"], last?.["target"]],
    [operator.userId, action, target],
  );
}

Deno.test("nobody but an operator reaches any of it, an owner of a clinic neither", async (test) => {
  const { owner, orgId } = await clinic();
  const calls: [string, JsonObject][] = [
    ["operator_organizations", {}],
    ["operator_set_rate_limits", {
      p_org_id: orgId,
      p_tool_calls_per_minute: 1,
      p_saves_per_minute: 1,
    }],
    ["operator_assign_number", { p_org_id: orgId, p_vapi_phone_number_id: "number-1" }],
    ["operator_release_number", { p_vapi_phone_number_id: "number-1" }],
    ["operator_set_organization_creation", { p_mode: "open" }],
    ["operator_set_rollout", { p_share: 5 }],
    ["operator_end_trial", { p_tool: "sendSms", p_is_sound: false }],
    ["operator_invite_owner", { p_email: "someone@example.com" }],
    ["operator_jobs", {}],
    ["operator_retry_jobs", { p_queue: "tool-sync" }],
    ["operator_cancel_jobs", { p_queue: "tool-sync", p_org_id: orgId }],
    ["operator_trace", { p_id: "request-1" }],
    ["operator_job_counts", {}],
    ["operator_tools", {}],
    ["operator_agents", {}],
    ["operator_figures", {}],
    ["operator_alerts", {}],
    ["operator_acknowledge_alert", { p_alert_id: crypto.randomUUID() }],
    ["operator_migrate", {}],
    ["operator_rollback", { p_run_id: crypto.randomUUID() }],
    ["operator_migration", { p_run_id: crypto.randomUUID() }],
    ["operator_plan_migration", {}],
    ["operator_migration_plan", {}],
    ["operator_repair", {}],
    ["operator_verify", {}],
    ["operator_verifications", {}],
    ["operator_add", { p_email: owner.email }],
    ["operator_remove", { p_user_id: operator.userId }],
  ];
  const before = (await stack.sql`select from operator_actions`).length;
  for (const [rpc, parameters] of calls) {
    await test.step(
      rpc,
      async () => void await owner.isRefused(FORBIDDEN, owner.rpc(rpc, parameters)),
    );
  }
  assert.equal((await owner.rpc("am_i_operator")).body, false);
  assert.equal((await operator.rpc("am_i_operator")).body, true);
  assert.deepEqual(await owner.rows("operator_actions"), []);
  assert.equal((await stack.sql`select from operator_actions`).length, before);
});

Deno.test("an operator has no clinic's data by being one", async () => {
  const { orgId } = await clinic();
  for (const table of ["contacts", "appointments", "agents", "calls", "organizations"]) {
    assert.deepEqual(await operator.rows(table), [], table);
  }
  await operator.isRefused(FORBIDDEN, operator.rpc("organization_members", { p_org_id: orgId }));
});

Deno.test("an operator sees organizations, sets their limits, and gives and takes numbers", async () => {
  const { orgId } = await clinic();
  const limits = { p_org_id: orgId, p_tool_calls_per_minute: 7, p_saves_per_minute: 3 };
  await operator.does("operator_set_rate_limits", limits);
  const { maxAgents } = await operator.does("operator_set_rate_limits", {
    ...limits,
    p_max_agents: 300,
  });
  assert.equal(maxAgents, 300);
  await assertRecorded("set_rate_limits", orgId);
  const none = operator.rpc("operator_set_rate_limits", { ...limits, p_saves_per_minute: null });
  const { message } = await operator.isRefused({ status: 400, code: "VT004" }, none);
  assert.equal(message, "A limit is a number from 0 on");

  const number = { p_vapi_phone_number_id: crypto.randomUUID() };
  const assign = { ...number, p_org_id: orgId, p_phone: "+442079460011" };
  await operator.does("operator_assign_number", assign);
  await operator.does("operator_assign_number", assign);
  await assertRecorded("assign_number", number.p_vapi_phone_number_id);
  const [row] = await list(operator, "operator_organizations", { p_search: orgId });
  assert.partialDeepStrictEqual(row, {
    name: "Example Clinic",
    members: 1,
    numbers: 1,
    tool_calls_per_minute: 7,
  });

  const other = await clinic();
  await operator.isRefused(
    { status: 409, code: "VT008" },
    operator.rpc("operator_assign_number", { ...assign, p_org_id: other.orgId }),
  );
  await operator.does("operator_release_number", number);
  await assertRecorded("release_number", number.p_vapi_phone_number_id);
  await operator.does("operator_assign_number", { ...assign, p_org_id: other.orgId });
});

Deno.test("an operator retries what a queue gave up, and cancels what is pending, for one organization", async () => {
  const [one, two] = [await clinic(), await clinic()];
  const add = (orgId: string, key: string, status: string) =>
    stack.sql`
      insert into jobs (queue, key, org_id, status, payload, finished_at)
      values ('outbox', ${key}, ${orgId}, ${status}, '{"kind": "none"}', ${
      status === "dead" ? new Date() : null
    })`;
  for (const { orgId } of [one, two]) await add(orgId, `given-up:${orgId}`, "dead");
  await add(one.orgId, `waiting:${one.orgId}`, "pending");

  const ofOne = { p_queue: "outbox", p_org_id: one.orgId };
  assert.deepEqual(await operator.does("operator_retry_jobs", ofOne), { count: 1 });
  await assertRecorded("retry_jobs", "outbox");
  const pending = await list(operator, "operator_jobs", { p_queue: "outbox", p_status: "pending" });
  assert.deepEqual(
    pending.map(({ key }) => key).toSorted(),
    [`given-up:${one.orgId}`, `waiting:${one.orgId}`].toSorted(),
  );

  // Both pending ones, and the dead one that the new one replaces.
  assert.deepEqual(await operator.does("operator_cancel_jobs", ofOne), { count: 3 });
  await assertRecorded("cancel_jobs", "outbox");
  assert.deepEqual(
    await list(operator, "operator_jobs", { p_status: "pending", p_org_id: one.orgId }),
    [],
  );
  const [left] = await list(operator, "operator_jobs", { p_org_id: two.orgId, p_status: "dead" });
  assert.equal(left?.["settled"], null);
  await operator.isRefused(
    { status: 400, code: "VT004" },
    operator.rpc("operator_cancel_jobs", { p_queue: "outbox" }),
  );
});

Deno.test("what an operator cancels does not look as if it were on its way", async () => {
  const { orgId } = await clinic();
  const [message] = await stack.sql<{ id: string }[]>`
    insert into sms_messages (org_id, kind, dedupe_key, recipient, body, has_opt_out_line)
    values (${orgId}, 'test', 'test', '+442079460012', 'Hello', false) returning id`;
  await stack.sql`
    select private.enqueue('outbox', ${`sms:${message?.id}`}, ${orgId}, ${
    stack.sql.json({ kind: "sms", messageId: message?.id ?? null })
  })`;
  await operator.does("operator_cancel_jobs", { p_queue: "outbox", p_key: `sms:${message?.id}` });
  const [row] = await stack.sql`select status, reason from sms_messages where id = ${
    message?.id ?? null
  }`;
  assert.deepEqual({ ...row }, { status: "obsolete", reason: "cancelled" });
});

Deno.test("an alert that an operator has acknowledged is not reminded of", async () => {
  const [alert] = await stack.sql<{ id: string }[]>`
    select private.raise_alert(
      (select kind from alert_rules order by kind limit 1), 'warning', 'Something happened', p_subject => 'test') as id`;
  assert.ok(alert);
  const acknowledge = { p_alert_id: alert.id };
  const first = await operator.does("operator_acknowledge_alert", acknowledge);
  assert.deepEqual(await operator.does("operator_acknowledge_alert", acknowledge), first);
  await assertRecorded("acknowledge_alert", alert.id);
  const [listed] = await list(operator, "operator_alerts", { p_state: "firing" });
  assert.equal(listed?.["acknowledged_by"], operator.userId);

  const remind = async () => {
    await stack
      .sql`update alerts set notified_at = now() - interval '25 hours' where id = ${alert.id}`;
    await stack.sql`select private.evaluate_alerts()`;
    const [row] = await stack.sql`
      select notification_count as count from alerts where id = ${alert.id}`;
    return row?.["count"];
  };
  assert.equal(await remind(), 1);
  await stack.sql`update alerts set acknowledged_at = null where id = ${alert.id}`;
  assert.equal(await remind(), 2, "as it would be otherwise");
});

Deno.test("an operator starts a migration and a verification, and follows them", async () => {
  const { orgId } = await clinic();
  const { runId } = await operator.does("operator_migrate", { p_org_id: orgId });
  await assertRecorded("migrate", String(runId));
  assert.equal(
    (await operator.does("operator_migration", { p_run_id: runId ?? null }))["runId"],
    runId,
  );

  await operator.does("operator_verify");
  await assertRecorded("verify", null);
  const [request] = await stack.sql`
    select url from net.http_request_queue where url like '%/verify-config'`;
  assert.ok(request);
  assert.deepEqual(await list(operator, "operator_verifications"), []);
});

Deno.test("operators add each other, and the platform keeps one", async () => {
  await operator.isRefused(
    FORBIDDEN,
    operator.rpc("operator_remove", { p_user_id: operator.userId }),
  );
  const second = await Person.signUp(stack);
  await operator.does("operator_add", { p_email: second.email });
  await assertRecorded("operator_add", second.userId);
  assert.equal((await second.rpc("am_i_operator")).body, true);
  await operator.does("operator_remove", { p_user_id: second.userId });
  await second.isRefused(FORBIDDEN, second.rpc("operator_organizations"));
  await operator.isRefused(
    { status: 404, code: "VT001" },
    operator.rpc("operator_add", { p_email: "nobody@example.com" }),
  );
});

Deno.test("who may found a clinic is an operator's to say, and whom they invite", async () => {
  await operator.does("operator_set_organization_creation", { p_mode: "invite_only" });
  await assertRecorded("set_organization_creation", "invite_only");
  try {
    const guest = await Person.signUp(stack);
    const found = { p_name: "Guest's Clinic", p_timezone: "Europe/London", p_country: "GB" };
    await guest.isRefused(FORBIDDEN, guest.rpc("create_organization", found));
    const { invitationId } = await operator.does("operator_invite_owner", { p_email: guest.email });
    await assertRecorded("invite_owner", String(invitationId));
    await guest.does("create_organization", found);
  } finally {
    await operator.does("operator_set_organization_creation", { p_mode: "open" });
  }
});

Deno.test("what was done is neither changed nor deleted, by the service neither", async () => {
  await operator.does("operator_verify");
  for (
    const statement of ["delete from operator_actions", "update operator_actions set actor = null"]
  ) {
    await assert.rejects(
      stack.sql.begin(async (transaction) => {
        await transaction`set local role service_role`;
        await transaction.unsafe(statement);
      }),
      { code: "42501" },
    );
  }
});

Deno.test("an operator gives up a definition that stopped at its share, and cannot let all have it", async () => {
  const { sql } = stack;
  const end = (isSound: boolean) =>
    operator.rpc("operator_end_trial", { p_tool: "sendSms", p_is_sound: isSound });
  const stopped = () => sql`select tool, errors from private.stopped_trials()`;
  await sql`
    insert into vapi_tools (name, vapi_tool_id, definition_hash, state, stopped_at, trial_errors)
    values ('sendSms', 'tool-stopped', repeat('0', 64), 'deleted', now(), 5)`;
  assert.deepEqual([...await stopped()], [{ tool: "sendSms", errors: 5 }]);
  await operator.isRefused({ status: 404, code: "VT001" }, end(true));
  await operator.does("operator_end_trial", { p_tool: "sendSms", p_is_sound: false });
  await assertRecorded("rollout_given_up", "sendSms");
  assert.deepEqual([...await stopped()], [{ tool: "sendSms", errors: 0 }]);
  await operator.isRefused({ status: 404, code: "VT001" }, end(false));
});
