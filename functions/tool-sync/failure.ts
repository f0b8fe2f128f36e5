/** What a failed attempt means for its job. */
import { AppError, ServiceError } from "../../shared/http/errors.ts";
import type { Failure } from "../../shared/worker/job.ts";

/**
 * Refusals whose cause the platform's operator can remove without changing the agent: a rejected key, an unpaid bill. The queue
 * keeps trying, so nothing else has to be done afterwards.
 */
const OPERATOR_STATUS: readonly (number | null)[] = [401, 402, 403];

export function classify(error: unknown): Failure {
  if (error instanceof ServiceError) {
    const lifted = OPERATOR_STATUS.includes(error.status);
    return {
      error: { code: `vapi_${error.code}`, message: error.message, status: error.status },
      permanent: !error.retryable && !lifted,
      retryAfterSeconds: error.retryAfterMs === null ? null : error.retryAfterMs / 1000,
    };
  }
  if (error instanceof AppError && error.code === "tool_not_registered") {
    // The fault is the same for every agent, so no agent's sync may be given up because of it.
    const { error: { status = null }, retryAfterSeconds } = classify(error.cause);
    return {
      error: { code: error.code, message: error.message, status },
      permanent: false,
      retryAfterSeconds,
    };
  }
  if (error instanceof AppError) {
    return {
      error: { code: error.code, message: error.message },
      permanent: error.code === "assistant_redacted",
      retryAfterSeconds: null,
    };
  }
  if (error instanceof DOMException && error.name === "TimeoutError") {
    return {
      error: { code: "job_timeout", message: "Vapi was too slow to finish the sync in time" },
      permanent: false,
      retryAfterSeconds: null,
    };
  }
  // A fault of ours. It may pass (a deployment fixes it), and its text is not for members.
  return {
    error: {
      code: "internal_error",
      message: "The sync failed for a reason on our side; it is retried",
    },
    permanent: false,
    retryAfterSeconds: null,
  };
}
