import type { ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { Fault, StatusFault } from "./faults.ts";

export interface DoubleAnswer {
  status: number;
  /** Sent as JSON; left out: an empty body. */
  body?: unknown;
}

/** The service's own error body for a scripted status, with these words if given. */
export type ErrorBody = (status: number, message?: string | string[]) => unknown;

interface Response {
  /** null if the request had no effect. */
  answer: DoubleAnswer | null;
  fault: Fault | null;
  errorBody: ErrorBody;
  outgoing: ServerResponse;
}

/**
 * Sends the answer, or does what the fault says instead. Returns the status that the client received, null if it received none. A request
 * that times out is held until the client gives up or the double is closed.
 */
export async function respond(
  { answer, fault, errorBody, outgoing }: Response,
): Promise<number | null> {
  if (fault !== null && typeof fault === "object" && "status" in fault) {
    return sendError(outgoing, fault, errorBody);
  }
  if (fault === "dropped" || fault === "lost-answer") return await cutWithoutAnswer(outgoing);
  if (fault === "silent-close") return cut(outgoing);
  if (fault === "timeout-before-effect" || fault === "timeout-after-effect") {
    return await holdUntilClosed(outgoing);
  }
  if (answer === null) throw new Error("A request without effect needs a fault that answers it");

  const body = answer.body === undefined ? "" : JSON.stringify(answer.body);
  if (fault === null) return send(outgoing, answer.status, body);
  const half = body.slice(0, Math.floor(body.length / 2));
  if (fault === "truncated-json") return send(outgoing, answer.status, half);
  outgoing.writeHead(answer.status, jsonType);
  outgoing.write(half);
  // Lets the first half leave before the rest follows, or doesn't.
  await delay(fault === "cut-body" ? 5 : fault.slowBodyMs);
  if (fault === "cut-body") cut(outgoing);
  else outgoing.end(body.slice(half.length));
  return answer.status;
}

const jsonType = { "content-type": "application/json; charset=utf-8" };

function send(
  outgoing: ServerResponse,
  status: number,
  body: string,
  headers: Record<string, string> = {},
): number {
  outgoing.writeHead(status, { ...(body === "" ? {} : jsonType), ...headers });
  outgoing.end(body);
  return status;
}

function sendError(
  outgoing: ServerResponse,
  { status, retryAfter, html, message }: StatusFault,
  errorBody: ErrorBody,
): number {
  const headers: Record<string, string> = retryAfter === undefined
    ? {}
    : { "retry-after": String(retryAfter) };
  if (html === true) {
    const title = status === 502 ? "502 Bad Gateway" : String(status);
    const page = `<html><head><title>${title}</title></head>` +
      `<body><center><h1>${title}</h1></center></body></html>`;
    return send(outgoing, status, page, { ...headers, "content-type": "text/html" });
  }
  return send(outgoing, status, JSON.stringify(errorBody(status, message)), headers);
}

/**
 * Closes the connection after a line that is not HTTP. With no answer at all, `fetch` of Deno 2.7 and later sends a request, even a POST,
 * again by itself if the connection had been used before (denoland/deno#35610), and a test of one lost answer would see two effects.
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
