/** Posts an alert to a chat, through an incoming webhook of the kind that Slack, Mattermost and others offer. */
import { lease } from "../../shared/worker/job.ts";
import { exchange, refused, type ServiceRequest } from "../../shared/http/transport.ts";
import { adviceFor } from "./alert_advice.ts";
import { alertHeadline } from "./alert_mail.ts";
import type { OutboxDeps } from "./deps.ts";
import { type Alert, alertJobSchema, type OutboxJob } from "./job.ts";

/** Returns the outcome: sent, not_configured, or gone if the alert no longer exists. */
export async function sendAlertToWebhook(
  { db, alertWebhookUrl }: OutboxDeps,
  job: OutboxJob,
  signal: AbortSignal,
): Promise<string> {
  const alert = alertJobSchema.parse(job.alert);
  const status = alert === null
    ? "gone"
    : alertWebhookUrl === null
    ? "not_configured"
    : await post(alertWebhookUrl, alert, signal);
  await db.rpc("complete_job", { ...lease(job), p_result: { status } });
  return status;
}

/** The text of the message: the headline and, while the alert fires, what to do first. */
export function alertChatText(alert: Alert): string {
  const [first] = adviceFor(alert);
  return [
    alertHeadline(alert),
    ...(alert.state === "resolved" || first === undefined ? [] : [first]),
    `docs/runbook.md, section ${alert.kind}`,
  ].join("\n");
}

/** A message may arrive twice if the first answer was lost: such webhooks have no idempotency keys. */
async function post(url: string, alert: Alert, signal: AbortSignal): Promise<"sent"> {
  const request: ServiceRequest = {
    service: "alert_webhook",
    method: "POST",
    url,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ text: alertChatText(alert) }),
  };
  const { status } = await exchange(request, { signal });
  if (status >= 300) throw refused(request, status, String(status));
  return "sent";
}
