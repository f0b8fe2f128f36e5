import { isJsonObject, type JsonValue } from "../json.ts";
import { anyText, json, url, Variables } from "./values.ts";

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

/** Services that the product works without. Not having one is normal. */
export interface IntegrationsEnv {
  twilio?: TwilioEnv;
  google?: GoogleEnv;
  resend?: ResendEnv;
  /** Who is notified when something finally fails (needs Resend). */
  alertEmailTo?: string;
  /** A chat's incoming webhook that is notified too: Slack's, or another that takes `{text}`. */
  alertWebhookUrl?: string;
  /**
   * Why an integration that somebody began to configure counts as not configured; sentences without values. Not an error: a
   * clinic must still be able to book while somebody fixes it.
   */
  integrationProblems: string[];
}

function readTwilio(variables: Variables): TwilioEnv | null {
  const accountSid = variables.required("TWILIO_ACCOUNT_SID", anyText);
  const authToken = variables.required("TWILIO_AUTH_TOKEN", anyText);
  const from = variables.optional("TWILIO_FROM", anyText);
  const messagingServiceSid = variables.optional("TWILIO_MESSAGING_SERVICE_SID", anyText);
  const baseUrl = variables.optional("TWILIO_BASE_URL", url) ?? "https://api.twilio.com";
  if (accountSid === undefined || authToken === undefined) return null;
  if (from === undefined && messagingServiceSid === undefined) {
    variables.problems.push("TWILIO_FROM or TWILIO_MESSAGING_SERVICE_SID is missing");
  }
  return {
    accountSid,
    authToken,
    ...(from === undefined ? {} : { from }),
    ...(messagingServiceSid === undefined ? {} : { messagingServiceSid }),
    baseUrl,
  };
}

const serviceAccount = json(
  "the JSON of a service account with client_email and private_key",
  (value: JsonValue) => {
    if (!isJsonObject(value)) return null;
    const {
      client_email: clientEmail,
      private_key: privateKey,
      token_uri: given = "https://oauth2.googleapis.com/token",
    } = value;
    const tokenUri = typeof given === "string" ? url.read(given) : null;
    return typeof clientEmail === "string" && typeof privateKey === "string" && tokenUri !== null
      ? { clientEmail, privateKey, tokenUri }
      : null;
  },
);

function readGoogle(variables: Variables): GoogleEnv | null {
  const account = variables.required("GOOGLE_SERVICE_ACCOUNT", serviceAccount);
  const baseUrl = variables.optional("GOOGLE_BASE_URL", url) ?? "https://www.googleapis.com";
  return account === undefined ? null : { ...account, baseUrl };
}

function readResend(variables: Variables): ResendEnv | null {
  const apiKey = variables.required("RESEND_API_KEY", anyText);
  const from = variables.required("ALERT_EMAIL_FROM", anyText);
  const baseUrl = variables.optional("RESEND_BASE_URL", url) ?? "https://api.resend.com";
  return apiKey === undefined || from === undefined ? null : { apiKey, from, baseUrl };
}

const readAlertWebhook = (variables: Variables) =>
  variables.required("ALERT_WEBHOOK_URL", url) ?? null;

/** Reads what is configured. Never throws: what cannot be used is listed in `integrationProblems`. */
export function readIntegrations(source: Record<string, string>): IntegrationsEnv {
  const problems: string[] = [];
  const read = <T>(
    name: string,
    begunBy: string[],
    reader: (variables: Variables) => T | null,
  ): T | undefined => {
    if (!begunBy.some((variable) => variable in source)) return undefined;
    const variables = new Variables(source);
    const value = reader(variables);
    if (variables.problems.length === 0) return value ?? undefined;
    problems.push(`${name} is not configured: ${variables.problems.join("; ")}`);
    return undefined;
  };
  const twilio = read("Twilio", ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"], readTwilio);
  const google = read("Google Calendar", ["GOOGLE_SERVICE_ACCOUNT"], readGoogle);
  const resend = read("Resend", ["RESEND_API_KEY"], readResend);
  const alertEmailTo = source.ALERT_EMAIL_TO;
  const alertWebhookUrl = read("The alerts' webhook", ["ALERT_WEBHOOK_URL"], readAlertWebhook);
  return {
    ...(twilio === undefined ? {} : { twilio }),
    ...(google === undefined ? {} : { google }),
    ...(resend === undefined ? {} : { resend }),
    ...(alertEmailTo === undefined ? {} : { alertEmailTo }),
    ...(alertWebhookUrl === undefined ? {} : { alertWebhookUrl }),
    integrationProblems: problems,
  };
}
