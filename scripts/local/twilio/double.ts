import { type DoubleRequest, type HttpDouble, startHttpDouble } from "../double/http_double.ts";
import type { PublicHosts } from "../double/public_hosts.ts";
import { Account } from "./account.ts";
import { type MessageRecord, newSid, rfc2822 } from "./records.ts";
import { twilioError, TwilioRefusal } from "./refusal.ts";
import { postWebhook } from "./webhooks.ts";

export interface TwilioDoubleOptions {
  port?: number;
  /** As a trial account; default false. */
  trial?: boolean;
  /** Reports "sent" and "delivered" automatically (default); otherwise only `report` does. */
  delivers?: boolean;
  /** The webhook of the account's number for incoming texts. */
  inboundUrl?: string;
}

export interface TwilioDouble extends Pick<HttpDouble, "url" | "requests" | "faults" | "close"> {
  /** For the functions' environment. */
  readonly env: Record<string, string>;
  /** Filled with where the functions really listen. */
  readonly publicHosts: PublicHosts;
  readonly account: Account;
  /** Texts that the account sent to a number, or to all, oldest first. */
  textsTo(to?: string): MessageRecord[];
  /** Posts a status callback. Resolves with the answer. */
  report(sid: string, status: string, errorCode?: number): Promise<Response>;
  /** Somebody texts the account's number. Resolves with the reply that they get, null if none. */
  receive(text: { from: string; body: string }): Promise<string | null>;
  /** Resolves once no callback is under way. */
  settled(): Promise<void>;
}

/** For scripted statuses. */
const ERROR_CODES: Record<number, number> = { 401: 20003, 429: 20429 };
const STOP = ["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"];
const START = ["START", "UNSTOP", "YES"];

/** Starts a double of Twilio's Messages API that reports the status of messages, signed as Twilio signs. */
export async function startTwilioDouble(options: TwilioDoubleOptions = {}): Promise<TwilioDouble> {
  const accountSid = newSid("AC");
  const authToken = newSid("");
  const account = new Account({
    accountSid,
    from: "+15550100099",
    messagingServiceSid: newSid("MG"),
    trial: options.trial ?? false,
  });
  const publicHosts: PublicHosts = new Map();
  const webhook = { authToken, publicHosts };
  const underWay = new Set<Promise<unknown>>();

  async function report(sid: string, status: string, errorCode?: number): Promise<Response> {
    const message = account.messages.find((each) => each.sid === sid);
    const callback = account.callbacks.get(sid);
    if (message === undefined || callback === undefined) {
      throw new Error(`Cannot report on message ${sid}: it is unknown or wants no callback`);
    }
    message.status = status;
    message.error_code = errorCode ?? null;
    message.date_sent ??= rfc2822(new Date());
    return await postWebhook(callback, {
      AccountSid: accountSid,
      ApiVersion: "2010-04-01",
      MessageSid: sid,
      SmsSid: sid,
      MessageStatus: status,
      SmsStatus: status,
      From: message.from ?? "",
      To: message.to,
      ...(errorCode === undefined ? {} : { ErrorCode: String(errorCode) }),
    }, webhook);
  }

  async function deliver(sid: string): Promise<void> {
    for (const status of ["sent", "delivered"]) {
      const response = await report(sid, status);
      await response.body?.cancel();
    }
  }

  function answer(request: DoubleRequest): { status: number; body: unknown } {
    try {
      if (request.authorization !== `Basic ${btoa(`${accountSid}:${authToken}`)}`) {
        throw new TwilioRefusal(401, 20003, "Authenticate");
      }
      const messages = `/2010-04-01/Accounts/${accountSid}/Messages.json`;
      if (request.path === messages && request.method === "GET") {
        return { status: 200, body: account.list(request.query) };
      }
      if (request.path === messages && request.method === "POST") {
        // A body of any other type is not read.
        const isForm = request.contentType === "application/x-www-form-urlencoded";
        const message = account.create(new URLSearchParams(isForm ? request.text : ""));
        if (options.delivers !== false && account.callbacks.has(message.sid)) {
          const delivery = deliver(message.sid).catch(() => {})
            .finally(() => underWay.delete(delivery));
          underWay.add(delivery);
        }
        return { status: 201, body: { ...message } };
      }
      throw new TwilioRefusal(
        404,
        20404,
        `The requested resource ${request.path} was not found`,
      );
    } catch (error) {
      if (error instanceof TwilioRefusal) return { status: error.status, body: error.body };
      throw error;
    }
  }

  const server = await startHttpDouble({
    answer,
    errorBody: (status) => twilioError(status, ERROR_CODES[status] ?? 20500, "Scripted"),
    ...(options.port === undefined ? {} : { port: options.port }),
  });

  return {
    ...server,
    publicHosts,
    account,
    env: {
      TWILIO_ACCOUNT_SID: accountSid,
      TWILIO_AUTH_TOKEN: authToken,
      TWILIO_FROM: account.options.from,
      TWILIO_BASE_URL: server.url,
    },
    textsTo: (to) =>
      account.messages.filter((each) =>
        each.direction !== "inbound" && (to === undefined || each.to === to)
      ),
    report,
    async receive({ from, body }) {
      const message = account.add({
        from,
        to: account.options.from,
        body,
        direction: "inbound",
        status: "received",
      });
      const word = body.trim().toUpperCase();
      if (STOP.includes(word)) account.optOuts.add(from);
      if (START.includes(word)) account.optOuts.delete(from);
      const response = await postWebhook(options.inboundUrl ?? "", {
        AccountSid: accountSid,
        ApiVersion: "2010-04-01",
        MessageSid: message.sid,
        SmsSid: message.sid,
        SmsStatus: "received",
        From: from,
        To: account.options.from,
        Body: body,
        NumMedia: "0",
        NumSegments: "1",
      }, webhook);
      const reply = readReply(response.status, await response.text());
      // Twilio also blocks replies to a number that has opted out.
      if (reply === null || account.optOuts.has(from)) return null;
      account.add({
        from: account.options.from,
        to: from,
        body: reply,
        direction: "outbound-reply",
        status: "sent",
      });
      return reply;
    },
    async settled() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
    async close() {
      await Promise.all(underWay);
      await server.close();
    },
  };
}

/** The text in TwiML; null for none. Throws for what Twilio can't read (error 12100 or 11200). */
function readReply(status: number, xml: string): string | null {
  if (status !== 200) throw new Error(`Twilio error 11200: the webhook answered ${status}`);
  const response = /^<\?xml [^>]*\?><Response(?:\/>|>(.*)<\/Response>)$/s.exec(xml);
  if (response === null) throw new Error(`Twilio error 12100: this is no TwiML: ${xml}`);
  const message = /^<Message>([^<]*)<\/Message>$/.exec(response[1] ?? "")?.[1];
  return message?.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&") ?? null;
}
