/** The one error type that may reach a caller, and the one place that turns an error into a response. */
import type { Log, LogFields } from "../log.ts";

/** HTTP status of each error code. A code that is missing here is a fault of ours: 500. */
const STATUS_BY_CODE: Readonly<Record<string, number>> = {
  invalid_json: 400,
  invalid_input: 400,
  unauthorized: 401,
  forbidden: 403,
  tenant_conflict: 403,
  tenant_unknown: 403,
  quota_reached: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  version_conflict: 409,
  name_taken: 409,
  lease_lost: 409,
  payload_too_large: 413,
  rate_limited: 429,
  configuration_error: 500,
  database_error: 500,
  internal_error: 500,
  upstream_error: 502,
  auth_unavailable: 503,
  database_unavailable: 503,
};

export interface AppErrorOptions {
  /** HTTP status; by default that of the code. */
  status?: number;
  /** Machine-readable particulars for the caller, e.g. `[{path, message}]`. Never secret material. */
  details?: unknown;
  /** Response headers that go with the error, e.g. `Allow` or `Retry-After`. */
  headers?: Record<string, string>;
  cause?: unknown;
}

/**
 * An error whose code, message and details are safe to show to the caller.
 * Anything else that is thrown is answered as `internal_error`, without its message.
 */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: string;
  readonly status: number;
  readonly details: unknown;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: string, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.status = options.status ?? STATUS_BY_CODE[code] ?? 500;
    this.details = options.details;
    this.headers = options.headers ?? {};
  }
}

/** `{success:false, error:{code, message, details?}}` with the matching status. */
export function toErrorResponse(error: unknown): Response {
  const known = error instanceof AppError
    ? error
    : new AppError("internal_error", "Something went wrong on our side. Try again later.");
  const { code, message, details, status, headers } = known;
  return Response.json(
    { success: false, error: { code, message, ...(details === undefined ? {} : { details }) } },
    { status, headers },
  );
}

export type Service = "vapi" | "twilio" | "google" | "resend" | "supabase_auth" | "alert_webhook";

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
 * A failed request to another service. Its message is for operators, and is stored with the job. Vapi's answers are quoted in it;
 * for the other services the text is ours alone, because their answers repeat phone numbers and addresses.
 */
export class ServiceError extends Error {
  override readonly name = "ServiceError";
  readonly service: Service;
  /** HTTP status; null when there was no answer. */
  readonly status: number | null;
  /**
   * The service's own code if it sends one (Vapi's `tool_pinned`, `twilio_21211`), else one of: invalid_request, unauthorized,
   * forbidden, not_found, conflict, rate_limited, server_error, timeout, network, aborted, unexpected_response, list_incomplete.
   */
  readonly code: string;
  /** True if the same request may succeed later without anybody's help: rate limits, 5xx, time-outs, network. */
  readonly retryable: boolean;
  /**
   * True if a POST may have taken effect although it failed. Neither Vapi nor Twilio has idempotency keys, so look for what it
   * may have created before repeating it. Every other method can simply be sent again.
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

/** Logs why a request was not carried out: a refusal as a warning, a fault of ours as an error. */
export function logRefusal(log: Log, event: string, error: unknown, fields: LogFields = {}): void {
  const outcome = error instanceof AppError ? error.code : "failed";
  log[isRefusal(error) ? "warn" : "error"](event, { outcome, ...fields, error });
}

export interface RefusalSampler {
  log(log: Log, event: string, error: unknown, fields?: LogFields): void;
}

const WINDOW_MS = 10_000;
const LINES_PER_WINDOW = 5;

/**
 * Logs refusals of unauthenticated callers. Anybody can cause as many as they like, and the platform keeps about a hundred lines
 * in ten seconds: so the first few in each ten seconds are written, without a stack, and the next line says how many were left
 * out.
 */
export function createRefusalSampler(
  { now = () => performance.now() }: { now?: () => number } = {},
): RefusalSampler {
  let until = -Infinity;
  let lines = 0;
  let unlogged = 0;
  return {
    log(log, event, error, fields = {}) {
      if (now() >= until) {
        until = now() + WINDOW_MS;
        lines = 0;
      }
      if (++lines > LINES_PER_WINDOW) {
        unlogged++;
        return;
      }
      const more = unlogged === 0 ? fields : { ...fields, unlogged };
      unlogged = 0;
      logRefusal(log, event, isRefusal(error) ? withoutStack(error) : error, more);
    },
  };
}

function isRefusal(error: unknown): error is AppError {
  return error instanceof AppError && error.status < 500;
}

/** The same refusal with only the words of its cause. The stack says nothing: it is always the same line. */
function withoutStack(error: AppError): AppError {
  const { code, message, status } = error;
  const cause = error.cause instanceof Error ? error.cause.message : undefined;
  const copy = new AppError(code, message, { status, cause });
  delete copy.stack;
  return copy;
}
