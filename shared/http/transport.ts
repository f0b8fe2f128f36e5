/** One request to another service, and the meaning of those answers on which all services agree. */
import { jsonOrNull, type JsonValue } from "../json.ts";
import { parseRetryAfter } from "../retry.ts";
import { type Service, ServiceError } from "./errors.ts";

/** What an error needs to know of its request. */
export interface RequestLine {
  service: Service;
  method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Its name in messages: `tools.create`; by default the method. */
  operation?: string;
}

export interface ServiceRequest extends RequestLine {
  url: string;
  headers: Record<string, string>;
  body?: string | URLSearchParams;
}

export interface TransportOptions {
  /** Limit from the start to the last byte of the answer; default 10 s. */
  timeoutMs?: number | undefined;
  signal?: AbortSignal | undefined;
  fetch?: typeof fetch | undefined;
}

export interface ServiceAnswer {
  status: number;
  headers: Headers;
  text: string;
}

const DEFAULT_TIMEOUT_MS = 10_000;

/** One attempt: resolves with an answer of any status. Throws ServiceError if there is none. */
export async function send(
  request: ServiceRequest,
  { timeoutMs = DEFAULT_TIMEOUT_MS, signal, fetch = globalThis.fetch }: TransportOptions = {},
): Promise<ServiceAnswer> {
  const { method, url, headers, body } = request;
  const limit = AbortSignal.timeout(timeoutMs);
  // Only a POST takes effect each time it is sent: a text message must not go out twice.
  const connection = method === "POST" ? freshConnection() : null;
  try {
    const response = await fetch(url, {
      ...connection?.init,
      method,
      headers,
      ...(body === undefined ? {} : { body }),
      // A redirect would turn a POST into a GET; these services send none.
      redirect: "manual",
      signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  } catch (cause) {
    throw noAnswer(request, cause, {
      aborted: signal?.aborted === true,
      timedOut: limit.aborted,
    });
  } finally {
    connection?.close();
  }
}

export interface JsonAnswer {
  status: number;
  /** Null if the body is empty or not JSON. */
  body: JsonValue;
}

/**
 * Resolves with an answer of the classes 2xx and 4xx, except 429. Throws ServiceError for everything else: a rate limit, trouble
 * at the service, or no answer.
 */
export async function exchange(
  request: ServiceRequest,
  options?: TransportOptions,
): Promise<JsonAnswer> {
  const answer = await send(request, options);
  const { status, text } = answer;
  if (status === 429) {
    const message = `${NAMES[request.service]} asked us to slow down`;
    throw failed(request, answer, { code: "rate_limited", message });
  }
  if (status >= 500) {
    const message = `${NAMES[request.service]} answered ${nameOf(request)} with ${status}`;
    throw failed(request, answer, { code: "server_error", message });
  }
  return { status, body: jsonOrNull(text) };
}

/** The error for a 4xx with the service's own code. */
export function refused(
  request: RequestLine,
  status: number,
  code: string,
  { retryable }: { retryable?: boolean } = {},
): ServiceError {
  return failed(request, { status }, {
    message: `${NAMES[request.service]} refused ${nameOf(request)} with ${status} (${code})`,
    code: `${request.service}_${code}`,
    retryable,
  });
}

/** The error for a 2xx whose body is not what the documentation promises. */
export function unexpected(request: RequestLine, status: number, cause?: unknown): ServiceError {
  return failed(request, { status }, {
    message: `${NAMES[request.service]} answered ${nameOf(request)} with something unexpected`,
    code: "unexpected_response",
    retryable: true,
    cause,
  });
}

export interface Failure {
  message: string;
  code: string;
  /** The code, where the status does not determine it. */
  retryable?: boolean | undefined;
  cause?: unknown;
}

/**
 * The error for an answer. A service refuses a request before it acts; a 5xx may come from something in between, after it acted.
 */
export function failed(
  { service, method }: RequestLine,
  { status, headers }: { status: number; headers?: Headers },
  { message, code, retryable = isPassing(status), cause }: Failure,
): ServiceError {
  return new ServiceError(message, {
    service,
    status,
    code,
    retryable,
    outcomeUnknown: method === "POST" && (status < 300 || status === 408 || status >= 500),
    retryAfterMs: parseRetryAfter(headers?.get("retry-after") ?? null),
    cause,
  });
}

function isPassing(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500;
}

/** The error if no answer came. `timedOut` distinguishes our own time limit from a failing network. */
export function noAnswer(
  request: RequestLine,
  cause: unknown,
  { aborted, timedOut }: { aborted: boolean; timedOut: boolean },
): ServiceError {
  const [code, said] = aborted
    ? ["aborted", "it was aborted"]
    : timedOut
    ? ["timeout", "the time limit was reached"]
    : ["network", messagesOf(cause).join(": ").replace(QUOTED_URL, "")];
  return new ServiceError(`${NAMES[request.service]} did not answer ${nameOf(request)}: ${said}`, {
    service: request.service,
    status: null,
    code,
    retryable: true,
    outcomeUnknown: request.method === "POST" && !wasNeverSent(cause),
    cause,
  });
}

/** The runtime quotes the URL, and its query may contain somebody's number. */
const QUOTED_URL = / for url \([^)]*\)/g;

/** True if there never was a connection: nothing can have happened on the other side. */
function wasNeverSent(error: unknown): boolean {
  return messagesOf(error).some((message) =>
    /client error \(Connect\)|ECONNREFUSED|ENOTFOUND/.test(message)
  );
}

/** Messages and codes along the chain of causes: Deno 2.9 puts into `cause` what Deno 2.1 puts into `message`. */
function messagesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [String(error)];
  const code: unknown = Reflect.get(error, "code");
  return [
    typeof code === "string" ? `${code} ${error.message}` : error.message,
    ...(error.cause === undefined ? [] : messagesOf(error.cause)),
  ];
}

const NAMES: Readonly<Record<Service, string>> = {
  vapi: "Vapi",
  twilio: "Twilio",
  google: "Google",
  resend: "Resend",
  supabase_auth: "Supabase Auth",
  alert_webhook: "The alerts' webhook",
};

function nameOf({ operation, method }: RequestLine): string {
  return operation ?? `a ${method}`;
}

/** A connection for one request, as an addition to the options of `fetch`. */
export interface FreshConnection {
  init: { client?: Deno.HttpClient };
  close(): void;
}

/**
 * For requests that must not be sent twice: creating something, texting somebody. When a kept-alive connection closes without an
 * answer, `fetch` of Deno 2.7 and later sends the request again by itself, even a POST (denoland/deno#35610). On a connection of
 * its own it does not, and the failure is ours to handle. Costs a handshake and half a millisecond. A runtime without such
 * clients has a `fetch` that is too old to send twice.
 */
export function freshConnection(): FreshConnection {
  if (typeof Deno.createHttpClient !== "function") return { init: {}, close: () => {} };
  const client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
  return { init: { client }, close: () => client.close() };
}
