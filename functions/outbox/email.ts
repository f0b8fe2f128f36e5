/**
 * Sends e-mails: to organizations, and alerts to the platform's administrator. Resend sends nothing twice with one
 * idempotency key within 24 hours, and the queue gives a job up after a few: each mail is sent once.
 */
import { lease } from "../../shared/worker/job.ts";
import type { OutgoingEmail } from "./resend_port.ts";
import { alertMail } from "./alert_mail.ts";
import type { OutboxDeps } from "./deps.ts";
import { alertJobSchema, emailJobSchema, type OutboxJob } from "./job.ts";

/** Returns the outcome: sent, not_configured, or gone for a mail that nobody has any more. */
export async function sendEmail(
  deps: OutboxDeps,
  job: OutboxJob,
  signal: AbortSignal,
): Promise<string> {
  const email = emailJobSchema.parse(job.email);
  if (email === null) return await forget(deps, job);
  // Also where no mail can be sent: who is told otherwise can come in then.
  if (email.needsAccount) await deps.accounts.ensure(email.to, { signal });
  return await send(deps, job, {
    to: [email.to],
    subject: email.subject,
    text: email.body,
    idempotencyKey: `email/${email.id}`,
  }, signal);
}

/** Mails an alert. Whether that is possible or not, the alert stays in table alerts. */
export async function sendAlert(
  deps: OutboxDeps,
  job: OutboxJob,
  signal: AbortSignal,
): Promise<string> {
  const alert = alertJobSchema.parse(job.alert);
  if (alert === null) return await forget(deps, job);
  return await send(deps, job, {
    to: deps.alertRecipients,
    ...alertMail(alert),
    // An alert is told again when it changes; the same news is told once.
    idempotencyKey: `alert/${alert.id}/${alert.notificationCount}/${alert.count}`,
  }, signal);
}

async function forget({ db }: OutboxDeps, job: OutboxJob): Promise<string> {
  await db.rpc("complete_job", { ...lease(job), p_result: { status: "gone" } });
  return "gone";
}

async function send(
  { db, resend }: OutboxDeps,
  job: OutboxJob,
  email: OutgoingEmail,
  signal: AbortSignal,
): Promise<string> {
  if (resend === null || email.to.length === 0) {
    await db.rpc("complete_email", { ...lease(job), p_status: "not_configured" });
    return "not_configured";
  }
  const id = await resend.send(email, { signal });
  await db.rpc("complete_email", { ...lease(job), p_status: "sent", p_provider_id: id });
  return "sent";
}
