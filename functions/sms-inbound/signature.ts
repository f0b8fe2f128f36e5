/** How Twilio signs its requests: https://www.twilio.com/docs/usage/webhooks/webhooks-security */
import type { IntegrationsEnv, SupabaseEnv } from "../../shared/env/env.ts";
import { hmac, timingSafeEqual } from "../../shared/hash.ts";
import { readText } from "../../shared/http/bodies.ts";
import { AppError } from "../../shared/http/errors.ts";
import type { Auth } from "../../shared/http/serve.ts";

const MAX_BYTES = 64_000;

/** An HMAC-SHA1 in Base64. */
const SIGNATURE = /^[A-Za-z\d+/]{27}=$/;

export interface TwilioAuthEnv
  extends Pick<IntegrationsEnv, "twilio">, Pick<SupabaseEnv, "backendUrl"> {}

/**
 * Admits Twilio, by the signature of its request to the function with this slug; the caller is the signed form. Twilio signs the
 * URL that it was given, whatever proxies have made of it since.
 */
export function twilio(
  { twilio: account, backendUrl }: TwilioAuthEnv,
  slug: string,
): Auth<URLSearchParams> {
  return {
    async authenticate(request) {
      const signature = request.headers.get("x-twilio-signature") ?? "";
      if (account === undefined || !SIGNATURE.test(signature)) throw unsigned();
      const params = new URLSearchParams(await readText(request, { maxBytes: MAX_BYTES }));
      const url = `${backendUrl}/${slug}${new URL(request.url).search}`;
      if (!await verifyTwilioSignature(account.authToken, { url, params, signature })) {
        throw unsigned();
      }
      return params;
    },
  };
}

function unsigned(): AppError {
  return new AppError("unauthorized", "This request is not signed by Twilio");
}

/**
 * The signature of a form-encoded request, in Base64: an HMAC-SHA1, keyed with the account's auth token, of the URL as Twilio
 * knows it (with its query) followed by each parameter's name and value, sorted by name.
 */
export async function signTwilioRequest(
  authToken: string,
  url: string,
  params: URLSearchParams,
): Promise<string> {
  const sorted = [...params].sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0);
  const text = url + sorted.map(([name, value]) => name + value).join("");
  const digest = await hmac("sha1", authToken, text);
  return btoa(String.fromCharCode(...digest));
}

/** Whether Twilio signed the request; compares in constant time. */
export async function verifyTwilioSignature(
  authToken: string,
  { url, params, signature }: { url: string; params: URLSearchParams; signature: string | null },
): Promise<boolean> {
  const expected = await signTwilioRequest(authToken, url, params);
  return await timingSafeEqual(expected, signature ?? "");
}
