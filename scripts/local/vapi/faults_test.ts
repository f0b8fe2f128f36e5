import assert from "node:assert/strict";
import { eventually } from "../../tests/support/eventually.ts";
import type { VapiDouble } from "./double.ts";
import type { Fault } from "../double/faults.ts";
import { toolBody, withDouble } from "../../tests/support/vapi_client.ts";

/** Sends one POST /tool; a failed request is told by "rejected". */
async function create(
  { url, key }: VapiDouble,
  signal: AbortSignal = AbortSignal.timeout(10_000),
): Promise<{ status: number | "rejected"; headers: Headers; text: string | "rejected" }> {
  try {
    const response = await fetch(`${url}/tool`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}` },
      body: JSON.stringify(toolBody),
      signal,
    });
    const text = await response.text().catch(() => "rejected");
    return { status: response.status, headers: response.headers, text };
  } catch {
    return { status: "rejected", headers: new Headers(), text: "rejected" };
  }
}

const outcomes: [rule: string, fault: Fault, status: number | "rejected", effects: number][] = [
  ["a 429 has no effect", { status: 429 }, 429, 0],
  ["a 500 has no effect", { status: 500 }, 500, 0],
  ["a 500 after the effect", { status: 500, afterEffect: true }, 500, 1],
  ["a dropped request has no effect", "dropped", "rejected", 0],
  ["a lost answer comes after exactly one effect", "lost-answer", "rejected", 1],
  ["truncated JSON comes after the effect", "truncated-json", 201, 1],
  ["a cut body comes after the effect", "cut-body", 201, 1],
  ["a slow body arrives whole in the end", { slowBodyMs: 20 }, 201, 1],
];

for (const [rule, fault, status, effects] of outcomes) {
  Deno.test(
    `${rule}, on a new and on a used connection, and only once`,
    withDouble(async ({ double, send }) => {
      for (let i = 1; i <= 3; i++) {
        double.faults.next("POST /tool", fault);
        assert.equal((await create(double)).status, status);
        assert.equal(double.state.tools.size, effects * i);
        assert.equal((await send("GET", "/tool")).status, 200);
      }
      assert.equal(double.faults.pending, 0);
      assert.equal(double.requests.matching("POST /tool").length, 3);
    }),
  );
}

Deno.test(
  "a silent close has an effect for every time that the runtime sends the request by itself",
  withDouble(async ({ double, send }) => {
    await send("GET", "/tool");
    double.faults.next("POST /tool", "silent-close", { times: 2 });
    assert.equal((await create(double)).status, "rejected");
    assert.equal(double.state.tools.size, double.requests.matching("POST /tool").length);
  }),
);

Deno.test(
  "429 carries Retry-After where it is scripted, in seconds or as a date",
  withDouble(async ({ double }) => {
    const date = "Sat, 21 Nov 2026 10:00:00 GMT";
    double.faults.next("*", { status: 429, retryAfter: 3 });
    double.faults.next("*", { status: 429, retryAfter: date });
    double.faults.next("*", { status: 429 });
    const answers = [await create(double), await create(double), await create(double)];
    const sent = answers.map(({ headers }) => headers.get("retry-after"));
    assert.deepEqual(sent, ["3", date, null]);
    assert.deepEqual(JSON.parse(answers[2]?.text ?? ""), {
      message: "Rate limit exceeded",
      error: "Too Many Requests",
      statusCode: 429,
    });
  }),
);

Deno.test(
  "a scripted refusal can have its own words, for what is contested about Vapi",
  withDouble(async ({ double, send }) => {
    const { id } = await send("POST", "/tool", toolBody);
    const message = ["property type should not exist"];
    double.faults.next(
      ({ method, body }) => method === "PATCH" && JSON.stringify(body).includes('"type"'),
      { status: 400, message },
      { times: 9 },
    );
    const refused = await send("PATCH", `/tool/${id}`, { type: "function", async: true });
    assert.deepEqual(refused.body, { message, error: "Bad Request", statusCode: 400 });
    assert.equal((await send("PATCH", `/tool/${id}`, { async: true })).status, 200);
  }),
);

Deno.test(
  "a 502 can be a page of HTML",
  withDouble(async ({ double }) => {
    double.faults.next("POST /tool", { status: 502, html: true });
    const { status, headers, text } = await create(double);
    assert.deepEqual([status, headers.get("content-type")], [502, "text/html"]);
    assert.match(text, /<h1>502 Bad Gateway<\/h1>/);
  }),
);

Deno.test(
  "truncated JSON is a complete answer that can't be parsed, a cut body isn't complete",
  withDouble(async ({ double }) => {
    double.faults.next("POST /tool", "truncated-json");
    const truncated = await create(double);
    assert.throws(() => JSON.parse(truncated.text), SyntaxError);
    double.faults.next("POST /tool", "cut-body");
    assert.equal((await create(double)).text, "rejected");
  }),
);

for (
  const [fault, effects] of [["timeout-before-effect", 0], ["timeout-after-effect", 1]] as const
) {
  Deno.test(
    `${fault}: never answered, ${effects} effects`,
    withDouble(async ({ double }) => {
      double.faults.next("POST /tool", fault);
      const timeout = new AbortController();
      const created = create(double, timeout.signal);
      await eventually("the request has arrived", () => double.requests.seq === 1);
      timeout.abort();
      assert.equal((await created).status, "rejected");
      const logged = await double.requests.waitFor("POST /tool");
      assert.deepEqual([logged.status, logged.fault], [null, fault]);
      assert.equal(double.state.tools.size, effects);
    }),
  );
}

Deno.test(
  "faults hit the requests that match, in the order in which they were set",
  withDouble(async ({ double, send }) => {
    const { faults } = double;
    const { id } = await send("POST", "/tool", toolBody);
    faults.next("PATCH /assistant/:id", { status: 500 });
    faults.next("GET /tool/:id", { status: 500 }, { times: 2 });
    faults.next("* /tool", { status: 503 });
    faults.next(({ body }) => JSON.stringify(body)?.includes("poison") ?? false, { status: 504 });
    const statuses = [];
    for (let i = 0; i < 3; i++) statuses.push((await send("GET", `/tool/${id}`)).status);
    for (let i = 0; i < 2; i++) statuses.push((await send("GET", "/tool")).status);
    statuses.push((await send("POST", "/assistant", { name: "poison" })).status);
    assert.deepEqual(statuses, [500, 500, 200, 503, 200, 504]);
    assert.equal(faults.pending, 1);
    faults.clear();
    assert.equal(faults.pending, 0);
  }),
);

Deno.test(
  "faults.decide() is asked for every request that no rule matches",
  withDouble(async ({ double, send }) => {
    double.faults.decide(({ method }) => method === "GET" ? { status: 500 } : null);
    assert.equal((await send("GET", "/tool")).status, 500);
    assert.equal((await send("POST", "/tool", toolBody)).status, 201);
  }),
);

Deno.test(
  "down() fails every request until up(), and nothing is lost",
  withDouble(async ({ double, send }) => {
    await send("POST", "/tool", toolBody);
    double.faults.down();
    assert.equal((await create(double)).status, "rejected");
    double.faults.down("503");
    assert.equal((await create(double)).status, 503);
    double.faults.up();
    assert.equal((await create(double)).status, 201);
    assert.equal(double.state.tools.size, 2);
  }),
);
