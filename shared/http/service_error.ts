export type Service = "vapi" | "twilio" | "google" | "resend" | "alert_webhook";

export interface ServiceErrorOptions {
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
 * A request to another service that failed. Its message is for operators, and is kept with the job. Of Vapi it repeats what was
 * answered; of the others it is ours alone, because what they answer repeats phone numbers and addresses.
 */
export class ServiceError extends Error {
  override readonly name = "ServiceError";
  readonly service: Service;
  /** HTTP status; null when there was no answer. */
  readonly status: number | null;
  /**
   * The service's own code where it sends one (Vapi's `tool_pinned`, `twilio_21211`), else one of: invalid_request, unauthorized,
   * forbidden, not_found, conflict, rate_limited, server_error, timeout, network, aborted, unexpected_response, list_incomplete.
   */
  readonly code: string;
  /** True if the same request may succeed later without anybody's help: rate limits, 5xx, time-outs, network. */
  readonly retryable: boolean;
  /**
   * True if a POST may have taken effect although it failed. Neither Vapi nor Twilio has idempotency keys, so look for what it may
   * have made before making it again. Every other method may simply be sent again.
   */
  readonly outcomeUnknown: boolean;
  /** How long the service asked to wait, if it did. */
  readonly retryAfterMs: number | null;

  constructor(message: string, options: ServiceErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.service = options.service;
    this.status = options.status;
    this.code = options.code;
    this.retryable = options.retryable;
    this.outcomeUnknown = options.outcomeUnknown;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}
