/**
 * Runs one Edge Function in a web worker: an isolate like those of the hosted runtime, which can be ended in the middle of anything without
 * having to start a process for the next one.
 *
 * It gets what the runtime gives it: environment, `EdgeRuntime.waitUntil`, `fetch`. In addition every request leaves through the host's
 * wire, waits are shortened, and the catalogue may be that of another release.
 */
import type { ToolDefinition } from "../../../shared/tools/define.ts";
import { type FetchHandler, loadHandler } from "../../local/fetch_handler.ts";
import {
  type FromIsolate,
  type IsolateStart,
  ORIGIN_HEADER,
  type PortableRequest,
  type PortableResponse,
  type ToIsolate,
} from "./messages.ts";
import { type Release, releasedTools } from "./release.ts";

globalThis.addEventListener("message", (event: Event) => {
  if (!(event instanceof MessageEvent)) return;
  const start: IsolateStart = event.data;
  const [port] = event.ports;
  if (port !== undefined) begin(start, port);
}, { once: true });

async function begin(start: IsolateStart, port: MessagePort): Promise<void> {
  const tell = (message: FromIsolate) => port.postMessage(message);
  provideRuntime(start, tell);
  try {
    await patchCatalogue(start.release);
    const handler = await loadHandler(start.entry);
    port.onmessage = async (event) => {
      const { id, request }: ToIsolate = event.data;
      tell({ type: "response", id, response: await answer(handler, request) });
    };
    tell({ type: "ready" });
  } catch (error) {
    tell({ type: "broken", reason: String(error) });
  }
}

function provideRuntime(start: IsolateStart, tell: (message: FromIsolate) => void): void {
  let running = 0;
  const count = (change: number) => tell({ type: "background", running: running += change });
  Object.assign(globalThis, {
    EdgeRuntime: {
      waitUntil(promise: Promise<unknown>): void {
        count(1);
        promise.catch((error) => tell({ type: "log", line: `waitUntil: ${error}` }))
          .finally(() => count(-1));
      },
    },
  });
  Deno.env.toObject = () => ({ ...start.env });
  Deno.env.get = (name) => start.env[name];
  for (const level of ["debug", "info", "warn", "error", "log"]) {
    Object.assign(console, { [level]: (line: unknown) => tell({ type: "log", line: `${line}` }) });
  }
  globalThis.fetch = throughWire(start, globalThis.fetch);
  shortenWaits(start.timesFaster);
}

function throughWire({ wire, publicHosts }: IsolateStart, fetch: typeof globalThis.fetch) {
  return (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const request = input instanceof Request ? input : undefined;
    const url = new URL(request?.url ?? String(input));
    const headers = new Headers(init?.headers ?? request?.headers);
    headers.set(ORIGIN_HEADER, publicHosts[url.host] ?? url.origin);
    const target = `${wire}${url.pathname}${url.search}`;
    return fetch(request === undefined ? target : new Request(target, request), {
      ...init,
      headers,
    });
  };
}

function shortenWaits(timesFaster: number): void {
  const realSetTimeout = globalThis.setTimeout;
  const realTimeout = AbortSignal.timeout;
  const setTimeout = (callback: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) =>
    realSetTimeout(callback, ms / timesFaster, ...args);
  Object.assign(globalThis, { setTimeout });
  AbortSignal.timeout = (ms) => realTimeout.call(AbortSignal, Math.ceil(ms / timesFaster));
}

/** Before the function is loaded, the list that its modules import is replaced by that of the release. */
async function patchCatalogue(release: Release): Promise<void> {
  const module: { catalogue: readonly ToolDefinition[] } = await import(
    "../../../shared/tools/catalogue.ts"
  );
  const tools = releasedTools(module.catalogue, release);
  Object.assign(module.catalogue, tools, { length: tools.length });
}

async function answer(
  handler: FetchHandler,
  { method, url, headers, body }: PortableRequest,
): Promise<PortableResponse> {
  const response = await handler.fetch(
    new Request(url, { method, headers, body: body === null ? null : new Uint8Array(body) }),
  );
  return {
    status: response.status,
    headers: [...response.headers],
    body: new Uint8Array(await response.arrayBuffer()),
  };
}
