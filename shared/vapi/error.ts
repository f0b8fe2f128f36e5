export interface VapiErrorOptions {
  /** HTTP status; null when there was no answer. */
  status: number | null;
  code: string;
  retryable: boolean;
  outcomeUnknown: boolean;
  retryAfterMs?: number | undefined;
  cause?: unknown;
}

/** A request to Vapi that failed. Its message is for operators: it may repeat what Vapi answered. */
export class VapiError extends Error {
  override readonly name = "VapiError";
  /** HTTP status; null when there was no answer. */
  readonly status: number | null;
  /**
   * Vapi's own code where it sends one (`tool_pinned`), else one of: invalid_request, unauthorized, forbidden,
   * not_found, conflict, rate_limited, server_error, timeout, network, aborted, unexpected_response,
   * list_incomplete.
   */
  readonly code: string;
  /** True if the same request may succeed later: rate limits, 5xx, time-outs, network. */
  readonly retryable: boolean;
  /**
   * True if a create may have taken effect although it failed. Vapi has neither idempotency keys nor unique
   * names, so look for the resource before creating it again.
   */
  readonly outcomeUnknown: boolean;
  /** How long Vapi asked to wait, if it did. */
  readonly retryAfterMs: number | null;

  constructor(message: string, options: VapiErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.status = options.status;
    this.code = options.code;
    this.retryable = options.retryable;
    this.outcomeUnknown = options.outcomeUnknown;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}
