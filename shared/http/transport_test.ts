import assert from "node:assert/strict";
import { UpstreamError } from "./service_error.ts";
import {
  exchange,
  freshConnection,
  refused,
  unexpected,
  type UpstreamRequest,
} from "./transport.ts";

const request: UpstreamRequest = {
  service: "twilio",
  method: "POST",
  url: "http://service.invalid/path",
  headers: {},
};

const answering = (status: number, body: string | null, headers: HeadersInit = {}) => () =>
  Promise.resolve(new Response(body, { status, headers }));

async function failure(promise: Promise<unknown>): Promise<UpstreamError> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof UpstreamError);
    return error;
  }
  throw new Error("Expected a failure");
}

Deno.test("exchange() resolves with the classes 2xx and 4xx, and null for a body that isn't JSON", async () => {
  const cases: [number, string | null, unknown][] = [
    [200, '{"a":1}', { a: 1 }],
    [204, null, null],
    [404, "<html>", null],
    [400, '{"code":21211}', { code: 21211 }],
  ];
  for (const [status, body, expected] of cases) {
    const fetch = answering(status, body);
    assert.deepEqual(await exchange(request, { fetch }), { status, body: expected });
  }
});

Deno.test("exchange() throws for a limit with the wait that was asked for: nothing has happened", async () => {
  const error = await failure(
    exchange(request, { fetch: answering(429, "", { "retry-after": "7" }) }),
  );
  assert.deepEqual(
    [error.code, error.retryable, error.outcomeUnknown, error.retryAfterMs],
    ["rate_limited", true, false, 7_000],
  );
});

Deno.test("exchange() doesn't know the outcome of a write after a 5xx or without an answer", async () => {
  const broken = () => Promise.reject(new TypeError("connection reset"));
  for (const fetch of [answering(502, "<html>"), broken]) {
    const write = await failure(exchange(request, { fetch }));
    assert.deepEqual([write.retryable, write.outcomeUnknown], [true, true]);
    const read = await failure(exchange({ ...request, method: "GET" }, { fetch }));
    assert.deepEqual([read.retryable, read.outcomeUnknown], [true, false]);
  }
});

Deno.test("exchange() tells its own time limit from the caller's", async () => {
  const hanging: typeof fetch = (_url, init) =>
    new Promise((_, reject) =>
      init?.signal?.addEventListener("abort", () => reject(init.signal?.reason))
    );
  assert.equal(
    (await failure(exchange(request, { fetch: hanging, timeoutMs: 1 }))).code,
    "timeout",
  );
  const signal = AbortSignal.timeout(1);
  assert.equal((await failure(exchange(request, { fetch: hanging, signal }))).code, "aborted");
});

Deno.test("refused() and unexpected() say who and what, and nothing of the answer", () => {
  const error = refused(request, 400, "21211");
  assert.equal(error.message, "Twilio refused a POST with 400 (21211)");
  assert.deepEqual([error.code, error.retryable, error.outcomeUnknown], [
    "twilio_21211",
    false,
    false,
  ]);
  assert.equal(unexpected(request, 200).outcomeUnknown, true);
});

Deno.test("freshConnection() doesn't reuse a kept-alive connection, and leaves none behind", async () => {
  const ports: number[] = [];
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request, { remoteAddr }) => {
      ports.push(remoteAddr.port);
      return new Response(request.body);
    },
  );
  const url = `http://127.0.0.1:${server.addr.port}`;
  await (await fetch(url)).text();
  for (const body of ["first", "second"]) {
    const connection = freshConnection();
    const response = await fetch(url, { ...connection.init, method: "POST", body });
    assert.equal(await response.text(), body);
    connection.close();
  }
  assert.equal(new Set(ports).size, 3);
});
