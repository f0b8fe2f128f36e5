/** Answers at once and works on: logs when it was told to end and when its work was done. */
declare const EdgeRuntime: { waitUntil(promise: Promise<unknown>): void };

const write = (event: string) =>
  Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify({ level: "info", event })}\n`));

globalThis.addEventListener("beforeunload", () => write("beforeunload"));

export default {
  fetch(request: Request): Response {
    if (request.method === "DELETE") {
      EdgeRuntime.waitUntil(Promise.reject(new Error("Failed work")));
    }
    EdgeRuntime.waitUntil(
      new Promise((resolve) => setTimeout(resolve, 50)).then(() => write("background_done")),
    );
    return new Response(null, { status: 202 });
  },
};
