import { z } from "zod";
import { describeIssue, jsonValue, urlValue } from "./values.ts";

export interface TwilioEnv {
  accountSid: string;
  authToken: string;
  /** Sender: a number in E.164, or a messaging service; at least one is set. */
  from?: string;
  messagingServiceSid?: string;
  baseUrl: string;
}

export interface GoogleEnv {
  clientEmail: string;
  /** PEM, PKCS #8. */
  privateKey: string;
  /** Where access tokens are handed out. */
  tokenUri: string;
  baseUrl: string;
}

export interface ResendEnv {
  apiKey: string;
  from: string;
  baseUrl: string;
}

/** Services that the product works without. A missing one is a normal state. */
export interface IntegrationsEnv {
  twilio?: TwilioEnv;
  google?: GoogleEnv;
  resend?: ResendEnv;
  /** Who is told when something finally fails (needs Resend). */
  alertEmailTo?: string;
  /** A chat's incoming webhook that is told too: Slack's, or another that takes `{text}`. */
  alertWebhookUrl?: string;
  /**
   * Why an integration that somebody began to configure counts as not configured; sentences without values.
   * Not an error: a clinic must still be able to book while somebody fixes it.
   */
  integrationProblems: string[];
}

const twilioSchema = () =>
  z.object({
    TWILIO_ACCOUNT_SID: z.string(),
    TWILIO_AUTH_TOKEN: z.string(),
    TWILIO_FROM: z.string().optional(),
    TWILIO_MESSAGING_SERVICE_SID: z.string().optional(),
    TWILIO_BASE_URL: urlValue().default("https://api.twilio.com"),
  }).refine((raw) => raw.TWILIO_FROM ?? raw.TWILIO_MESSAGING_SERVICE_SID, {
    path: ["TWILIO_FROM"],
    message: "or TWILIO_MESSAGING_SERVICE_SID is missing",
  }).transform((raw): TwilioEnv => ({
    accountSid: raw.TWILIO_ACCOUNT_SID,
    authToken: raw.TWILIO_AUTH_TOKEN,
    ...(raw.TWILIO_FROM === undefined ? {} : { from: raw.TWILIO_FROM }),
    ...(raw.TWILIO_MESSAGING_SERVICE_SID === undefined
      ? {}
      : { messagingServiceSid: raw.TWILIO_MESSAGING_SERVICE_SID }),
    baseUrl: raw.TWILIO_BASE_URL,
  }));

const serviceAccountSchema = () =>
  z.object({
    client_email: z.string(),
    private_key: z.string(),
    token_uri: urlValue().default("https://oauth2.googleapis.com/token"),
  }).transform((raw) => ({
    clientEmail: raw.client_email,
    privateKey: raw.private_key,
    tokenUri: raw.token_uri,
  }));

const serviceAccount = () =>
  jsonValue(
    "the JSON of a service account with client_email and private_key",
    (value) => serviceAccountSchema().safeParse(value).data ?? null,
  );

const googleSchema = () =>
  z.object({
    GOOGLE_SERVICE_ACCOUNT: serviceAccount(),
    GOOGLE_BASE_URL: urlValue().default("https://www.googleapis.com"),
  }).transform((raw): GoogleEnv => ({
    ...raw.GOOGLE_SERVICE_ACCOUNT,
    baseUrl: raw.GOOGLE_BASE_URL,
  }));

const resendSchema = () =>
  z.object({
    RESEND_API_KEY: z.string(),
    ALERT_EMAIL_FROM: z.string(),
    RESEND_BASE_URL: urlValue().default("https://api.resend.com"),
  }).transform((raw): ResendEnv => ({
    apiKey: raw.RESEND_API_KEY,
    from: raw.ALERT_EMAIL_FROM,
    baseUrl: raw.RESEND_BASE_URL,
  }));

const webhookSchema = () =>
  z.object({ ALERT_WEBHOOK_URL: urlValue() })
    .transform((raw) => raw.ALERT_WEBHOOK_URL);

/** Reads what is configured. Never throws: what can't be used is listed in `integrationProblems`. */
export function readIntegrations(source: Record<string, string>): IntegrationsEnv {
  const problems: string[] = [];
  const read = <T>(name: string, begunBy: string[], schema: () => z.ZodType<T>): T | undefined => {
    if (!begunBy.some((variable) => variable in source)) return undefined;
    const parsed = schema().safeParse(source);
    if (parsed.success) return parsed.data;
    const reasons = parsed.error.issues.map((issue) => describeIssue(issue, source));
    problems.push(`${name} is not configured: ${reasons.join("; ")}`);
    return undefined;
  };
  const twilio = read("Twilio", ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"], twilioSchema);
  const google = read("Google Calendar", ["GOOGLE_SERVICE_ACCOUNT"], googleSchema);
  const resend = read("Resend", ["RESEND_API_KEY"], resendSchema);
  const alertEmailTo = source.ALERT_EMAIL_TO;
  const alertWebhookUrl = read("The alerts' webhook", ["ALERT_WEBHOOK_URL"], webhookSchema);
  return {
    ...(twilio === undefined ? {} : { twilio }),
    ...(google === undefined ? {} : { google }),
    ...(resend === undefined ? {} : { resend }),
    ...(alertEmailTo === undefined ? {} : { alertEmailTo }),
    ...(alertWebhookUrl === undefined ? {} : { alertWebhookUrl }),
    integrationProblems: problems,
  };
}
