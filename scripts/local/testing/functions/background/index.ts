/** Answers at once and works on for `?ms=` (default 50): logs when it was told to end and when its work was done. */
declare const EdgeRuntime: { waitUntil(promise: Promise<unknown>): void };

const write = (event: string) =>
  Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify({ level: "info", event })}\n`));

globalThis.addEventListener("beforeunload", () => write("beforeunload"));

export default {
  fetch(request: Request): Response {
    if (request.method === "DELETE") {
      EdgeRuntime.waitUntil(Promise.reject(new Error("Failed work")));
    }
    const ms = Number(new URL(request.url).searchParams.get("ms") ?? 50);
    EdgeRuntime.waitUntil(
      new Promise((resolve) => setTimeout(resolve, ms)).then(() => write("background_done")),
    );
    return new Response(null, { status: 202 });
  },
};
