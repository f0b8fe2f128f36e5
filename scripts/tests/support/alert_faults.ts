/** For each alert rule, a fault that makes it fire, and what fixes it. */
import assert from "node:assert/strict";
import type { AlertsWorld } from "./alerts_world.ts";
import { eventually } from "./eventually.ts";
import { type Org, quiet } from "./world.ts";

export interface Fault {
  kind: string;
  subject?: string;
  severity: "warning" | "critical";
  /** The fault. */
  plant(world: AlertsWorld, org: Org): Promise<void>;
  /** The fix, until nothing is wrong any more. */
  repair(world: AlertsWorld, org: Org): Promise<void>;
}

/** Nothing that happened so far is recent any more; jobs that wait for their next attempt are done. */
async function catchUp(world: AlertsWorld): Promise<void> {
  await world.later("20 minutes");
  const { sql } = world.stack;
  // More than once: an attempt that was running when Vapi came back may fail only now, and wait for its next one.
  await eventually("every sync job has ended", async () => {
    const open = await sql`
      select status from jobs where queue = 'tool-sync' and status in ('pending', 'running')`;
    if (open.some(({ status }) => status === "pending")) {
      await sql`update jobs set run_at = now() where queue = 'tool-sync' and status = 'pending'`;
      await sql`select private.wake('tool-sync')`;
    }
    return open.length === 0;
  }, { everyMs: 500 });
}

async function callCalendar({ stack }: AlertsWorld, org: Org): Promise<string> {
  const response = await fetch(`${stack.functionsUrl}/calendar-check`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-vapi-secret": stack.webhookSecret },
    body: JSON.stringify({
      toolCallId: crypto.randomUUID(),
      tool: { arguments: { date: "tomorrow" } },
      customer: { metadata: { org_id: org.id } },
    }),
  });
  return await response.text();
}

async function verify({ stack }: AlertsWorld, body: Record<string, boolean>): Promise<void> {
  const response = await fetch(`${stack.functionsUrl}/verify-config`, {
    method: "POST",
    headers: { apikey: stack.secretKey, "content-type": "application/json" },
    body: JSON.stringify({ endpoints: false, ...body }),
  });
  assert.equal(response.status, 200, await response.text());
}

/** Sends what pg_net held back, and waits until it is done. */
async function resume(world: AlertsWorld): Promise<void> {
  world.stack.net.resume();
  await world.settled();
}

export const FAULTS: readonly Fault[] = [
  {
    kind: "sms_pumping",
    severity: "warning",
    async plant({ stack }, org) {
      await stack.sql`
        insert into tool_calls (org_id, session_id, tool, outcome)
        select ${org.id}, 'pumping', 'reserveAppointment', 'sms_too_many_numbers' from generate_series(1, 10)`;
    },
    repair: catchUp,
  },
  {
    kind: "booking_flood",
    severity: "warning",
    async plant({ stack }, org) {
      await stack.sql`
        insert into tool_calls (org_id, session_id, tool, outcome)
        select ${org.id}, 'flood', 'reserveSlot', 'too_many_holds' from generate_series(1, 20)`;
    },
    repair: catchUp,
  },
  {
    kind: "text_volume",
    severity: "critical",
    async plant({ stack }, org) {
      await stack.sql`update sms_policies set max_texts_per_day = 3 where org_id = ${org.id}`;
      await stack.sql`select private.count_text(${org.id}) from generate_series(1, 3)`;
    },
    async repair({ stack }, org) {
      await stack.sql`update sms_policies set max_texts_per_day = 1000 where org_id = ${org.id}`;
    },
  },
  {
    kind: "sync_failures",
    severity: "critical",
    async plant(world, org) {
      world.stack.vapi.faults.next("POST /assistant", { status: 401 }, { times: 10 });
      for (let i = 0; i < 10; i++) await world.save(org, { name: `Refused ${i}` });
      await eventually("all have failed", async () => {
        const failed = await world.stack.sql`select from jobs where last_error is not null`;
        return failed.length === 10;
      });
    },
    repair: catchUp,
  },
  {
    kind: "vapi_5xx",
    severity: "critical",
    async plant(world, org) {
      world.stack.vapi.faults.decide(() => ({ status: 503, retryAfter: 0 }));
      for (let i = 0; i < 3; i++) {
        await world.save(org, { name: `Unlucky ${i}`, systemPrompt: "Another." });
      }
    },
    async repair(world) {
      world.stack.vapi.faults.clear();
      await catchUp(world);
    },
  },
  {
    kind: "tool_failures",
    severity: "critical",
    async plant(world, org) {
      await world.stack.sql`alter table business_hours rename to lost_hours`;
      for (let i = 0; i < 10; i++) assert.match(await callCalendar(world, org), /went wrong/);
    },
    async repair(world, org) {
      await world.stack.sql`alter table lost_hours rename to business_hours`;
      await catchUp(world);
      assert.doesNotMatch(await callCalendar(world, org), /went wrong/);
    },
  },
  {
    kind: "oldest_due_job",
    subject: "tool-sync",
    severity: "warning",
    async plant(world, org) {
      await quiet(world.stack);
      await world.save(org, { name: "Waiting" });
      await world.later("6 minutes");
    },
    repair: resume,
  },
  {
    kind: "oldest_due_job",
    subject: "outbox",
    severity: "warning",
    async plant(world, org) {
      const { sql } = world.stack;
      await quiet(world.stack, "outbox");
      await sql`update sms_policies set quiet_until = quiet_from where org_id = ${org.id}`;
      await sql`insert into contacts (org_id, phone, name) values (${org.id}, '+15551230001', 'Test Patient')`;
      await sql`select private.queue_sms(${org.id}, null, '+15551230001', 'confirmation', 'Text', 'late')`;
      await world.later("6 minutes");
    },
    repair: resume,
  },
  {
    kind: "oldest_bulk_job",
    subject: "tool-sync",
    severity: "warning",
    async plant(world) {
      await quiet(world.stack);
      await world.stack.sql`select private.relink_agents()`;
      await world.later("7 hours");
    },
    repair: resume,
  },
  {
    kind: "job_dead",
    subject: "tool-sync",
    severity: "critical",
    async plant(world, org) {
      // Even without the settings that it could do without.
      world.stack.vapi.faults.next("POST /assistant", { status: 400 }, { times: 2 });
      await world.save(org, { name: "Refused for good" });
    },
    async repair(world) {
      await world.stack.sql`select revive_jobs('tool-sync')`;
      await world.settled();
    },
  },
  {
    kind: "job_dead",
    subject: "outbox",
    severity: "critical",
    async plant({ stack }, org) {
      stack.integrations.resend.faults.next("POST /emails", { status: 422 });
      await stack.sql`
        select private.queue_email(${org.id}, 'clinic@example.com', 'Subject', 'Text', 'refused for good')`;
    },
    async repair({ stack }) {
      const [row] = await stack.sql`select revive_jobs('outbox') as revived`;
      assert.equal(row?.revived, 1);
      const sent = () => stack.integrations.resend.emailsTo("clinic@example.com").length === 1;
      await eventually("the mail is sent", sent);
    },
  },
  {
    kind: "webhooks_refused",
    severity: "warning",
    async plant({ stack }) {
      await stack.sql`
        insert into private.measurements (metric, labels, amounts)
        values ('webhooks_refused', '{"function": "sms-send"}', array_fill(0::float, array[20]))`;
    },
    async repair(world) {
      await world.later("2 hours");
    },
  },
  {
    kind: "verification_errors",
    severity: "warning",
    async plant(world) {
      const id = (await world.currentTools()).get("sendSms") ?? "";
      const tool = world.stack.vapi.state.tools.get(id);
      assert.ok(tool?.type === "function");
      world.stack.vapi.dashboard.putTool({ ...tool, async: true });
      await verify(world, { record: true });
    },
    async repair(world) {
      await verify(world, { fix: true });
      await world.settled();
      await verify(world, { record: true });
    },
  },
  {
    kind: "verification_late",
    severity: "warning",
    async plant({ stack }) {
      await stack.sql`update verifications set checked_at = checked_at - interval '3 days'`;
    },
    async repair(world) {
      await verify(world, { record: true });
    },
  },
  {
    kind: "rollout_stopped",
    subject: "sendSms",
    severity: "warning",
    async plant({ stack: { sql } }) {
      await sql`
        insert into vapi_tools (name, vapi_tool_id, definition_hash, state, activated_at, trial_errors)
        values ('sendSms', 'tool-on-trial', repeat('0', 64), 'trial', now(), 5)`;
      await sql`select private.check_trials()`;
    },
    async repair({ stack: { sql } }) {
      await sql`select private.give_up_trial('sendSms')`;
    },
  },
  {
    kind: "heartbeat_lost",
    subject: "sweep",
    severity: "critical",
    async plant(world) {
      await world.stack.sql`select private.sweep()`;
      await world.later("3 minutes");
      await world.evaluate();
      assert.equal((await world.alert("heartbeat_lost", "sweep"))?.state, "pending");
      await world.later("3 minutes");
    },
    async repair(world) {
      await world.stack.sql`select private.sweep()`;
    },
  },
];
