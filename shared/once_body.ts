/**
 * A request body that can be sent only once.
 *
 * `fetch` may by itself repeat a request, a POST too, on a reused connection that the other side closes without an
 * answer (Deno 2.9 does: denoland/deno#32566). A stream can't be replayed, so with it the failure comes to us, and we
 * look before we send again.
 */
export function onceBody(text: string): ReadableStream<Uint8Array> {
  return new Blob([text]).stream();
}
