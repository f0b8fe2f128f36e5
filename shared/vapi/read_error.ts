/** From an answer that is no success, or from no answer at all, to a VapiError that says what happened. */
import { isJsonObject, type JsonObject, parseJson } from "../json.ts";
import { parseRetryAfter } from "../retry.ts";
import { VapiError } from "./error.ts";

/** What an error needs to know of its request. */
export interface FailedRequest {
  operation: string;
  method: string;
  signal?: AbortSignal | undefined;
}

const MAX_TEXT = 300;

const CODE_BY_STATUS: Readonly<Record<number, string>> = {
  401: "unauthorized",
  402: "payment_required",
  403: "forbidden",
  404: "not_found",
  408: "timeout",
  409: "conflict",
  429: "rate_limited",
};

/** A machine code as Vapi puts it into `error` now and then: `tool_pinned`; usually there stands "Bad Request". */
const MACHINE_CODE = /^[a-z]+(_[a-z]+)+$/;

/** What Vapi's server says of a path that it doesn't serve: nothing about the resource. */
const UNKNOWN_ROUTE = /^Cannot [A-Z]+ \//;

/** Of an answer with any status but 2xx. */
export function errorOfAnswer(
  request: FailedRequest,
  { status, headers }: Pick<Response, "status" | "headers">,
  text: string,
): VapiError {
  const body = readBody(text);
  const said = body === null ? plainText(text) : messageOf(body);
  return new VapiError(`Vapi answered ${status} to ${request.operation}: ${said}`, {
    status,
    code: codeOf(status, body, said),
    // A 404 that isn't Vapi's own says nothing of the resource: a proxy's page, or an answer that broke on its way.
    retryable: isRetryableStatus(status) || status === 404 && body === null,
    // Vapi refuses a request before it acts; a 5xx may come from something in between, after the act.
    outcomeUnknown: request.method === "POST" && (status >= 500 || status === 408),
    retryAfterMs: parseRetryAfter(headers.get("retry-after")) ?? undefined,
  });
}

/** Of a 2xx answer that can't be understood: what was asked for has probably happened. */
export function errorOfContent(
  request: FailedRequest,
  status: number,
  reason: string,
  cause?: unknown,
): VapiError {
  return new VapiError(`Vapi's answer to ${request.operation} can't be read: ${reason}`, {
    status,
    code: "unexpected_response",
    retryable: true,
    outcomeUnknown: request.method === "POST",
    cause,
  });
}

/** Of a request that got no answer. `timedOut` tells our own time limit from a failing network. */
export function errorOfFailure(
  request: FailedRequest,
  cause: unknown,
  { timedOut }: { timedOut: boolean },
): VapiError {
  const aborted = request.signal?.aborted === true;
  const [code, said] = aborted
    ? ["aborted", "it was aborted"]
    : timedOut
    ? ["timeout", "no answer within the time limit"]
    : ["network", messagesOf(cause).join(": ")];
  return new VapiError(`${request.operation} got no answer from Vapi: ${said}`, {
    status: null,
    code,
    retryable: !aborted,
    outcomeUnknown: request.method === "POST" && !wasNeverSent(cause),
    cause,
  });
}

function codeOf(status: number, body: JsonObject | null, said: string): string {
  if (status === 404 && (body === null || UNKNOWN_ROUTE.test(said))) return "unexpected_response";
  if (typeof body?.error === "string" && MACHINE_CODE.test(body.error)) return body.error;
  if (status >= 500) return "server_error";
  return CODE_BY_STATUS[status] ??
    (status >= 400 ? "invalid_request" : "unexpected_response");
}

function isRetryableStatus(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500;
}

function readBody(text: string): JsonObject | null {
  try {
    const body = parseJson(text);
    return isJsonObject(body) ? body : null;
  } catch {
    return null;
  }
}

/** Vapi's error body is `{message: string | string[], error, statusCode}`. */
function messageOf(body: JsonObject): string {
  const message = Array.isArray(body.message) ? body.message.join("; ") : body.message;
  const said = typeof message === "string" && message !== "" ? message : body.error;
  return shorten(typeof said === "string" && said !== "" ? said : JSON.stringify(body));
}

/** The words of an HTML page, as proxies send it. */
function plainText(html: string): string {
  const words = html.slice(0, 20_000)
    .replace(/<(script|style)\b[\s\S]*?<\/\1>/gi, " ")
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  return words === "" ? "(no message)" : shorten(words);
}

function shorten(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}…`;
}

/** True if there never was a connection: nothing can have happened at the other side. */
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
