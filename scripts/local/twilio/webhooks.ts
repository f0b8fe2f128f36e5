import { signTwilioRequest } from "../../../functions/sms-inbound/signature.ts";
import { loopbackUrl, type PublicHosts } from "../double/public_hosts.ts";

export interface WebhookOptions {
  authToken: string;
  publicHosts: PublicHosts;
}

/** Posts a form to a webhook, with Twilio's signature over the URL as configured. */
export async function postWebhook(
  url: string,
  fields: Record<string, string>,
  { authToken, publicHosts }: WebhookOptions,
): Promise<Response> {
  const target = loopbackUrl(publicHosts, url);
  if (target === null) throw new Error(`Cannot call ${url}: a double stays on this machine`);
  const params = new URLSearchParams(fields);
  return await fetch(target, {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "user-agent": "TwilioProxy/1.1",
      "x-twilio-signature": await signTwilioRequest(authToken, url, params),
    },
    body: params,
  });
}
