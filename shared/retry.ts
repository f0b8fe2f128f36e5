/** Retries: the attempts, the waits between them, and the wait that the other side asks for. */

export interface RetryOptions {
  /** Whether another attempt may follow this failure. */
  shouldRetry: (error: unknown) => boolean;
  /** Waits between attempts; there is one attempt more than waits. Default 2 s, 4 s, 8 s. */
  delaysMs?: readonly number[];
  /** The wait that the other side asked for, which replaces the delay. Null if it asked for none. */
  retryAfterMs?: (error: unknown) => number | null;
  /** Time for all attempts and waits together; a wait that would end later is not begun. */
  budgetMs?: number;
  signal?: AbortSignal;
  sleep?: Sleep;
  /** Clock in milliseconds. */
  now?: () => number;
}

const DEFAULT_DELAYS_MS: readonly number[] = [2_000, 4_000, 8_000];

/** Attempts or time are used up; `cause` is the last failure. */
export class RetryError extends Error {
  override readonly name = "RetryError";
  readonly attempts: number;

  constructor(attempts: number, cause: unknown) {
    super(`Gave up after ${attempts} attempts`, { cause });
    this.attempts = attempts;
  }
}

/**
 * Calls `fn` (with the number of the attempt, from 1) until it resolves. A failure that must not be retried is thrown unchanged
 * at once; when the attempts are used up, the last failure is the cause of a RetryError; an abort throws the signal's reason.
 */
export async function retry<T>(
  fn: (attempt: number) => Promise<T>,
  options: RetryOptions,
): Promise<T> {
  const { delaysMs = DEFAULT_DELAYS_MS, budgetMs = Infinity, signal } = options;
  const { sleep: wait = sleep, now = () => performance.now() } = options;
  const deadline = now() + budgetMs;

  for (let attempt = 1;; attempt++) {
    signal?.throwIfAborted();
    try {
      return await fn(attempt);
    } catch (error) {
      if (!options.shouldRetry(error)) throw error;
      const delay = delaysMs[attempt - 1];
      if (delay === undefined) throw new RetryError(attempt, error);
      const ms = options.retryAfterMs?.(error) ?? delay;
      if (now() + ms > deadline) throw new RetryError(attempt, error);
      await wait(ms, signal);
    }
  }
}

/** Longer waits than this are considered a mistake of the sender. */
const MAX_RETRY_AFTER_MS = 10 * 60_000;

/**
 * The wait that a `Retry-After` header asks for (RFC 9110, section 10.2.3: seconds, or a date), in milliseconds from 0 to 10
 * minutes; null if there is none or it cannot be read.
 */
export function parseRetryAfter(header: string | null, now: Date = new Date()): number | null {
  const text = header?.trim() ?? "";
  // A date always names its weekday; Date.parse alone would also accept "3.5" or "-1" as years.
  const ms = /^\d+$/.test(text)
    ? Number(text) * 1_000
    : /^[A-Z][a-z]{2,8},? /.test(text)
    ? Date.parse(text) - now.getTime()
    : NaN;
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS);
}

/** Waits; rejects with the signal's reason when it aborts. Injected wherever something waits, for tests. */
export type Sleep = (ms: number, signal?: AbortSignal) => Promise<void>;

/** The `Sleep` of the real clock. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, ms);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
