/** Turns an unsuccessful answer from Vapi into an error that says what happened. */
import { isJsonObject, type JsonObject, parseJson } from "../json.ts";
import type { ServiceError } from "../http/errors.ts";
import { failed, type RequestLine, type ServiceAnswer } from "../http/transport.ts";

/** What an error needs to know about its request. */
export type VapiRequestLine = Pick<RequestLine, "method"> & { operation: string };

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

/** A machine code that Vapi sometimes puts into `error`: `tool_pinned`; usually it says "Bad Request". */
const MACHINE_CODE = /^[a-z]+(_[a-z]+)+$/;

/** What Vapi's server says about a path that it does not serve: this is not about the resource. */
const UNKNOWN_ROUTE = /^Cannot [A-Z]+ \//;

/** For an answer with any status but 2xx. */
export function errorOfAnswer(
  { method, operation }: VapiRequestLine,
  { text, ...answer }: ServiceAnswer,
): ServiceError {
  const { status } = answer;
  const body = readBody(text);
  const said = body === null ? plainText(text) : messageOf(body);
  return failed({ service: "vapi", method }, answer, {
    message: `Vapi answered ${status} to ${operation}: ${said}`,
    code: codeOf(status, body, said),
    // A 404 that is not Vapi's own says nothing about the resource: a proxy's page, or an answer broken on its way.
    ...(status === 404 && body === null && { retryable: true }),
  });
}

/** For a 2xx answer that cannot be understood: the request has probably been carried out. */
export function errorOfContent(
  { method, operation }: VapiRequestLine,
  status: number,
  reason: string,
  cause: unknown,
): ServiceError {
  return failed({ service: "vapi", method }, { status }, {
    message: `Vapi's answer to ${operation} can't be read: ${reason}`,
    code: "unexpected_response",
    retryable: true,
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

/** The words of an HTML page, such as proxies send. */
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
