import { type Sleep, sleep as realSleep } from "./sleep.ts";

export interface RetryOptions {
  /** Whether this failure may be followed by another attempt. */
  shouldRetry: (error: unknown) => boolean;
  /** Waits between attempts; one attempt more than waits. Default 2 s, 4 s, 8 s. */
  delaysMs?: readonly number[];
  /** What the other side asked to wait; replaces the delay. Null if it didn't. */
  retryAfterMs?: (error: unknown) => number | null;
  /** Time for all attempts and waits together; no wait begins that would end later. */
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
 * Calls `fn` (with the number of the attempt, from 1) until it resolves. A failure that may not be retried is
 * thrown as it is, at once; the last of too many as the cause of a RetryError; an abort as the signal's reason.
 */
export async function retry<T>(
  fn: (attempt: number) => Promise<T>,
  options: RetryOptions,
): Promise<T> {
  const { delaysMs = DEFAULT_DELAYS_MS, budgetMs = Infinity, signal } = options;
  const { sleep = realSleep, now = () => performance.now() } = options;
  const deadline = now() + budgetMs;

  for (let attempt = 1;; attempt++) {
    signal?.throwIfAborted();
    try {
      return await fn(attempt);
    } catch (error) {
      if (!options.shouldRetry(error)) throw error;
      const delay = delaysMs[attempt - 1];
      if (delay === undefined) throw new RetryError(attempt, error);
      const wait = options.retryAfterMs?.(error) ?? delay;
      if (now() + wait > deadline) throw new RetryError(attempt, error);
      await sleep(wait, signal);
    }
  }
}
