/** A connection for one request, as an addition to the options of `fetch`. */
export interface FreshConnection {
  init: { client?: Deno.HttpClient };
  close(): void;
}

/**
 * For requests that must not be sent twice: creating something, texting somebody. When a kept-alive connection closes
 * without an answer, `fetch` of Deno 2.7 and later sends the request once more by itself, a POST too
 * (denoland/deno#35610). On a connection of its own it doesn't: the failure is ours to decide on. Costs a handshake and
 * half a millisecond. Where the runtime has no such clients, `fetch` is too old to send twice.
 */
export function freshConnection(): FreshConnection {
  if (typeof Deno.createHttpClient !== "function") return { init: {}, close: () => {} };
  const client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
  return { init: { client }, close: () => client.close() };
}
