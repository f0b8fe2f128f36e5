/** Work that goes on after the response, as the edge runtime allows it. */

interface EdgeRuntime {
  waitUntil(promise: Promise<unknown>): void;
}

declare global {
  /** Given by Supabase's edge runtime; absent elsewhere. */
  var EdgeRuntime: EdgeRuntime | undefined;
}

/**
 * Keeps the isolate alive until the promise settles. Nothing durable: an isolate may be killed at any time, so what must
 * not be lost stands in the database. The promise must handle its own errors.
 */
export function inBackground(promise: Promise<unknown>): void {
  globalThis.EdgeRuntime?.waitUntil(promise);
}
