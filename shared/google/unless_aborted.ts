import { UpstreamError } from "../http/service_error.ts";

/**
 * The promise's result, or an UpstreamError once the signal aborts. The token is asked for on behalf of everybody who
 * waits for it, so one who gives up doesn't cancel the request.
 */
export async function unlessAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  if (signal === undefined) return await promise;
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () =>
    reject(
      new UpstreamError("Google did not hand out a token in time", {
        service: "google",
        status: null,
        code: "aborted",
        retryable: true,
        outcomeUnknown: false,
        cause: signal.reason,
      }),
    );
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
