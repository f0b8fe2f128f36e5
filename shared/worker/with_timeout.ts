/**
 * Runs work under a signal that aborts, with a TimeoutError, after so many milliseconds. Unlike `AbortSignal.timeout`, it leaves no
 * timer behind: a worker that does a hundred jobs a second would keep thousands of them.
 */
export async function withTimeout<T>(
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  const timer = setTimeout(
    () => limit.abort(new DOMException(`Not done after ${ms} ms`, "TimeoutError")),
    ms,
  );
  try {
    return await work(limit.signal);
  } finally {
    clearTimeout(timer);
  }
}
