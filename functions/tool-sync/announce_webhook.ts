/** Has every assistant brought in step when the secret, the credential or the URL that they report with has changed. */
import { z } from "zod";
import type { SyncDeps } from "../../shared/assistants/deps.ts";
import type { Claim } from "../../shared/assistants/job.ts";
import { webhookFingerprint } from "../../shared/assistants/settings.ts";

/** False if a worker that started later goes by another environment: then this one must not write its own to assistants. */
export async function announceWebhook(
  { db, webhook, uptimeSeconds }: SyncDeps,
  claim: Pick<Claim, "webhook">,
): Promise<boolean> {
  const fingerprint = webhookFingerprint(webhook);
  if (claim.webhook === fingerprint) return true;
  const announced = await db.rpc("announce_webhook", {
    p_fingerprint: fingerprint,
    p_uptime_seconds: uptimeSeconds(),
  });
  return z.boolean().parse(announced);
}
