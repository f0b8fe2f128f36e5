import { freshConnection } from "../http/transport.ts";
import { type JsonObject, type JsonValue, parseJson } from "../json.ts";
import { errorOfAnswer, errorOfContent, errorOfFailure } from "./read_error.ts";

export interface VapiRequest {
  /** For logs and metrics: `tools.create`. */
  operation: string;
  method: "GET" | "POST" | "PATCH" | "DELETE";
  /** With leading slash, and the query if there is one. */
  path: string;
  body?: JsonObject;
  signal?: AbortSignal | undefined;
}

export interface VapiTransport {
  baseUrl: string;
  key: string;
  /** Limit of one attempt, from its start to the last byte of the answer. */
  timeoutMs: number;
  fetch: typeof fetch;
}

export interface VapiAnswer {
  status: number;
  /** Null for an empty body. */
  body: JsonValue;
}

/** Makes a request of Vapi, with retries or whatever else belongs to it. */
export type VapiCall = (request: VapiRequest) => Promise<VapiAnswer>;

/** One attempt; throws VapiError. */
export async function send(
  request: VapiRequest,
  transport: VapiTransport,
): Promise<VapiAnswer> {
  const { response, text } = await exchange(request, transport);
  if (!response.ok) throw errorOfAnswer(request, response, text);
  try {
    return { status: response.status, body: text === "" ? null : parseJson(text) };
  } catch (cause) {
    throw errorOfContent(request, response.status, "it is not JSON", cause);
  }
}

async function exchange(
  request: VapiRequest,
  { baseUrl, key, timeoutMs, fetch }: VapiTransport,
): Promise<{ response: Response; text: string }> {
  const limit = AbortSignal.timeout(timeoutMs);
  const { signal, body, method } = request;
  // Only a POST has an effect each time it is sent.
  const connection = method === "POST" ? freshConnection() : null;
  try {
    const response = await fetch(`${baseUrl}${request.path}`, {
      ...connection?.init,
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      // A redirect would turn a POST into a GET; Vapi sends none.
      redirect: "manual",
      signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
    });
    return { response, text: await response.text() };
  } catch (cause) {
    throw errorOfFailure(request, cause, { timedOut: limit.aborted });
  } finally {
    connection?.close();
  }
}
