/**
 * What the doubles of Twilio, Google and Resend share: an HTTP server on loopback with a request log and scripted
 * faults, which hands each request to a function that answers as the real service would.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { faultName, Faults, hasEffect } from "../vapi/faults.ts";
import { RequestLog } from "../vapi/request_log.ts";
import { respond } from "../vapi/respond.ts";

export interface DoubleRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  authorization: string | null;
  contentType: string;
  header(name: string): string | null;
  text: string;
}

export interface DoubleAnswer {
  status: number;
  /** Sent as JSON; left out: an empty body. */
  body?: unknown;
}

export interface HttpDoubleOptions {
  /** Answers as the service does; one step at a time, so that a request is indivisible. */
  answer: (request: DoubleRequest) => DoubleAnswer | Promise<DoubleAnswer>;
  /** The service's own error body for a scripted status. */
  errorBody: (status: number) => unknown;
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
  server.keepAliveTimeout = 0;
  const { promise: port, resolve, reject } = Promise.withResolvers<number>();
  server.once("error", reject);
  server.listen(options.port ?? 0, "127.0.0.1", () => {
    const address = server.address();
    if (address !== null && typeof address === "object") resolve(address.port);
    else reject(new Error(`Cannot tell the port of a double: ${address}`));
  });
  return {
    url: `http://127.0.0.1:${await port}`,
    requests,
    faults,
    close: () =>
      new Promise((done, fail) => {
        server.close((error) => error ? fail(error) : done());
        server.closeAllConnections();
      }),
  };
}

type ServeDeps = HttpDoubleOptions & { requests: RequestLog; faults: Faults };

async function serve(
  { answer, errorBody, requests, faults }: ServeDeps,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const startedAt = performance.now();
  const request = await readRequest(incoming);
  const entry = requests.begin({
    at: Date.now(),
    method: request.method,
    path: request.path,
    route: `${request.method} ${request.path}`,
    query: String(request.query),
    body: readableBody(request),
  });
  try {
    const fault = faults.take(entry);
    entry.fault = fault === null ? null : faultName(fault);
    const given = hasEffect(fault) ? await answer(request) : null;
    if (fault === null && given !== null) {
      entry.status = send(outgoing, given);
    } else if (fault !== null && typeof fault === "object" && "status" in fault && !fault.html) {
      const { status, retryAfter } = fault;
      entry.status = send(outgoing, { status, body: errorBody(status) }, retryAfter);
    } else {
      const whole = given === null ? null : { status: given.status, body: given.body ?? null };
      entry.status = await respond({ answer: whole, fault, outgoing });
    }
  } finally {
    requests.end(entry, performance.now() - startedAt);
  }
}

async function readRequest(incoming: IncomingMessage): Promise<DoubleRequest> {
  const url = new URL(incoming.url ?? "/", "http://double.invalid");
  const header = (name: string) => {
    const value = incoming.headers[name.toLowerCase()];
    return (Array.isArray(value) ? value[0] : value) ?? null;
  };
  return {
    method: incoming.method ?? "GET",
    path: url.pathname,
    query: url.searchParams,
    authorization: header("authorization"),
    contentType: (header("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "",
    header,
    text: await text(incoming),
  };
}

function readableBody({ contentType, text }: DoubleRequest): unknown {
  if (text === "") return null;
  if (contentType === "application/x-www-form-urlencoded") {
    return Object.fromEntries(new URLSearchParams(text));
  }
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function send(
  outgoing: ServerResponse,
  { status, body }: DoubleAnswer,
  retryAfter?: number | string,
): number {
  outgoing.writeHead(status, {
    ...(body === undefined ? {} : { "content-type": "application/json; charset=utf-8" }),
    ...(retryAfter === undefined ? {} : { "retry-after": String(retryAfter) }),
  });
  outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  return status;
}
