import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { answerRequest, type ApiRequest, type RequestBody, routeOf } from "./api.ts";
import type { AccountState } from "./account_state.ts";
import { faultName, type Faults, hasEffect } from "./faults.ts";
import type { Arrival, LoggedRequest, RequestLog } from "./request_log.ts";
import { respond } from "./respond.ts";

export interface ServerDeps {
  state: AccountState;
  keys: ReadonlySet<string>;
  faults: Faults;
  requests: RequestLog;
  /** Latency of the next request in milliseconds. */
  latencyMs: () => number;
}

/**
 * The HTTP side. On node:http rather than `Deno.serve`, because a lost answer is a connection that
 * closes without a byte, and only a socket can do that.
 */
export function createApiServer(deps: ServerDeps): Server {
  const server = createServer((incoming, outgoing) => {
    serve(deps, incoming, outgoing).catch((error) => outgoing.destroy(error));
  });
  // An idle connection that the server closes just as the client reuses it is a fault that nobody
  // scripted.
  server.keepAliveTimeout = 0;
  return server;
}

async function serve(
  deps: ServerDeps,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const arrival = performance.now();
  const request = await readRequest(incoming);
  const entry = deps.requests.begin(arrivalOf(request));
  try {
    entry.status = await handle(deps, { request, entry, arrival, outgoing });
  } finally {
    deps.requests.end(entry, performance.now() - arrival);
  }
}

interface Exchange {
  request: ApiRequest;
  entry: LoggedRequest;
  /** On the clock of `performance.now()`. */
  arrival: number;
  outgoing: ServerResponse;
}

async function handle(
  deps: ServerDeps,
  { request, entry, arrival, outgoing }: Exchange,
): Promise<number | null> {
  const fault = deps.faults.take(entry);
  entry.fault = fault === null ? null : faultName(fault);
  const latency = fault === "dropped" ? 0 : deps.latencyMs();
  // The effect falls into the middle, as it does with a real service: a client that gives up early
  // can't know whether it happened.
  await until(arrival + latency / 2);
  const answer = hasEffect(fault) ? answerRequest(deps.state, deps.keys, request) : null;
  await until(arrival + latency);
  return await respond({ answer, fault, outgoing });
}

async function readRequest(incoming: IncomingMessage): Promise<ApiRequest> {
  const url = new URL(incoming.url ?? "/", "http://vapi.invalid");
  return {
    method: incoming.method ?? "GET",
    path: url.pathname,
    query: url.searchParams,
    authorization: incoming.headers.authorization ?? null,
    body: parsed(await readText(incoming)),
  };
}

async function readText(incoming: IncomingMessage): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of incoming) text += decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}

function parsed(text: string): RequestBody {
  if (text === "") return { json: null };
  try {
    return { json: JSON.parse(text) };
  } catch (error) {
    return { text, problem: error instanceof Error ? error.message : "Invalid JSON" };
  }
}

function arrivalOf({ method, path, query, body }: ApiRequest): Arrival {
  return {
    at: Date.now(),
    method,
    path,
    route: routeOf(method, path),
    query: String(query),
    body: "json" in body ? body.json : body.text,
  };
}

/** Waits until a time of `performance.now()`; doesn't yield when it has come. */
async function until(time: number): Promise<void> {
  const ms = time - performance.now();
  if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
}
