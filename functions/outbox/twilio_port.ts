/** What the product needs of Twilio, and no more. Every method throws ServiceError. */

export interface OutgoingSms {
  /** E.164. */
  to: string;
  body: string;
  /** Where Twilio tells what became of it. */
  statusCallback: string;
  /** How long it may wait in a queue before it is worthless; Twilio's default is ten hours. */
  validitySeconds?: number;
}

export interface TwilioMessage {
  sid: string;
  /** accepted, queued, sending, sent, delivered, undelivered, failed, … */
  status: string;
}

export interface SentMessage extends TwilioMessage {
  body: string;
  /** To the second. */
  createdAt: Date;
}

export interface TwilioCallOptions {
  signal?: AbortSignal;
}

export interface Twilio {
  /**
   * Hands a message over for sending. Twilio knows no idempotency key here: after `outcomeUnknown`, look with
   * `sentTo` before trying again.
   */
  send(sms: OutgoingSms, options?: TwilioCallOptions): Promise<TwilioMessage>;
  /** The latest messages (100 at most) that were sent to a number, newest first. */
  sentTo(to: string, options?: TwilioCallOptions): Promise<SentMessage[]>;
}
