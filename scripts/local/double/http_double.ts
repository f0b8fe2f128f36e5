/**
 * What the doubles of Vapi, Twilio, Google and Resend share: an HTTP server on loopback with a request log, scripted faults and latency,
 * which passes each request to a function that answers as the real service would. Built on node:http rather than `Deno.serve`, because a
 * lost answer is a connection that closes without a byte, and only a socket can do that.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { faultName, Faults, hasEffect } from "./faults.ts";
import { RequestLog } from "./request_log.ts";
import { type DoubleAnswer, type ErrorBody, respond } from "./respond.ts";

export interface DoubleRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  authorization: string | null;
  contentType: string;
  header(name: string): string | null;
  text: string;
  /** The text parsed as JSON or as a form, by its type; null if it is empty. */
  body: unknown;
  /** Why the text is not JSON; null if it is, or if it need not be. */
  problem: string | null;
}

export interface HttpDoubleOptions {
  /** Answers as the service does, synchronously, so that a request is indivisible. */
  answer: (request: DoubleRequest) => DoubleAnswer | Promise<DoubleAnswer>;
  errorBody: ErrorBody;
  /** The name under which a request is logged; "GET /path" by default. */
  routeOf?: (method: string, path: string) => string;
  /** Milliseconds that the next request takes; 0 by default. */
  latencyMs?: () => number;
  /** Port on loopback; a free one by default. */
  port?: number;
}

export interface HttpDouble {
  /** Base URL without a trailing slash. */
  readonly url: string;
  readonly requests: RequestLog;
  readonly faults: Faults;
  close(): Promise<void>;
}

export async function startHttpDouble(options: HttpDoubleOptions): Promise<HttpDouble> {
  const requests = new RequestLog();
  const faults = new Faults();
  const server = createServer((incoming, outgoing) => {
    serve({ ...options, requests, faults }, incoming, outgoing)
      .catch((error) => outgoing.destroy(error));
  });
  // An idle connection that the server closes just as the client reuses it would be a fault that nobody scripted.
  server.keepAliveTimeout = 0;
  const port = await listen(server, options.port ?? 0);
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    faults,
    close: () =>
      new Promise((done, fail) => {
        server.close((error) => error ? fail(error) : done());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      if (address !== null && typeof address === "object") resolve(address.port);
      else reject(new Error(`Cannot tell the port of a double: ${address}`));
    });
  });
}

type ServeDeps = HttpDoubleOptions & { requests: RequestLog; faults: Faults };

async function serve(
  { answer, errorBody, routeOf = plainRoute, latencyMs = () => 0, requests, faults }: ServeDeps,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const arrival = performance.now();
  const request = await readRequest(incoming);
  const { method, path, query, body } = request;
  const route = routeOf(method, path);
  const entry = requests.begin({ at: Date.now(), method, path, route, query: `${query}`, body });
  try {
    const fault = faults.take(entry);
    entry.fault = fault === null ? null : faultName(fault);
    const latency = fault === "dropped" ? 0 : latencyMs();
    // The effect comes in the middle, as with a real service: a client that gives up early cannot know whether it happened.
    await until(arrival + latency / 2);
    const given = hasEffect(fault) ? await answer(request) : null;
    await until(arrival + latency);
    entry.status = await respond({ answer: given, fault, errorBody, outgoing });
  } finally {
    requests.end(entry, performance.now() - arrival);
  }
}

function plainRoute(method: string, path: string): string {
  return `${method} ${path}`;
}

/** Waits until a time of `performance.now()`; does not yield if it has passed. */
async function until(time: number): Promise<void> {
  const ms = time - performance.now();
  if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
}

async function readRequest(incoming: IncomingMessage): Promise<DoubleRequest> {
  const url = new URL(incoming.url ?? "/", "http://double.invalid");
  const header = (name: string) => {
    const value = incoming.headers[name.toLowerCase()];
    return (Array.isArray(value) ? value[0] : value) ?? null;
  };
  const contentType = (header("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  const sent = await text(incoming);
  return {
    method: incoming.method ?? "GET",
    path: url.pathname,
    query: url.searchParams,
    authorization: header("authorization"),
    contentType,
    header,
    text: sent,
    ...readBody(contentType, sent),
  };
}

function readBody(contentType: string, text: string): Pick<DoubleRequest, "body" | "problem"> {
  if (text === "") return { body: null, problem: null };
  if (contentType === "application/x-www-form-urlencoded") {
    return { body: Object.fromEntries(new URLSearchParams(text)), problem: null };
  }
  try {
    return { body: JSON.parse(text), problem: null };
  } catch (error) {
    return { body: text, problem: error instanceof Error ? error.message : "Invalid JSON" };
  }
}
