/** E-mails and alerts: sent once, and visible even if none can be sent. */
import assert from "node:assert/strict";
import { type OutboxClinic, outboxWorld } from "./support/outbox_world.ts";
import { Person } from "./support/person.ts";

const world = outboxWorld();

async function queueEmail(
  clinic: OutboxClinic,
  to: string,
  dedupe: string,
): Promise<string | null> {
  const [row] = await world.stack.sql<{ id: string | null }[]>`
    select private.queue_email(${clinic.id}, ${to}, 'Subject', 'Text', ${dedupe}) as id`;
  return row?.id ?? null;
}

async function raiseAlert(clinic: OutboxClinic, message: string): Promise<string> {
  const [row] = await world.stack.sql<{ id: string }[]>`
    select private.raise_alert('job_dead', 'critical', ${message},
      '{"queue": "tool-sync", "key": "agent:1"}', ${clinic.id}) as id`;
  assert.ok(row);
  return row.id;
}

Deno.test("an e-mail is sent once, also if its answer is lost", async () => {
  const clinic = await world.clinic();
  const to = `${crypto.randomUUID()}@clinic.example.com`;
  world.resend.faults.next("POST /emails", "lost-answer");
  const id = await queueEmail(clinic, to, `test:${to}`);
  assert.equal(await queueEmail(clinic, to, `test:${to}`), null, "the same wish");
  await world.drain();
  await world.skipWaiting();
  await world.drain();
  assert.equal(world.resend.emailsTo(to).length, 1);
  assert.equal((await clinic.job(`email:${id}`)).status, "succeeded");
  const [row] = await world.stack.sql`select status, provider_id from emails where id = ${id}`;
  assert.deepEqual({ ...row }, { status: "sent", provider_id: world.resend.emailsTo(to)[0]?.id });
});

Deno.test("an e-mail that Resend finds wrong is dead at once, with an alert", async () => {
  const clinic = await world.clinic();
  world.resend.faults.next("POST /emails", { status: 422 });
  const id = await queueEmail(clinic, "somebody@clinic.example.com", crypto.randomUUID());
  await world.drain();
  const job = await clinic.job(`email:${id}`);
  assert.equal(job.status, "dead");
  const alerts = await world.stack.sql`select from alerts where job_id = ${job.id}`;
  assert.equal(alerts.length, 1);
});

Deno.test("an e-mail whose job gave up has failed, until it is revived", async () => {
  const clinic = await world.clinic();
  world.resend.faults.next("POST /emails", { status: 422 });
  const id = await queueEmail(clinic, "somebody@clinic.example.com", crypto.randomUUID());
  await world.drain();
  const outcome = async () => {
    const [row] = await world.stack.sql`select status, reason from emails where id = ${id}`;
    return { ...row };
  };
  assert.deepEqual(await outcome(), { status: "failed", reason: "gave_up" });

  const { id: jobId } = await clinic.job(`email:${id}`);
  await world.stack.sql`select public.revive_job(${jobId})`;
  await world.drain();
  assert.deepEqual(await outcome(), { status: "sent", reason: null });
});

Deno.test("an alert is mailed to the administrator once, with what to do", async () => {
  const clinic = await world.clinic();
  const marker = crypto.randomUUID();
  const id = await raiseAlert(clinic, `A tool-sync job gave up ${marker}`);
  await world.drain();
  const mails = world.resend.emailsTo("operator@platform.example.com")
    .filter(({ subject }) => subject.includes(marker));
  assert.equal(mails.length, 1);
  assert.match(mails[0]?.subject ?? "", /^\[critical\]/);
  assert.match(mails[0]?.text ?? "", /What to do:\n1\. /);
  assert.match(mails[0]?.text ?? "", new RegExp(`Organization: ${clinic.name}`));
  assert.equal((await clinic.job(`alert:${id}`)).result?.status, "sent");
});

Deno.test("a mail that can't be sent raises no alert about itself", async () => {
  const clinic = await world.clinic();
  const before = await world.stack.sql`select from alerts`;
  world.resend.faults.next("POST /emails", { status: 422 });
  const id = await raiseAlert(clinic, "An alert whose mail fails");
  await world.drain();
  assert.equal((await clinic.job(`alert:${id}`)).status, "dead");
  assert.equal((await world.stack.sql`select from alerts`).length, before.length + 1);
});

Deno.test("old e-mails lose their text and address, also those that could not be sent", async () => {
  const clinic = await world.clinic();
  for (const isRefused of [false, true]) {
    if (isRefused) world.resend.faults.next("POST /emails", { status: 422 });
    const id = await queueEmail(clinic, "somebody@clinic.example.com", crypto.randomUUID());
    await world.drain();
    await world.stack
      .sql`update emails set created_at = now() - interval '31 days' where id = ${id}`;
    await world.stack.sql`select private.empty_old_emails()`;
    const [row] = await world.stack
      .sql`select recipient, body, subject from emails where id = ${id}`;
    assert.deepEqual({ ...row }, { recipient: null, body: null, subject: "Subject" });
  }
});

Deno.test("somebody invited who has no account gets one with the mail: a link to their address lets them in, nothing else does", async () => {
  const { stack } = world;
  const owner = await Person.signUp(stack);
  const orgId = await owner.founds();
  const email = `${crypto.randomUUID()}@example.com`;
  const { invitationId } = await owner.does("invite_member", {
    p_org_id: orgId,
    p_email: email,
  });
  world.resend.faults.next("POST /emails", { status: 500 });
  await world.drain();
  await world.skipWaiting();
  await world.drain();
  assert.equal(world.resend.emailsTo(email).length, 1);
  await assert.rejects(stack.signIn(email, ""));

  const colleague = await Person.byLink(stack, email);
  const [invitation] = await colleague.rows("rpc/my_invitations?select=invitation_id");
  assert.deepEqual(invitation, { invitation_id: invitationId });
  assert.deepEqual(
    await colleague.does("accept_invitation", { p_invitation_id: String(invitationId) }),
    { orgId, role: "member" },
  );
});

Deno.test("other mails give nobody an account", async () => {
  const clinic = await world.clinic();
  const to = `${crypto.randomUUID()}@clinic.example.com`;
  await queueEmail(clinic, to, crypto.randomUUID());
  await world.drain();
  assert.equal(world.resend.emailsTo(to).length, 1);
  await assert.rejects(Person.byLink(world.stack, to), /otp_disabled/);
});
