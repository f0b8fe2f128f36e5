/** The part of Twilio that the product uses. Every method throws ServiceError. */

export interface OutgoingSms {
  /** E.164. */
  to: string;
  body: string;
  /** Where Twilio reports the message's status. */
  statusCallback: string;
  /** How long it may wait in a queue before it becomes worthless; Twilio's default is ten hours. */
  validitySeconds?: number;
}

export interface TwilioMessage {
  sid: string;
  /** accepted, queued, sending, sent, delivered, undelivered, failed, … */
  status: string;
}

export interface SentMessage extends TwilioMessage {
  body: string;
  /** With a resolution of one second. */
  createdAt: Date;
}

export interface TwilioCallOptions {
  signal?: AbortSignal;
}

export interface Twilio {
  /**
   * Hands a message over for sending. Twilio has no idempotency key for this: after `outcomeUnknown`, look with `sentTo` before
   * trying again.
   */
  send(sms: OutgoingSms, options?: TwilioCallOptions): Promise<TwilioMessage>;
  /** The latest messages (100 at most) that were sent to a number, newest first. */
  sentTo(to: string, options?: TwilioCallOptions): Promise<SentMessage[]>;
}
