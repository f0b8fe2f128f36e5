/** The one error type that may reach a caller, and the one place that turns an error into a response. */

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
  /** HTTP status; by default the one that belongs to the code. */
  status?: number;
  /** Machine-readable particulars for the caller, e.g. `[{path, message}]`. Never secret material. */
  details?: unknown;
  /** Response headers that belong to the error, e.g. `Allow` or `Retry-After`. */
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

/** `{success:false, error:{code, message, details?}}` with the fitting status. */
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
