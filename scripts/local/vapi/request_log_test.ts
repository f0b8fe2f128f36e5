import assert from "node:assert/strict";
import { assistantBody, toolBody, withDouble } from "../../tests/support/vapi_client.ts";

Deno.test(
  "the log has method, path, query, body, status and time of each request",
  withDouble(async ({ double, send }) => {
    const before = Date.now();
    const { id } = await send("POST", "/tool", toolBody);
    await send("GET", "/tool?limit=5");
    await send("PATCH", `/tool/${id}`, "{");
    const logged = double.requests.all.map(({ seq, route, path, query, body, status }) => {
      return { seq, route, path, query, body, status };
    });
    assert.deepEqual(logged, [
      { seq: 1, route: "POST /tool", path: "/tool", query: "", body: toolBody, status: 201 },
      { seq: 2, route: "GET /tool", path: "/tool", query: "limit=5", body: null, status: 200 },
      { seq: 3, route: "PATCH /tool/:id", path: `/tool/${id}`, query: "", body: "{", status: 400 },
    ]);
    for (const { at } of double.requests.all) assert.ok(at >= before && at <= Date.now());
  }),
);

Deno.test(
  "writes() after a mark proves that nothing was changed",
  withDouble(async ({ double, send }) => {
    const { id } = await send("POST", "/assistant", assistantBody);
    const mark = double.requests.seq;
    await send("GET", `/assistant/${id}`);
    assert.deepEqual(double.requests.writes(mark), []);
    await send("PATCH", `/assistant/${id}`, { name: "x" });
    assert.deepEqual(double.requests.writes(mark).map(({ route }) => route), [
      "PATCH /assistant/:id",
    ]);
    assert.equal(double.requests.matching("* /assistant/:id").length, 2);
  }),
);

Deno.test(
  "waitFor() resolves with a request that comes later, once it is answered",
  withDouble(async ({ double, send }) => {
    const waiting = double.requests.waitFor("POST /assistant");
    await send("GET", "/tool");
    await send("POST", "/assistant", assistantBody);
    assert.equal((await waiting).status, 201);
  }),
);

Deno.test(
  "peakConcurrency tells how many requests were under way at once",
  withDouble(async ({ double, send }) => {
    await Promise.all(Array.from({ length: 4 }, () => send("GET", "/tool")));
    assert.equal(double.requests.peakConcurrency, 4);
    double.requests.clear();
    await send("GET", "/tool");
    assert.equal(double.requests.peakConcurrency, 1);
  }, { latencyMs: 1000 }),
);

Deno.test(
  "latency can be changed while it runs, and asked for each request",
  withDouble(async ({ double, send }) => {
    const asked: number[] = [];
    double.setLatency(() => asked.push(0));
    await send("GET", "/tool");
    await send("GET", "/tool");
    assert.equal(asked.length, 2);
  }),
);
