/** The callers of each function and their proof, for tests that go through every function. */
import { hmacHex } from "../../../shared/hash.ts";
import { catalogue } from "../../../shared/tools/catalogue.ts";
import { signTwilioRequest } from "../../../functions/sms-inbound/signature.ts";
import type { Stack } from "../../local/stack.ts";

/** `user`: a signed-in member, by token; `service`: pg_net, pg_cron and operators, by secret key. */
export type CallerKind = "user" | "service" | "vapi" | "twilio";

export interface FunctionRow {
  readonly slug: string;
  readonly calledBy: CallerKind;
  readonly method: "GET" | "POST";
}

const row = (calledBy: CallerKind, slug: string, method: FunctionRow["method"] = "POST") => ({
  slug,
  calledBy,
  method,
});

/** The tests fail for a function without a row here. */
export const functions: readonly FunctionRow[] = [
  row("user", "agent-save"),
  row("user", "rehearse"),
  row("service", "metrics", "GET"),
  row("service", "migrate-tools"),
  row("service", "outbox"),
  row("service", "tool-sync"),
  row("service", "verify-config"),
  row("twilio", "sms-inbound"),
  row("vapi", "vapi-webhook"),
  ...catalogue.map(({ slug }) => row("vapi", slug)),
];

export function functionsOf(calledBy: CallerKind): FunctionRow[] {
  return functions.filter((each) => each.calledBy === calledBy);
}

/** Headers of Vapi's HMAC credential for a body. */
export async function signedByVapi(
  { webhookSecret }: Pick<Stack, "webhookSecret">,
  body: string,
  { at = Date.now(), secret = webhookSecret } = {},
): Promise<Record<string, string>> {
  const timestamp = String(at);
  const signature = await hmacHex("sha256", secret, `${timestamp}.${body}`);
  return { "x-timestamp": timestamp, "x-signature": signature };
}

/** The URL of sms-inbound that Twilio was given. */
export const TWILIO_WEBHOOK = "https://backend.example.test/functions/v1/sms-inbound";

/** Headers of a request from Twilio. */
export async function signedByTwilio(
  params: URLSearchParams,
  { token = "twilio-token-for-tests", url = TWILIO_WEBHOOK } = {},
): Promise<Record<string, string>> {
  return { "x-twilio-signature": await signTwilioRequest(token, url, params) };
}
