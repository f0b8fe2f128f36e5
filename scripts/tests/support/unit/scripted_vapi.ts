/** A client of Vapi with answers prepared in advance. */
import assert from "node:assert/strict";
import type { Vapi } from "../../../../shared/vapi/port.ts";
import { ServiceError } from "../../../../shared/http/errors.ts";
import { createLimiter } from "../../../../shared/limiter.ts";
import { createVapi, type VapiAttempt, type VapiOptions } from "../../../../shared/vapi/client.ts";

export const TOOL = {
  id: "tool-1",
  type: "function",
  createdAt: "2026-01-01T00:00:00.000Z",
  odd: [1],
};
export const ASSISTANT = {
  id: "assistant-1",
  createdAt: "2026-01-01T00:00:00.000Z",
  model: { provider: "openai", model: "gpt", temperature: 0.3, messages: [{ role: "system" }] },
};

export type Answer = Response | Error | "hang";

export const refusal = (status: number, message: string, headers: HeadersInit = {}): Response =>
  Response.json({ message, error: "x", statusCode: status }, { status, headers });

export interface ScriptedVapi {
  vapi: Vapi;
  requests: { method: string; path: string; body: unknown; headers: Headers }[];
  /** Milliseconds. */
  waits: number[];
  attempts: VapiAttempt[];
  /** Answers that have not been requested yet. */
  left: Answer[];
}

/** A client whose requests get these answers one after the other, and whose waits are only recorded. */
export function scripted(answers: Answer[], options: Partial<VapiOptions> = {}): ScriptedVapi {
  const requests: ScriptedVapi["requests"] = [];
  const waits: number[] = [];
  const attempts: VapiAttempt[] = [];
  const vapi = createVapi({
    baseUrl: "https://vapi.example.test",
    key: "private-key",
    limiter: createLimiter({ maxConcurrency: 10 }),
    onRequest: (attempt) => attempts.push(attempt),
    sleep: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const { pathname, search } = new URL(request.url);
      requests.push({
        method: request.method,
        path: pathname + search,
        headers: request.headers,
        body: request.body === null ? undefined : await request.json(),
      });
      const answer = answers.shift();
      assert.ok(answer, `unexpected ${request.method} ${pathname}`);
      if (answer instanceof Error) throw answer;
      return answer === "hang" ? await untilAborted(request.signal) : answer;
    },
    ...options,
  });
  return { vapi, requests, waits, attempts, left: answers };
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason));
  });
}

/** Answers the n-th connection with the n-th text, and leaves it open: an answer that is cut short stalls. */
export function tcpServer(answers: string[]): { url: string } & AsyncDisposable {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const connections: Deno.TcpConn[] = [];
  const done = (async () => {
    for await (const connection of listener) {
      connections.push(connection);
      await connection.read(new Uint8Array(10_000));
      await connection.write(new TextEncoder().encode(answers[connections.length - 1] ?? ""));
    }
  })();
  return {
    url: `http://127.0.0.1:${listener.addr.port}`,
    async [Symbol.asyncDispose]() {
      listener.close();
      await done;
      for (const connection of connections) connection.close();
    },
  };
}

export async function vapiErrorOf(promise: Promise<unknown>): Promise<ServiceError> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof ServiceError, String(error));
    return error;
  }
  assert.fail("nothing was thrown");
}
