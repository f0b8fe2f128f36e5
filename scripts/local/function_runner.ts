/**
 * Runs one Edge Function in a process of its own, with what the hosted runtime offers beyond Deno.
 *
 *   deno run function_runner.ts <slug> <entry> <idle>
 *
 * Covers: a default export with `fetch`, `EdgeRuntime.waitUntil`, the event `beforeunload` before the
 * end, 256 MB of heap (a flag of the parent). Does not cover: the limit of 2 s CPU per request, the
 * blocked APIs of the hosted runtime, `Deno.serve` inside a function, which this product doesn't use.
 *
 * At the path `idle`, which is none of a function's, it answers as soon as no background promise is under way.
 *
 * The first line it prints is `listening <port>`; all later ones belong to the function. SIGTERM ends
 * it: requests and background promises still get the parent's grace period.
 */

import { loopbackUrl } from "./double/public_hosts.ts";
import { loadHandler } from "./fetch_handler.ts";
import { quickened } from "./quickened.ts";

const [slug = "", entry = "", idlePath = ""] = Deno.args;
const background = new Set<Promise<unknown>>();

Object.assign(globalThis, {
  EdgeRuntime: {
    waitUntil(promise: Promise<unknown>): void {
      const watched = Promise.resolve(promise).catch(report).finally(() =>
        background.delete(watched)
      );
      background.add(watched);
    },
  },
});

// Replaces DNS: the public-looking host of the embedded stack leads to its gateway.
const publicHosts = new Map<string, string>(
  Object.entries(JSON.parse(Deno.env.get("LOCAL_PUBLIC_HOSTS") ?? "{}")),
);
const realFetch = globalThis.fetch;
globalThis.fetch = (input, init) =>
  typeof input === "string" && publicHosts.has(new URL(input).host)
    ? realFetch(loopbackUrl(publicHosts, input) ?? input, init)
    : realFetch(input, init);

const timesFaster = Number(Deno.env.get("LOCAL_TIMES_FASTER") ?? 1);
if (timesFaster !== 1) {
  const { setTimeout } = globalThis;
  const sooner = (callback: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) =>
    setTimeout(callback, quickened(ms, timesFaster), ...args);
  Object.assign(globalThis, { setTimeout: sooner });
}

const handler = await loadHandler(entry);

const server = Deno.serve({
  hostname: "127.0.0.1",
  port: 0,
  onListen: ({ port }) => Deno.stdout.writeSync(new TextEncoder().encode(`listening ${port}\n`)),
}, (request) => new URL(request.url).pathname === idlePath ? whenIdle() : handler.fetch(request));

Deno.addSignalListener("SIGTERM", async () => {
  const ended = server.shutdown();
  globalThis.dispatchEvent(new CustomEvent("beforeunload", { detail: { reason: "early_drop" } }));
  await ended;
  await whenIdle();
  Deno.exit(0);
});

async function whenIdle(): Promise<Response> {
  while (background.size > 0) await Promise.allSettled(background);
  return new Response(null, { status: 204 });
}

/** Nobody else handles a rejected background promise; the runtime logs it and lives on. */
function report(error: unknown): void {
  const message = error instanceof Error ? error.stack ?? error.message : String(error);
  const line = JSON.stringify({ level: "error", event: "wait_until_failed", fn: slug, message });
  Deno.stderr.writeSync(new TextEncoder().encode(`${line}\n`));
}
