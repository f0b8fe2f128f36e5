/** The outbox's dependencies, made from the environment. */
import type { IntegrationsEnv, SupabaseEnv } from "../../shared/env/env.ts";
import { createGoogleCalendar } from "../../shared/google/client.ts";
import { createAccounts } from "./accounts.ts";
import { createResend } from "./resend_client.ts";
import { createTwilio } from "./twilio_client.ts";
import type { OutboxDeps } from "./deps.ts";

export function outboxDeps(
  env: IntegrationsEnv & Pick<SupabaseEnv, "backendUrl" | "supabaseUrl" | "secretKey">,
): Omit<OutboxDeps, "db"> {
  return {
    twilio: env.twilio === undefined ? null : createTwilio(env.twilio),
    google: env.google === undefined ? null : createGoogleCalendar(env.google),
    resend: env.resend === undefined ? null : createResend(env.resend),
    accounts: createAccounts(env),
    alertRecipients: (env.alertEmailTo ?? "").split(",").map((each) => each.trim())
      .filter((each) => each !== ""),
    alertWebhookUrl: env.alertWebhookUrl ?? null,
    backendUrl: env.backendUrl,
  };
}
