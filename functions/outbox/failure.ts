import { AppError, ServiceError } from "../../shared/http/errors.ts";
import type { Failure } from "../../shared/worker/job.ts";
import type { OutboxJob } from "./job.ts";

/**
 * Statuses whose cause somebody can remove without changing the job: a rejected key, an unpaid bill, a calendar that is not
 * shared. The queue keeps trying, so nothing else has to be done afterwards.
 */
const FIXABLE: readonly (number | null)[] = [401, 402, 403, 404];

/** The first attempts at a code follow each other quickly: somebody is waiting for it on the phone. */
const URGENT_ATTEMPTS = 4;
const URGENT_RETRY_SECONDS = 5;

/** What a failed attempt of the outbox means for its job. */
export function classify(error: unknown, job: Pick<OutboxJob, "attempts" | "urgent">): Failure {
  const soon = job.urgent === true && job.attempts < URGENT_ATTEMPTS ? URGENT_RETRY_SECONDS : null;
  if (error instanceof ServiceError) {
    return {
      error: { code: error.code, message: error.message, status: error.status },
      // Twilio's 400 with a code that is not listed may be about the account (see message_refusals.ts).
      permanent: !error.retryable && error.service !== "twilio" && !FIXABLE.includes(error.status),
      retryAfterSeconds: error.retryAfterMs === null ? soon : error.retryAfterMs / 1000,
    };
  }
  if (error instanceof AppError) {
    return {
      error: { code: error.code, message: error.message },
      permanent: false,
      retryAfterSeconds: soon,
    };
  }
  // A fault of ours. It may pass (a deployment fixes it), and its text may contain confidential data.
  return {
    error: { code: "internal_error", message: "Failed for a reason on our side; it is retried" },
    permanent: false,
    retryAfterSeconds: null,
  };
}
