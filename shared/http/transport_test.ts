import assert from "node:assert/strict";
import { ServiceError } from "./errors.ts";
import {
  exchange,
  freshConnection,
  noAnswer,
  refused,
  type ServiceRequest,
  unexpected,
} from "./transport.ts";

const request: ServiceRequest = {
  service: "twilio",
  method: "POST",
  url: "http://service.invalid/path",
  headers: {},
};

const answering = (status: number, body: string | null, headers: HeadersInit = {}) => () =>
  Promise.resolve(new Response(body, { status, headers }));

async function failure(promise: Promise<unknown>): Promise<ServiceError> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof ServiceError);
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

Deno.test("refused() and unexpected() name the service and the request, and nothing of the answer", () => {
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

const NEITHER = { aborted: false, timedOut: false };

Deno.test("noAnswer() knows that a refused connection created nothing, on Deno 2.1 and 2.9", () => {
  const connect =
    "error sending request for url (http://x/): client error (Connect): tcp connect error";
  const never = [
    new TypeError(connect),
    new TypeError("fetch failed", { cause: new Error(connect) }),
    new TypeError("fetch failed", {
      cause: Object.assign(new Error("connect"), { code: "ECONNREFUSED" }),
    }),
  ];
  for (const cause of never) {
    assert.equal(noAnswer(request, cause, NEITHER).outcomeUnknown, false);
  }
  const lost = new TypeError("fetch failed", {
    cause: new Error("client error (SendRequest): connection closed before message completed"),
  });
  const error = noAnswer(request, lost, NEITHER);
  assert.deepEqual([error.code, error.outcomeUnknown, error.retryable], ["network", true, true]);
  assert.match(error.message, /connection closed/);
});

Deno.test("noAnswer() tells our time limit from the caller's abort", () => {
  const cause = new DOMException("x", "AbortError");
  const timeout = noAnswer(request, cause, { aborted: false, timedOut: true });
  assert.deepEqual([timeout.code, timeout.retryable, timeout.outcomeUnknown], [
    "timeout",
    true,
    true,
  ]);
  const aborted = noAnswer(request, cause, { aborted: true, timedOut: true });
  assert.deepEqual([aborted.code, aborted.retryable, aborted.outcomeUnknown], [
    "aborted",
    true,
    true,
  ]);
});

Deno.test("noAnswer() repeats no URL: its query may hold somebody's number", () => {
  const url = "https://api.example.test/Messages.json?To=%2B15550100001";
  const cause = new TypeError(
    `error sending request for url (${url}): client error (SendRequest): connection reset`,
  );
  const { message } = noAnswer({ service: "twilio", method: "GET" }, cause, NEITHER);
  assert.equal(
    message,
    "Twilio did not answer a GET: error sending request: client error (SendRequest): connection reset",
  );
});
