import type { ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { ApiAnswer } from "./api.ts";
import type { Fault, StatusFault } from "./faults.ts";

interface Response {
  /** null where the request had no effect. */
  answer: ApiAnswer | null;
  fault: Fault | null;
  outgoing: ServerResponse;
}

/**
 * Sends the answer, or does what the fault says instead. Returns the status that the client got to
 * see, null where it got none. A request that times out is held until the client gives up or the
 * double is closed.
 */
export async function respond({ answer, fault, outgoing }: Response): Promise<number | null> {
  if (fault !== null && typeof fault === "object" && "status" in fault) {
    return sendError(outgoing, fault);
  }
  if (fault === "dropped" || fault === "lost-answer") return await cutWithoutAnswer(outgoing);
  if (fault === "silent-close") return cut(outgoing);
  if (fault === "timeout-before-effect" || fault === "timeout-after-effect") {
    return await holdUntilClosed(outgoing);
  }
  if (answer === null) throw new Error("A request without effect needs a fault that answers it");

  const body = JSON.stringify(answer.body);
  if (fault === null) return send(outgoing, answer.status, body);
  const half = body.slice(0, Math.floor(body.length / 2));
  if (fault === "truncated-json") return send(outgoing, answer.status, half);
  outgoing.writeHead(answer.status, { "content-type": "application/json; charset=utf-8" });
  outgoing.write(half);
  // Lets the first half leave before the rest follows, or doesn't.
  await delay(fault === "cut-body" ? 5 : fault.slowBodyMs);
  if (fault === "cut-body") cut(outgoing);
  else outgoing.end(body.slice(half.length));
  return answer.status;
}

function send(
  outgoing: ServerResponse,
  status: number,
  body: string,
  headers: Record<string, string> = {},
): number {
  outgoing.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers });
  outgoing.end(body);
  return status;
}

const errorTexts: Record<number, { message: string; error: string }> = {
  400: { message: "Bad request", error: "Bad Request" },
  429: { message: "Rate limit exceeded", error: "Too Many Requests" },
  500: { message: "Internal server error", error: "Internal Server Error" },
  502: { message: "Bad gateway", error: "Bad Gateway" },
  503: { message: "Service unavailable", error: "Service Unavailable" },
  504: { message: "Gateway timeout", error: "Gateway Timeout" },
};

function sendError(outgoing: ServerResponse, fault: StatusFault): number {
  const { status, retryAfter, html } = fault;
  const headers: Record<string, string> = retryAfter === undefined
    ? {}
    : { "retry-after": String(retryAfter) };
  const text = errorTexts[status] ?? { message: `Scripted ${status}`, error: "Error" };
  if (html === true) {
    const page = `<html><head><title>${status} ${text.error}</title></head>` +
      `<body><center><h1>${status} ${text.error}</h1></center></body></html>`;
    return send(outgoing, status, page, { ...headers, "content-type": "text/html" });
  }
  const message = fault.message ?? text.message;
  return send(outgoing, status, JSON.stringify({ ...text, message, statusCode: status }), headers);
}

/**
 * Closes the connection after a line that is no HTTP. With no answer at all `fetch` of Deno 2.7 and
 * later sends a request, a POST too, once more by itself if the connection had been used before
 * (denoland/deno#35610), and a test of one lost answer would see two effects.
 */
async function cutWithoutAnswer(outgoing: ServerResponse): Promise<null> {
  await new Promise<void>((resolve) => outgoing.socket?.write("lost\r\n\r\n", () => resolve()));
  return cut(outgoing);
}

function cut(outgoing: ServerResponse): null {
  outgoing.socket?.destroy();
  return null;
}

function holdUntilClosed(outgoing: ServerResponse): Promise<null> {
  return new Promise((resolve) => outgoing.once("close", () => resolve(null)));
}
