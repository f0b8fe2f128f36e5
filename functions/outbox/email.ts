/**
 * Sends e-mails to organizations, and alerts to the platform's administrator. Resend sends an e-mail once per idempotency key
 * within 24 hours, and the queue gives a job up after a few: so each e-mail is sent once.
 */
import { lease } from "../../shared/worker/job.ts";
import type { OutgoingEmail } from "./resend_port.ts";
import { alertMail } from "./alert_mail.ts";
import type { OutboxDeps } from "./deps.ts";
import { alertJobSchema, emailJobSchema, type OutboxJob } from "./job.ts";

/** Returns the outcome: sent, not_configured, or gone if the e-mail no longer exists. */
export async function sendEmail(
  deps: OutboxDeps,
  job: OutboxJob,
  signal: AbortSignal,
): Promise<string> {
  const email = emailJobSchema.parse(job.email);
  if (email === null) return await forget(deps, job);
  // Even if no e-mail can be sent: an invited person who hears of it another way can then sign in.
  if (email.needsAccount) await deps.accounts.ensure(email.to, { signal });
  return await send(deps, job, {
    to: [email.to],
    subject: email.subject,
    text: email.body,
    idempotencyKey: `email/${email.id}`,
  }, signal);
}

/** Mails an alert. The alert stays in the table alerts, whether or not it can be mailed. */
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
    // A changed alert is mailed again; the same news only once.
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
