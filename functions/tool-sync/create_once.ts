/**
 * Creates something at Vapi exactly once, although Vapi has neither idempotency keys nor unique names.
 *
 * An attempt whose outcome is unknown (no answer, a 5xx) may have taken effect. So before it is repeated, whatever it may have
 * created is looked up.
 */
import { retry, RetryError, type Sleep } from "../../shared/retry.ts";
import { ServiceError } from "../../shared/http/errors.ts";

export interface CreateOnceOptions<T> {
  create: () => Promise<T>;
  /** Looks for what an earlier attempt may have created. */
  find: () => Promise<T | null>;
  /** True if an earlier attempt, perhaps by a worker that died, may have succeeded. */
  mayExist: boolean;
  signal: AbortSignal;
  sleep: Sleep;
}

/** Returns what was found or created. Throws the ServiceError of the last attempt. */
export async function createOnce<T>(options: CreateOnceOptions<T>): Promise<T> {
  const { create, find, signal, sleep } = options;
  let { mayExist } = options;
  try {
    return await retry(async () => {
      const found = mayExist ? await find() : null;
      if (found !== null) return found;
      mayExist = true;
      return await create();
    }, { shouldRetry: isOutcomeUnknown, signal, sleep });
  } catch (error) {
    throw error instanceof RetryError ? error.cause : error;
  }
}

function isOutcomeUnknown(error: unknown): boolean {
  return error instanceof ServiceError && error.outcomeUnknown;
}
