/** Twilio's signature of its requests: https://www.twilio.com/docs/usage/webhooks/webhooks-security */
import { hmac, timingSafeEqual } from "../../shared/hash.ts";

/**
 * The signature for a form-encoded request: HMAC-SHA1, keyed with the account's auth token, of the URL as Twilio knows
 * it (with its query) followed by each parameter's name and value in the order of the names; in Base64.
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
