import assert from "node:assert/strict";
import { routeOf } from "./api.ts";
import { toolBody, withDouble } from "../../tests/support/vapi_client.ts";

Deno.test(
  "a missing and a wrong key are 401, and nothing happens",
  withDouble(async ({ double }) => {
    const bodies = [];
    for (const authorization of [undefined, "Bearer wrong", double.key, `bearer ${double.key}x`]) {
      const response = await fetch(`${double.url}/tool`, {
        method: "POST",
        headers: authorization === undefined ? {} : { authorization },
        body: JSON.stringify(toolBody),
      });
      bodies.push([response.status, await response.json()]);
    }
    const refusal = {
      message:
        "Invalid Key. Hot tip, you may be using the private key instead of the public key, " +
        "or vice versa.",
      error: "Unauthorized",
      statusCode: 401,
    };
    assert.deepEqual(bodies, Array.from({ length: 4 }, () => [401, refusal]));
    assert.equal(double.state.tools.size, 0);
  }),
);

Deno.test(
  "an unknown path, and a method that a path doesn't have, are 404",
  withDouble(async ({ send }) => {
    for (const [method, path] of [["GET", "/tools"], ["PUT", "/tool/1"], ["GET", "/tool/1/2"]]) {
      const { status, body } = await send(method ?? "", path ?? "");
      assert.equal(status, 404);
      assert.deepEqual(body, {
        message: `Cannot ${method} ${path}`,
        error: "Not Found",
        statusCode: 404,
      });
    }
  }),
);

Deno.test(
  "unknown ids are 404 for get, patch and delete",
  withDouble(async ({ send }) => {
    for (const path of ["/tool/nope", "/assistant/nope"]) {
      for (const method of ["GET", "PATCH", "DELETE"]) {
        const { status, at } = await send(method, path, method === "GET" ? undefined : {});
        assert.deepEqual([status, at("error"), at("statusCode")], [404, "Not Found", 404]);
      }
    }
  }),
);

Deno.test(
  "a body that isn't JSON, or no object, is 400",
  withDouble(async ({ send }) => {
    for (const body of ["{", "not json", "[]", '"text"', "3"]) {
      const answer = await send("POST", "/assistant", body);
      assert.deepEqual([answer.status, answer.at("error")], [400, "Bad Request"], body);
    }
  }),
);

Deno.test("routeOf() names a resource's requests alike whatever its id", () => {
  assert.equal(routeOf("PATCH", "/assistant/8f14"), "PATCH /assistant/:id");
  assert.equal(routeOf("GET", "/tool"), "GET /tool");
  assert.equal(routeOf("GET", "/tool/1/version"), "GET /tool/1/version");
});

Deno.test(
  "reset() makes the double as it was at its start",
  withDouble(async ({ double, send }) => {
    const { id } = await send("POST", "/tool", toolBody);
    await send("PATCH", `/tool/${id}`, { color: "red" });
    await send("POST", "/phone-number", { provider: "vapi" });
    double.faults.down("503");
    double.reset();
    assert.deepEqual((await send("GET", "/tool")).body, []);
    assert.deepEqual((await send("GET", "/phone-number")).body, []);
    assert.deepEqual([double.refusedBodies, double.journal.changes], [[], []]);
    assert.equal(double.requests.all.length, 2);
  }),
);
