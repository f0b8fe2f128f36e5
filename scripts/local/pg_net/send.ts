/** One request of the pg_net stand-in, with its answer as `net._http_response` stores it. */

export type QueuedRequest = {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | null>> | null;
  readonly body: Uint8Array | null;
  readonly timeout_milliseconds: number;
};

export type Answer = {
  readonly status: number | null;
  readonly contentType: string | null;
  /** JSON object of the answer's headers. */
  readonly headers: string | null;
  readonly content: string | null;
  readonly timedOut: boolean | null;
  readonly error: string | null;
};

/** Sends it; never rejects: a time-out and a network error are answers too, and so is `closing`. */
export async function send(request: QueuedRequest, closing: AbortSignal): Promise<Answer> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), request.timeout_milliseconds);
  try {
    const response = await fetch(request.url, {
      method: request.method.toUpperCase(),
      headers: presentHeaders(request.headers),
      body: request.body ? new Uint8Array(request.body) : null,
      signal: AbortSignal.any([limit.signal, closing]),
    });
    return {
      status: response.status,
      contentType: response.headers.get("content-type"),
      headers: JSON.stringify(Object.fromEntries(response.headers)),
      content: await response.text(),
      timedOut: false,
      error: null,
    };
  } catch (error) {
    const timedOut = limit.signal.aborted;
    const message = error instanceof Error ? error.message : String(error);
    return {
      status: null,
      contentType: null,
      headers: null,
      content: null,
      timedOut,
      error: timedOut ? `Timeout of ${request.timeout_milliseconds} ms reached` : message,
    };
  } finally {
    clearTimeout(timer);
  }
}

/** pg_net silently drops a header whose value is null. */
function presentHeaders(headers: QueuedRequest["headers"]): [string, string][] {
  return Object.entries(headers ?? {}).filter((pair): pair is [string, string] => pair[1] !== null);
}
