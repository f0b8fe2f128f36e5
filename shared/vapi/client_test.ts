import assert from "node:assert/strict";
import { createLimiter } from "../limiter.ts";
import {
  type Answer,
  ASSISTANT,
  refusal,
  scripted,
  tcpServer,
  TOOL,
  vapiErrorOf,
} from "../../scripts/tests/support/unit/scripted_vapi.ts";

Deno.test("createVapi() sends the key as bearer token and bodies as JSON", async () => {
  const { vapi, requests } = scripted([Response.json(TOOL, { status: 201 })]);
  await vapi.tools.create({ type: "function" });
  const [request] = requests;
  assert.deepEqual([request?.method, request?.path], ["POST", "/tool"]);
  assert.deepEqual(request?.body, { type: "function" });
  assert.equal(request?.headers.get("authorization"), "Bearer private-key");
  assert.equal(request?.headers.get("content-type"), "application/json");
});

Deno.test("Vapi.get() keeps every key that we don't know, at any depth", async () => {
  const { vapi } = scripted([Response.json(ASSISTANT), Response.json(TOOL)]);
  assert.deepEqual(await vapi.assistants.get("assistant-1"), ASSISTANT);
  assert.deepEqual(await vapi.tools.get("tool-1"), TOOL);
});

Deno.test("Vapi.get() returns null when Vapi says that there is none, and only then", async () => {
  assert.equal(await scripted([refusal(404, "no such tool")]).vapi.tools.get("x"), null);
  const page = () => new Response("<h1>404</h1>", { status: 404 });
  const proxy = scripted([page(), page(), page(), page()]);
  assert.equal((await vapiErrorOf(proxy.vapi.assistants.get("x"))).code, "unexpected_response");
});

Deno.test("Vapi.get() escapes the id", async () => {
  const { vapi, requests } = scripted([Response.json(TOOL)]);
  await vapi.tools.get("../assistant?a=b");
  assert.equal(requests[0]?.path, "/tool/..%2Fassistant%3Fa%3Db");
});

Deno.test("createVapi() retries 5xx, rate limits and network errors after 2, 4 and 8 s", async () => {
  const { vapi, waits, attempts } = scripted([
    refusal(503, "down"),
    new TypeError("connection reset"),
    refusal(429, "Rate limit exceeded"),
    Response.json(ASSISTANT),
  ]);
  await vapi.assistants.update("assistant-1", { name: "x" });
  assert.deepEqual(waits, [2_000, 4_000, 8_000]);
  assert.deepEqual(
    attempts.map(({ operation, status, code, attempt }) => [operation, status, code, attempt]),
    [
      ["assistants.update", 503, "server_error", 1],
      ["assistants.update", null, "network", 2],
      ["assistants.update", 429, "rate_limited", 3],
      ["assistants.update", 200, null, 4],
    ],
  );
});

Deno.test("createVapi() gives up after four attempts with the last ServiceError", async () => {
  const { vapi, left } = scripted([1, 2, 3, 4, 5].map((n) => refusal(500, `failure ${n}`)));
  const error = await vapiErrorOf(vapi.tools.list());
  assert.match(error.message, /failure 4/);
  assert.equal(left.length, 1);
});

Deno.test("createVapi() fails at once on any other 4xx", async () => {
  for (const status of [400, 401, 403, 409, 422]) {
    const { vapi, waits, left } = scripted([refusal(status, "no"), Response.json(ASSISTANT)]);
    const error = await vapiErrorOf(vapi.assistants.update("x", {}));
    assert.deepEqual([error.status, error.retryable, waits.length, left.length], [
      status,
      false,
      0,
      1,
    ]);
  }
});

Deno.test("createVapi() waits as long as Retry-After says", async () => {
  const soon = refusal(429, "slow down", { "retry-after": "3" });
  const { vapi, waits } = scripted([soon, Response.json(TOOL)]);
  await vapi.tools.get("tool-1");
  assert.deepEqual(waits, [3_000]);
});

Deno.test("createVapi() leaves a wait beyond its budget to the caller", async () => {
  const later = refusal(429, "slow down", { "retry-after": "300" });
  const { vapi, waits } = scripted([later]);
  const error = await vapiErrorOf(vapi.tools.get("tool-1"));
  assert.deepEqual([error.retryAfterMs, error.retryable, waits], [300_000, true, []]);
});

Deno.test("createVapi() holds back other requests while Vapi asks one to wait", async () => {
  const limiter = createLimiter({ maxConcurrency: 10, now: () => 0 });
  const paused: number[] = [];
  const { vapi } = scripted([refusal(429, "slow", { "retry-after": "3" }), Response.json(TOOL)], {
    limiter: { ...limiter, pause: (ms) => paused.push(ms) },
  });
  await vapi.tools.get("tool-1");
  assert.deepEqual(paused, [3_000]);
});

Deno.test("Vapi.create() is never repeated when it may have happened", async () => {
  const unknown: Answer[] = [
    refusal(500, "oops"),
    refusal(503, "down"),
    new TypeError("fetch failed", {
      cause: new Error("connection closed before message completed"),
    }),
    new Response("<html>", { status: 201 }),
    Response.json({ no: "id" }, { status: 201 }),
  ];
  for (const answer of unknown) {
    const { vapi, requests, waits } = scripted([answer, Response.json(TOOL, { status: 201 })]);
    const error = await vapiErrorOf(vapi.tools.create({}));
    assert.equal(error.outcomeUnknown, true, error.message);
    assert.equal(error.retryable, true, error.message);
    assert.deepEqual([requests.length, waits.length], [1, 0]);
  }
});

Deno.test("Vapi.create() is repeated when it certainly didn't happen", async () => {
  const refused = new TypeError("fetch failed", {
    cause: new Error("client error (Connect): tcp connect error: Connection refused"),
  });
  const { vapi, requests, waits } = scripted([
    refused,
    refusal(429, "Rate limit exceeded"),
    Response.json(ASSISTANT, { status: 201 }),
  ]);
  assert.equal((await vapi.assistants.create({})).id, "assistant-1");
  assert.deepEqual([requests.length, waits], [3, [2_000, 4_000]]);
});

Deno.test("Vapi.create() is certain of a refused connection, and uncertain of a dropped one", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const baseUrl = `http://127.0.0.1:${listener.addr.port}`;
  const { vapi, attempts } = scripted([], { baseUrl, fetch });
  const dropping = (async () => {
    const connection = await listener.accept();
    await connection.read(new Uint8Array(1_000));
    connection.close();
    listener.close();
  })();
  assert.equal((await vapiErrorOf(vapi.tools.create({}))).outcomeUnknown, true);
  await dropping;
  const refused = await vapiErrorOf(vapi.tools.create({}));
  assert.deepEqual([refused.code, refused.outcomeUnknown], ["network", false]);
  assert.equal(attempts.length, 1 + 4);
});

Deno.test("createVapi() gives each attempt a time limit, the body included", async () => {
  const body = JSON.stringify(TOOL);
  const head = `HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: ${body.length}\r\n\r\n`;
  await using server = tcpServer(["", head, head + body, head + body]);
  const { vapi, attempts } = scripted([], { baseUrl: server.url, fetch, timeoutMs: 100 });
  assert.deepEqual(await vapi.tools.get("tool-1"), TOOL);
  assert.deepEqual(attempts.slice(0, 2).map(({ code }) => code), ["timeout", "timeout"]);
});

Deno.test("Vapi.create() doesn't know what happened after its time limit", async () => {
  await using server = tcpServer([""]);
  const { vapi } = scripted([], { baseUrl: server.url, fetch, timeoutMs: 100 });
  const error = await vapiErrorOf(vapi.tools.create({}));
  assert.deepEqual([error.code, error.outcomeUnknown], ["timeout", true]);
});

Deno.test("createVapi() throws aborted when its caller gives up: in flight, in a wait, before", async () => {
  const inFlight = new AbortController();
  const hung = scripted(["hang"]);
  const hanging = hung.vapi.tools.create({}, { signal: inFlight.signal });
  await new Promise((resolve) => setTimeout(resolve));
  assert.equal(hung.requests.length, 1);
  inFlight.abort();
  const error = await vapiErrorOf(hanging);
  assert.deepEqual([error.code, error.outcomeUnknown], ["aborted", true]);

  const inWait = new AbortController();
  const waiting = scripted([refusal(500, "down")], {
    sleep: () => {
      inWait.abort();
      return Promise.reject(inWait.signal.reason);
    },
  });
  const given = await vapiErrorOf(waiting.vapi.tools.list({ signal: inWait.signal }));
  assert.deepEqual([given.code, given.outcomeUnknown], ["aborted", false]);

  const before = scripted([]);
  const never = await vapiErrorOf(before.vapi.tools.create({}, { signal: AbortSignal.abort() }));
  assert.deepEqual([never.code, never.outcomeUnknown, before.requests.length], [
    "aborted",
    false,
    0,
  ]);
});

Deno.test("VapiTools.update() sends type, and learns to leave it out where Vapi refuses it", async () => {
  const { vapi, requests } = scripted([
    refusal(400, "property type should not exist"),
    Response.json(TOOL),
    Response.json(TOOL),
  ]);
  await vapi.tools.update("tool-1", { type: "function", async: false });
  await vapi.tools.update("tool-1", { async: true });
  assert.deepEqual(requests.map(({ body }) => body), [
    { type: "function", async: false },
    { async: false },
    { async: true },
  ]);
});

Deno.test("VapiTools.update() sends type also where the patch doesn't hold it", async () => {
  const { vapi, requests } = scripted([Response.json(TOOL)]);
  await vapi.tools.update("tool-1", { async: true });
  assert.deepEqual(requests[0]?.body, { type: "function", async: true });
});

Deno.test("VapiTools.update() doesn't mistake a nested type for its own", async () => {
  const { vapi, requests } = scripted([refusal(400, "function.parameters.type must be object")]);
  await vapiErrorOf(vapi.tools.update("tool-1", {}));
  assert.equal(requests.length, 1);
});

Deno.test("VapiTools.remove() resolves for a tool that is gone, and throws for a pinned one", async () => {
  await scripted([Response.json(TOOL)]).vapi.tools.remove("tool-1");
  await scripted([new Response(null, { status: 204 })]).vapi.tools.remove("tool-1");
  await scripted([refusal(404, "no such tool")]).vapi.tools.remove("tool-1");
  const pinned = Response.json({ error: "tool_pinned", message: "pinned" }, { status: 409 });
  assert.equal((await vapiErrorOf(scripted([pinned]).vapi.tools.remove("t"))).code, "tool_pinned");
});

Deno.test("Vapi.list() goes through every page", async () => {
  const at = (n: number) => ({ ...TOOL, id: `tool-${n}`, createdAt: new Date(n).toISOString() });
  const { vapi, requests } = scripted([
    Response.json([at(5), at(4)]),
    Response.json([at(4), at(3)]),
    Response.json([at(3)]),
  ], { pageSize: { tools: 2 } });
  assert.deepEqual((await vapi.tools.list()).map(({ id }) => id), ["tool-5", "tool-4", "tool-3"]);
  assert.equal(requests.length, 3);
});

Deno.test("Vapi.list() refuses an answer that is not a list of the expected items", async () => {
  const odd = () => [{ results: [] }, [{ id: 1 }]].map((body) => Response.json(body));
  for (const answer of odd()) {
    const { vapi } = scripted([answer, ...odd(), ...odd()]);
    assert.equal((await vapiErrorOf(vapi.tools.list())).code, "unexpected_response");
  }
});

Deno.test("createVapi() lets no more requests run at once than its limiter", async () => {
  const limiter = createLimiter({ maxConcurrency: 2 });
  let running = 0;
  const seen: number[] = [];
  const fetch = async () => {
    seen.push(++running);
    await new Promise((resolve) => setTimeout(resolve, 0));
    running--;
    return Response.json(TOOL);
  };
  const { vapi } = scripted([], { limiter, fetch });
  await Promise.all(Array.from({ length: 9 }, () => vapi.tools.get("tool-1")));
  assert.deepEqual([seen.length, Math.max(...seen)], [9, 2]);
});
