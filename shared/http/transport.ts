/** One request to a service beside Vapi, and what its answer means where all of them agree. */
import { type JsonValue, parseJson } from "../json.ts";
import { parseRetryAfter } from "../retry.ts";
import { type Service, UpstreamError } from "./service_error.ts";

export interface UpstreamRequest {
  service: Service;
  method: "GET" | "POST" | "PATCH" | "DELETE";
  url: string;
  headers: Record<string, string>;
  body?: string | URLSearchParams;
}

export interface UpstreamOptions {
  /** Limit from the start to the last byte of the answer; default 10 s. */
  timeoutMs?: number;
  signal?: AbortSignal | undefined;
  fetch?: typeof fetch;
}

export interface UpstreamAnswer {
  status: number;
  /** Null for an empty body, and for one that isn't JSON. */
  body: JsonValue;
}

const DEFAULT_TIMEOUT_MS = 10_000;

/**
 * Resolves with an answer of the classes 2xx and 4xx, except 429. Throws UpstreamError for everything else: a limit
 * was met, the service is in trouble, or there was no answer; after the last two nobody knows whether a write happened.
 */
export async function exchange(
  request: UpstreamRequest,
  { timeoutMs = DEFAULT_TIMEOUT_MS, signal, fetch = globalThis.fetch }: UpstreamOptions = {},
): Promise<UpstreamAnswer> {
  const limit = AbortSignal.timeout(timeoutMs);
  // Only a POST has an effect each time it is sent: a text message must not go out twice.
  const connection = request.method === "POST" ? freshConnection() : null;
  let response: Response;
  let text: string;
  try {
    response = await fetch(request.url, {
      ...connection?.init,
      method: request.method,
      headers: request.headers,
      ...(request.body === undefined ? {} : { body: request.body }),
      redirect: "manual",
      signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
    });
    text = await response.text();
  } catch (cause) {
    throw noAnswer(
      request,
      cause,
      limit.aborted ? "timeout" : signal?.aborted ? "aborted" : "network",
    );
  } finally {
    connection?.close();
  }
  if (response.status === 429) throw limited(request, response);
  if (response.status >= 500) throw inTrouble(request, response);
  return { status: response.status, body: jsonOrNull(text) };
}

/** The error for a 4xx with the service's own code. */
export function refused(
  { service, method }: Pick<UpstreamRequest, "service" | "method">,
  status: number,
  code: string,
  { retryable = false }: { retryable?: boolean } = {},
): UpstreamError {
  return new UpstreamError(`${nameOf(service)} refused a ${method} with ${status} (${code})`, {
    service,
    status,
    code: `${service}_${code}`,
    retryable,
    outcomeUnknown: false,
  });
}

/** The error for a 2xx whose body is not what the documentation promises. */
export function unexpected(
  { service, method }: Pick<UpstreamRequest, "service" | "method">,
  status: number,
  cause?: unknown,
): UpstreamError {
  return new UpstreamError(`${nameOf(service)} answered a ${method} with something unexpected`, {
    service,
    status,
    code: "unexpected_response",
    retryable: true,
    outcomeUnknown: method !== "GET",
    cause,
  });
}

function noAnswer(
  { service, method }: UpstreamRequest,
  cause: unknown,
  code: "timeout" | "aborted" | "network",
): UpstreamError {
  return new UpstreamError(`${nameOf(service)} did not answer a ${method} (${code})`, {
    service,
    status: null,
    code,
    retryable: true,
    outcomeUnknown: method !== "GET",
    cause,
  });
}

function limited({ service }: UpstreamRequest, response: Response): UpstreamError {
  return new UpstreamError(`${nameOf(service)} asked us to slow down`, {
    service,
    status: response.status,
    code: "rate_limited",
    retryable: true,
    outcomeUnknown: false,
    retryAfterMs: parseRetryAfter(response.headers.get("retry-after")),
  });
}

function inTrouble({ service, method }: UpstreamRequest, { status }: Response): UpstreamError {
  return new UpstreamError(`${nameOf(service)} answered a ${method} with ${status}`, {
    service,
    status,
    code: "server_error",
    retryable: true,
    outcomeUnknown: method !== "GET",
  });
}

function jsonOrNull(text: string): JsonValue {
  try {
    return parseJson(text);
  } catch {
    return null;
  }
}

const NAMES: Record<Service, string> = {
  twilio: "Twilio",
  google: "Google",
  resend: "Resend",
  alert_webhook: "The alerts' webhook",
};

function nameOf(service: Service): string {
  return NAMES[service];
}

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
