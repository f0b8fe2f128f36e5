import { type MessageRecord, newSid, rfc2822 } from "./records.ts";
import { TwilioRefusal } from "./refusal.ts";

const E164 = /^\+[1-9]\d{6,14}$/;
const MAX_BODY = 1_600;

export interface AccountOptions {
  accountSid: string;
  /** The account's own number. */
  from: string;
  messagingServiceSid: string;
  /** Trial accounts prefix each text with a sentence. */
  trial: boolean;
}

/** What Twilio stores for the account. */
export class Account {
  /** Oldest first. */
  readonly messages: MessageRecord[] = [];
  /** Numbers that texted STOP to the sender. */
  readonly optOuts = new Set<string>();
  readonly landlines = new Set<string>();
  readonly callbacks = new Map<string, string>();

  constructor(readonly options: AccountOptions) {}

  /** POST Messages.json */
  create(params: URLSearchParams): MessageRecord {
    const to = params.get("To") ?? "";
    const body = params.get("Body") ?? "";
    const { from, messagingServiceSid } = this.#sender(params);
    if (to === "") throw new TwilioRefusal(400, 21604, "A 'To' phone number is required.");
    if (!E164.test(to)) throw new TwilioRefusal(400, 21211, `Invalid 'To' Phone Number: ${to}`);
    if (body === "") throw new TwilioRefusal(400, 21602, "Message body is required.");
    if (body.length > MAX_BODY) {
      throw new TwilioRefusal(
        400,
        21617,
        "The concatenated message body exceeds the 1600 character limit.",
      );
    }
    const validity = Number(params.get("ValidityPeriod") ?? 1);
    if (!Number.isInteger(validity) || validity < 1 || validity > 36_000) {
      throw new TwilioRefusal(400, 21716, "ValidityPeriod must be between 1 and 36000");
    }
    if (to === from) {
      throw new TwilioRefusal(400, 21266, "'To' and 'From' number cannot be the same");
    }
    if (this.landlines.has(to)) {
      throw new TwilioRefusal(400, 21614, `'To' number is not a valid mobile number: ${to}`);
    }
    if (this.optOuts.has(to)) {
      throw new TwilioRefusal(400, 21610, "Attempt to send to unsubscribed recipient");
    }
    const message = this.add({
      to,
      from,
      body: this.options.trial ? `Sent from your Twilio trial account - ${body}` : body,
      direction: "outbound-api",
      status: messagingServiceSid === null ? "queued" : "accepted",
      messagingServiceSid,
    });
    const callback = params.get("StatusCallback");
    if (callback !== null) this.callbacks.set(message.sid, callback);
    return message;
  }

  add(
    fields: Pick<MessageRecord, "to" | "from" | "body" | "direction" | "status"> & {
      messagingServiceSid?: string | null;
    },
  ): MessageRecord {
    const { messagingServiceSid = null, ...rest } = fields;
    const sid = newSid("SM");
    const now = rfc2822(new Date());
    const message: MessageRecord = {
      ...rest,
      sid,
      account_sid: this.options.accountSid,
      api_version: "2010-04-01",
      messaging_service_sid: messagingServiceSid,
      date_created: now,
      date_updated: now,
      date_sent: null,
      error_code: null,
      error_message: null,
      num_segments: "1",
      num_media: "0",
      uri: `/2010-04-01/Accounts/${this.options.accountSid}/Messages/${sid}.json`,
    };
    this.messages.push(message);
    return message;
  }

  /** GET Messages.json: newest first. */
  list(query: URLSearchParams): Record<string, unknown> {
    const { to, from, since, until } = {
      to: query.get("To"),
      from: query.get("From"),
      since: query.get("DateSent>") ?? query.get("DateSent"),
      until: query.get("DateSent<") ?? query.get("DateSent"),
    };
    const pageSize = Math.min(Number(query.get("PageSize") ?? 50), 1_000);
    const page = Number(query.get("Page") ?? 0);
    const sentOn = ({ date_sent: sent }: MessageRecord) =>
      sent === null ? null : new Date(sent).toISOString().slice(0, 10);
    const found = this.messages.filter((message) =>
      (to === null || message.to === to) && (from === null || message.from === from) &&
      (since === null || (sentOn(message) ?? "") >= since) &&
      (until === null || (sentOn(message) ?? "~") <= until)
    ).reverse();
    return {
      messages: found.slice(page * pageSize, (page + 1) * pageSize),
      page,
      page_size: pageSize,
      start: page * pageSize,
      next_page_uri: null,
      uri: `/2010-04-01/Accounts/${this.options.accountSid}/Messages.json`,
    };
  }

  #sender(params: URLSearchParams): { from: string | null; messagingServiceSid: string | null } {
    const messagingServiceSid = params.get("MessagingServiceSid");
    if (messagingServiceSid !== null) {
      if (messagingServiceSid !== this.options.messagingServiceSid) {
        throw new TwilioRefusal(400, 21701, "The Messaging Service does not exist");
      }
      return { from: null, messagingServiceSid };
    }
    const from = params.get("From") ?? "";
    if (from === "") {
      throw new TwilioRefusal(400, 21603, "A 'From' phone number is required.");
    }
    if (from !== this.options.from) {
      throw new TwilioRefusal(
        400,
        21659,
        `'From' ${from} is not a Twilio phone number or Short Code country mismatch`,
      );
    }
    return { from, messagingServiceSid: null };
  }
}
