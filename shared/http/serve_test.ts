import { corsHeaders } from "@supabase/supabase-js/cors";
import assert from "node:assert/strict";
import { createLogger } from "../log.ts";
import { AppError } from "./errors.ts";
import {
  afterwards,
  type Auth,
  type Call,
  type Frame,
  secret,
  serve,
  serveLazily,
} from "./serve.ts";

const env = { secretKeys: ["sb_secret_default", "sb_secret_cron"] };
const withHeaders = (headers: Record<string, string>) =>
  new Request("http://localhost/", { headers });

Deno.test("secret() accepts any of the project's secret keys", async () => {
  for (const apikey of env.secretKeys) await secret(env).authenticate(withHeaders({ apikey }));
});

Deno.test("secret() takes a key as bearer token where it is told to, and no other token", async () => {
  const auth = secret(env, { bearerTokens: env.secretKeys });
  for (const authorization of ["Bearer sb_secret_default", "bearer sb_secret_cron"]) {
    await auth.authenticate(withHeaders({ authorization }));
  }
  // An apikey that a gateway adds by itself does not interfere.
  await auth.authenticate(
    withHeaders({ apikey: "sb_publishable_x", authorization: "Bearer sb_secret_cron" }),
  );
  for (
    const authorization of [
      "Bearer ",
      "Bearer sb_secret_x",
      "Basic sb_secret_default",
      "sb_secret_default",
    ]
  ) {
    await assert.rejects(
      () => auth.authenticate(withHeaders({ authorization })),
      (error) => error instanceof AppError && error.status === 401,
    );
  }
});

Deno.test("secret() refuses a missing key, a wrong one, and one sent as bearer token", async () => {
  const refused = [
    {},
    { apikey: "" },
    { apikey: "sb_secret_defaul" },
    { apikey: "sb_publishable_x" },
    { authorization: "Bearer sb_secret_default" },
  ];
  for (const headers of refused) {
    await assert.rejects(
      () => secret(env).authenticate(withHeaders(headers)),
      (error) => error instanceof AppError && error.status === 401,
    );
  }
});

/** Admits everybody who claims to be allowed. */
const guest: Auth<string> = {
  authenticate({ headers }) {
    const name = headers.get("x-guest");
    if (name === null) return Promise.reject(new AppError("unauthorized", "Who are you?"));
    return Promise.resolve(name);
  },
};

const welcome = ({ caller }: Call<string>) => Promise.resolve(Response.json({ caller }));

function served(frame: Partial<Frame<string>> = {}, handler = welcome) {
  const lines: Record<string, unknown>[] = [];
  const write = (_level: string, line: string) => void lines.push(JSON.parse(line));
  const log = createLogger("test", {}, { write });
  const { fetch } = serve({ auth: guest, log, ...frame }, handler);
  const send = (method = "POST", headers: Record<string, string> = { "x-guest": "Ann" }) =>
    fetch(new Request("http://localhost/", { method, headers }));
  return { send, lines };
}

Deno.test("serve() gives the handler the caller, and the answer the request's id", async () => {
  const ids: string[] = [];
  const { send } = served({}, ({ caller, requestId }) => {
    ids.push(requestId);
    return Promise.resolve(Response.json({ caller }, { status: 202 }));
  });
  const response = await send("POST", { "x-guest": "Ann", "x-request-id": "req_1.2:3-4" });
  assert.equal(response.status, 202);
  assert.deepEqual(await response.json(), { caller: "Ann" });
  assert.equal(response.headers.get("x-request-id"), "req_1.2:3-4");
  assert.deepEqual(ids, ["req_1.2:3-4"]);
});

Deno.test("serve() replaces a request id that can't be repeated in logs and headers", async () => {
  const { send } = served();
  for (const given of ["a b", "x".repeat(129)]) {
    const { headers } = await send("POST", { "x-guest": "Ann", "x-request-id": given });
    assert.match(headers.get("x-request-id") ?? "", /^[\da-f-]{36}$/);
  }
});

Deno.test("serve() refuses other methods, with the Allow header, before it asks who calls", async () => {
  const response = await served({ methods: ["POST", "PUT"] }).send("DELETE", {});
  assert.equal(response.status, 405);
  assert.equal(response.headers.get("allow"), "POST, PUT");
  assert.equal((await response.json()).error.code, "method_not_allowed");
});

Deno.test("serve() never calls the handler for a caller without a proof", async () => {
  const { send, lines } = served({ refusal: "guest_refused" }, () => {
    throw new Error("called");
  });
  const response = await send("POST", {});
  assert.equal(response.status, 401);
  const { event, outcome, request_id } = lines[0] ?? {};
  assert.deepEqual(
    [event, outcome, request_id],
    ["guest_refused", "unauthorized", response.headers.get("x-request-id")],
  );
});

Deno.test("serve() logs a flood of strangers a few times, and every failure of those who were let in", async () => {
  const { send, lines } = served({}, () => {
    throw new AppError("invalid_input", "No");
  });
  for (let i = 0; i < 20; i++) await send("POST", {});
  assert.equal(lines.length, 5);
  for (let i = 0; i < 20; i++) assert.equal((await send()).status, 400);
  assert.equal(lines.length, 25);
});

Deno.test("serve() tells of each caller without a proof, and of nobody and nothing else", async () => {
  let strangers = 0;
  const { send } = served({ onStranger: () => strangers++ }, () => {
    throw new AppError("unauthorized", "Not for you");
  });
  for (let i = 0; i < 20; i++) await send("POST", {});
  await send();
  await send("DELETE", {});
  assert.equal(strangers, 20);
});

Deno.test("serve() answers what the handler throws without what isn't for callers", async () => {
  const { send, lines } = served({}, () => {
    throw new TypeError("relation private.x does not exist");
  });
  const response = await send();
  assert.equal(response.status, 500);
  assert.doesNotMatch(await response.text(), /relation/);
  assert.equal(lines[0]?.["level"], "error");
});

Deno.test("serve() leaves the answer to an error to callers' own way, where they have one", async () => {
  const auth: Auth<string> = {
    ...guest,
    answerError: (error) =>
      error instanceof AppError && error.code === "conflict" ? new Response("busy") : null,
  };
  const failing = (code: string) =>
    served({ auth }, () => {
      throw new AppError(code, "No");
    }).send();
  assert.equal(await (await failing("conflict")).text(), "busy");
  assert.equal((await failing("not_found")).status, 404);
});

Deno.test("serve() answers anybody's GET where there is a probe", async () => {
  const { send } = served({ probe: () => Response.json({ here: true }) });
  assert.deepEqual(await (await send("GET", {})).json(), { here: true });
  assert.equal((await send("POST", {})).status, 401);
  assert.equal((await send("PUT", {})).headers.get("allow"), "GET, POST");
});

Deno.test("serve() answers a browser's preflight, and lets it read every answer, where browsers call", async () => {
  const { send } = served({ auth: { ...guest, browsers: true } });
  const preflight = await send("OPTIONS", {});
  assert.equal(preflight.status, 204);
  assert.equal(preflight.headers.get("access-control-allow-origin"), "*");
  const refused = await send("POST", {});
  assert.equal(refused.status, 401);
  assert.equal(refused.headers.get("access-control-allow-origin"), "*");
  assert.match(refused.headers.get("access-control-expose-headers") ?? "", /x-request-id/);
  assert.equal(refused.headers.get("content-type"), "application/json");
});

Deno.test("serve() allows every header that supabase-js sends", async () => {
  const { send } = served({ auth: { ...guest, browsers: true } });
  const { headers } = await send("OPTIONS", {});
  const allowed = (headers.get("access-control-allow-headers") ?? "").split(", ");
  const sent = (corsHeaders["Access-Control-Allow-Headers"] ?? "").split(", ");
  for (const name of [...sent, "x-region", "prefer", "x-request-id"]) {
    assert.ok(allowed.includes(name), name);
  }
});

Deno.test("serve() has no preflight where no browser calls", async () => {
  const response = await served().send("OPTIONS", {});
  assert.equal(response.status, 405);
  assert.equal(response.headers.get("access-control-allow-origin"), null);
});

Deno.test("serveLazily() answers what it can't make, and tries again", async () => {
  const failures: unknown[] = [];
  let isReady = false;
  const { fetch } = serveLazily(() => {
    if (!isReady) throw new Error("VAPI_WEBHOOK_SECRET is missing");
    return { fetch: () => Promise.resolve(new Response("made")) };
  }, (error) => failures.push(error));
  const response = await fetch(new Request("http://localhost/"));
  assert.equal(response.status, 500);
  assert.doesNotMatch(await response.text(), /VAPI/);
  assert.equal(failures.length, 1);
  isReady = true;
  assert.equal(await (await fetch(new Request("http://localhost/"))).text(), "made");
});

Deno.test("afterwards() does its work when the answer is given, and keeps the isolate until then", async () => {
  const order: string[] = [];
  const kept: Promise<unknown>[] = [];
  globalThis.EdgeRuntime = { waitUntil: (promise) => kept.push(promise) };
  try {
    const { fetch } = serve(
      { auth: guest, log: createLogger("x", {}, { write: () => {} }) },
      () => {
        afterwards(() => order.push("work"));
        return Promise.resolve(Response.json({}));
      },
    );
    await fetch(
      new Request("http://localhost/", { method: "POST", headers: { "x-guest": "Ann" } }),
    );
    order.push("answer");
    await Promise.all(kept);
    assert.deepEqual(order, ["answer", "work"]);
  } finally {
    globalThis.EdgeRuntime = undefined;
  }
});
