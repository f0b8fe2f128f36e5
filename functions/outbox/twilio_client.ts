import { z } from "zod";
import type { TwilioEnv } from "../../shared/env/integrations.ts";
import { exchange, refused, type ServiceRequest, unexpected } from "../../shared/http/transport.ts";
import type { JsonValue } from "../../shared/json.ts";
import type { SentMessage, Twilio, TwilioMessage } from "./twilio_port.ts";

const messageSchema = z.object({ sid: z.string(), status: z.string() });
const listSchema = z.object({
  messages: z.array(messageSchema.extend({
    body: z.string(),
    direction: z.string(),
    // RFC 2822, e.g. "Thu, 24 Aug 2023 05:01:45 +0000".
    date_created: z.string().transform((text) => new Date(text)).pipe(z.date()),
  })),
});
const errorSchema = z.object({ code: z.int() });

/** Longest time that Twilio keeps a message in its queue, in seconds. */
const MAX_VALIDITY = 36_000;
const PAGE_SIZE = 100;

/** Twilio's Messages resource: https://www.twilio.com/docs/messaging/api/message-resource */
export function createTwilio(env: TwilioEnv): Twilio {
  const messages = `${env.baseUrl}/2010-04-01/Accounts/${env.accountSid}/Messages.json`;
  const headers = { authorization: `Basic ${btoa(`${env.accountSid}:${env.authToken}`)}` };

  async function call<T>(
    request: Pick<ServiceRequest, "method" | "url" | "body">,
    schema: z.ZodType<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    const whole: ServiceRequest = { service: "twilio", headers, ...request };
    const { status, body } = await exchange(whole, { signal });
    if (status >= 300) throw refused(whole, status, errorCode(status, body));
    const parsed = schema.safeParse(body);
    if (!parsed.success) throw unexpected(whole, status, parsed.error);
    return parsed.data;
  }

  return {
    async send(sms, { signal } = {}): Promise<TwilioMessage> {
      const body = new URLSearchParams({
        To: sms.to,
        Body: sms.body,
        StatusCallback: sms.statusCallback,
        ...sender(env),
        ...(sms.validitySeconds === undefined
          ? {}
          : { ValidityPeriod: String(Math.min(Math.max(sms.validitySeconds, 1), MAX_VALIDITY)) }),
      });
      return await call({ method: "POST", url: messages, body }, messageSchema, signal);
    },

    async sentTo(to, { signal } = {}): Promise<SentMessage[]> {
      // Not filtered by DateSent: a message that is still in Twilio's queue has none.
      const query = new URLSearchParams({ To: to, PageSize: String(PAGE_SIZE) });
      const list = await call({ method: "GET", url: `${messages}?${query}` }, listSchema, signal);
      return list.messages
        .filter(({ direction }) => direction.startsWith("outbound"))
        .map(({ date_created: createdAt, sid, status, body }) => ({
          sid,
          status,
          body,
          createdAt,
        }));
    },
  };
}

/** With a messaging service Twilio picks the number, even if one is given as well. */
function sender({ from, messagingServiceSid }: TwilioEnv): Record<string, string> {
  return messagingServiceSid === undefined
    ? { From: from ?? "" }
    : { MessagingServiceSid: messagingServiceSid };
}

function errorCode(status: number, body: JsonValue): string {
  const parsed = errorSchema.safeParse(body);
  return String(parsed.success ? parsed.data.code : status);
}
