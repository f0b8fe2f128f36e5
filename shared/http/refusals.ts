/** Requests that were not carried out, in the log. */
import { AppError } from "./errors.ts";
import type { Log, LogFields } from "../log.ts";

/** Says why a request was not carried out: a refusal as a warning, a fault of ours as an error. */
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
 * Logs refusals of callers who have proved nothing. Anybody can cause as many as they like, and the platform keeps about a hundred
 * lines in ten seconds: so the first few of each ten seconds are written, without a stack, and with the next one how many were not.
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

/** The same refusal, and only the words of its cause. Where it was thrown says nothing: it is always the same line. */
function withoutStack(error: AppError): AppError {
  const { code, message, status } = error;
  const cause = error.cause instanceof Error ? error.cause.message : undefined;
  const copy = new AppError(code, message, { status, cause });
  delete copy.stack;
  return copy;
}
