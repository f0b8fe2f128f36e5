import { AppError, ServiceError } from "../../shared/http/errors.ts";
import type { Failure } from "../../shared/worker/job.ts";
import type { OutboxJob } from "./job.ts";

/**
 * Statuses that somebody can lift without a change of the job: a rejected key, an unpaid bill, a calendar that isn't
 * shared. The queue goes on trying, so that fixing them is all that has to be done.
 */
const MENDABLE: readonly (number | null)[] = [401, 402, 403, 404];

/** The first attempts at a code follow each other quickly: somebody waits for it on the phone. */
const URGENT_ATTEMPTS = 4;
const URGENT_RETRY_SECONDS = 5;

/** What a failed attempt of the outbox means for its job. */
export function classify(error: unknown, job: Pick<OutboxJob, "attempts" | "urgent">): Failure {
  const soon = job.urgent === true && job.attempts < URGENT_ATTEMPTS ? URGENT_RETRY_SECONDS : null;
  if (error instanceof ServiceError) {
    return {
      error: { code: error.code, message: error.message, status: error.status },
      // Twilio's 400 with an unlisted code may be about the account (see message_refusals.ts).
      permanent: !error.retryable && error.service !== "twilio" && !MENDABLE.includes(error.status),
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
  // A fault of ours. It may pass (a deployment fixes it), and its text may repeat what is confidential.
  return {
    error: { code: "internal_error", message: "Failed for a reason on our side; it is retried" },
    permanent: false,
    retryAfterSeconds: null,
  };
}
