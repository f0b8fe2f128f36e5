/** The part of Resend that the product uses. */

export interface OutgoingEmail {
  to: string[];
  subject: string;
  /** Plain text. */
  text: string;
  /**
   * The same key within 24 hours sends nothing twice (https://resend.com/docs/dashboard/emails/idempotency-keys);
   * the queue gives up long before that.
   */
  idempotencyKey: string;
}

export interface Resend {
  /** Sends an e-mail and returns its id. Throws ServiceError. */
  send(email: OutgoingEmail, options?: { signal?: AbortSignal }): Promise<string>;
}
