export type Service = "twilio" | "google" | "resend" | "alert_webhook";

export interface UpstreamErrorOptions {
  service: Service;
  /** HTTP status; null when there was no answer. */
  status: number | null;
  code: string;
  retryable: boolean;
  outcomeUnknown: boolean;
  retryAfterMs?: number | null;
  cause?: unknown;
}

/**
 * A request to a service beside Vapi that failed. Its message is ours, not theirs: what they answer repeats phone
 * numbers and addresses, and the message is kept with the job.
 */
export class UpstreamError extends Error {
  override readonly name = "UpstreamError";
  readonly service: Service;
  /** HTTP status; null when there was no answer. */
  readonly status: number | null;
  /** `<service>_<their code>` where they send one, else one of: rate_limited, server_error, timeout, network,
   * aborted, unexpected_response. */
  readonly code: string;
  /** True if the same request may succeed later without anybody's help. */
  readonly retryable: boolean;
  /** True if the request may have taken effect although it failed. */
  readonly outcomeUnknown: boolean;
  /** How long they asked to wait, if they did. */
  readonly retryAfterMs: number | null;

  constructor(message: string, options: UpstreamErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.service = options.service;
    this.status = options.status;
    this.code = options.code;
    this.retryable = options.retryable;
    this.outcomeUnknown = options.outcomeUnknown;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}
