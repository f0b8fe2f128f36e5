import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import type { Credential } from "../credentials.ts";
import type { WebhookServer } from "../records.ts";
import { deliver, type DeliveryDeps } from "./deliver.ts";
import { startReceiver, type TestReceiver } from "../../../tests/support/vapi_receiver.ts";

interface TestDeps extends DeliveryDeps {
  /** Waits that were asked for, in milliseconds. */
  slept: number[];
}

function testDeps(receiver: TestReceiver, credential?: Credential): TestDeps {
  const slept: number[] = [];
  return {
    publicHosts: new Map([["backend.example.test", receiver.url]]),
    credentials: new Map(credential === undefined ? [] : [["cred", credential]]),
    now: () => 1_700_000_000_123,
    sleep: (ms) => {
      slept.push(ms);
      return Promise.resolve();
    },
    slept,
  };
}

function server(more: Partial<WebhookServer> = {}): WebhookServer {
  const url = "https://backend.example.test/a?b=1";
  return { url, timeoutSeconds: 20, ...more };
}

const body = '{"message":{}}';

Deno.test("a webhook is JSON with the server's headers, and server.secret as x-vapi-secret", async () => {
  await using receiver = startReceiver(() => new Response("{}"));
  const headers = { "x-custom": "1", authorization: "Bearer own" };
  await deliver(testDeps(receiver), { server: server({ headers, secret: "s3" }), body });
  const [webhook] = receiver.received;
  const names = ["content-type", "x-custom", "authorization", "x-vapi-secret"];
  const sent = names.map((name) => webhook?.headers.get(name));
  assert.deepEqual(sent, ["application/json", "1", "Bearer own", "s3"]);
  assert.equal(webhook?.text, body);
});

Deno.test("credentialId sends a bearer token, unless the server has an own Authorization", async () => {
  await using receiver = startReceiver(() => new Response("{}"));
  const deps = testDeps(receiver, { type: "bearer", token: "t1" });
  await deliver(deps, { server: server({ credentialId: "cred" }), body });
  const headers = { authorization: "Bearer own" };
  await deliver(deps, { server: server({ credentialId: "cred", headers }), body });
  const sent = receiver.received.map((webhook) => webhook.headers.get("authorization"));
  assert.deepEqual(sent, ["Bearer t1", "Bearer own"]);
});

Deno.test("a bearer credential may have a header of its own and no prefix", async () => {
  await using receiver = startReceiver(() => new Response("{}"));
  const deps = testDeps(receiver, {
    type: "bearer",
    token: "t1",
    headerName: "x-token",
    bearerPrefixEnabled: false,
  });
  await deliver(deps, { server: server({ credentialId: "cred" }), body });
  assert.equal(receiver.received[0]?.headers.get("x-token"), "t1");
});

for (const [timestampUnit, timestamp] of [["ms", "1700000000123"], ["s", "1700000000"]] as const) {
  Deno.test(`an HMAC credential signs "{timestamp}.{body}", timestamp in ${timestampUnit}`, async () => {
    await using receiver = startReceiver(() => new Response("{}"));
    const deps = testDeps(receiver, {
      type: "hmac",
      secretKey: "k",
      algorithm: "sha256",
      signaturePrefix: "sha256=",
      timestampUnit,
    });
    await deliver(deps, { server: server({ credentialId: "cred" }), body });
    const [webhook] = receiver.received;
    const signature = createHmac("sha256", "k").update(`${timestamp}.${body}`).digest("hex");
    assert.equal(webhook?.headers.get("x-signature"), `sha256=${signature}`);
    assert.equal(webhook?.headers.get("x-timestamp"), timestamp);
  });
}

Deno.test("no answer within the time-out ends the delivery without a status", async () => {
  const released = Promise.withResolvers<void>();
  await using receiver = startReceiver(async () => {
    await released.promise;
    return new Response("{}");
  });
  const delivery = await deliver(testDeps(receiver), { server: server(), body, timeoutMs: 50 });
  released.resolve();
  assert.deepEqual([delivery.status, delivery.raw], [null, ""]);
  assert.equal(delivery.problem, "No answer within 50 ms");
});

Deno.test("without a backoffPlan a failed webhook isn't repeated", async () => {
  await using receiver = startReceiver(() => new Response("", { status: 500 }));
  const { status, attempts } = await deliver(testDeps(receiver), { server: server(), body });
  assert.deepEqual([status, attempts, receiver.received.length], [500, 1, 1]);
});

Deno.test("an exponential backoffPlan repeats the same body after 1, 2 and 4 base delays", async () => {
  await using receiver = startReceiver((_, attempt) =>
    new Response("{}", { status: attempt < 4 ? 503 : 200 })
  );
  const deps = testDeps(receiver);
  const backoffPlan = { type: "exponential" as const, maxRetries: 5, baseDelaySeconds: 2 };
  const { status, attempts } = await deliver(deps, { server: server({ backoffPlan }), body });
  assert.deepEqual([status, attempts, deps.slept], [200, 4, [2000, 4000, 8000]]);
  assert.equal(new Set(receiver.received.map(({ text }) => text)).size, 1);
});

Deno.test("a backoffPlan ends with its retries, and leaves excluded status codes alone", async () => {
  await using receiver = startReceiver(() => new Response("", { status: 503 }));
  const plan = { type: "fixed" as const, maxRetries: 2, baseDelaySeconds: 1 };
  const exhausted = await deliver(testDeps(receiver), {
    server: server({ backoffPlan: plan }),
    body,
  });
  assert.deepEqual([exhausted.status, exhausted.attempts], [503, 3]);
  const excluded = await deliver(testDeps(receiver), {
    server: server({ backoffPlan: { ...plan, excludedStatusCodes: [503] } }),
    body,
  });
  assert.equal(excluded.attempts, 1);
});

Deno.test("a host without a loopback address is never dialled", async () => {
  await using receiver = startReceiver(() => new Response("{}"));
  const { status, problem } = await deliver(testDeps(receiver), {
    server: server({ url: "https://elsewhere.example.test/a" }),
    body,
  });
  assert.equal(status, null);
  assert.match(problem ?? "", /^No loopback address is known/);
});

Deno.test("path and query of the registered URL are kept", async () => {
  await using receiver = startReceiver(() => new Response("{}"));
  const deps = testDeps(receiver);
  deps.publicHosts.set("backend.example.test", `${receiver.url}/prefix/`);
  await deliver(deps, { server: server(), body });
  assert.equal(receiver.received[0]?.path, "/prefix/a");
});
