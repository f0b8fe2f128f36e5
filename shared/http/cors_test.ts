import assert from "node:assert/strict";
import { cors } from "./cors.ts";

Deno.test("cors() answers a preflight without calling the handler", async () => {
  const handle = cors(() => Promise.reject(new Error("called")));
  const response = await handle(new Request("http://localhost/", { method: "OPTIONS" }));
  assert.equal(response.status, 204);
  assert.equal(response.headers.get("access-control-allow-origin"), "*");
  assert.match(response.headers.get("access-control-allow-headers") ?? "", /authorization.*prefer/);
});

Deno.test("cors() lets a browser read every answer, errors included", async () => {
  const handle = cors(() => Promise.resolve(Response.json({ a: 1 }, { status: 409 })));
  const response = await handle(new Request("http://localhost/", { method: "POST" }));
  assert.equal(response.status, 409);
  assert.equal(response.headers.get("access-control-allow-origin"), "*");
  assert.equal(response.headers.get("content-type"), "application/json");
  assert.deepEqual(await response.json(), { a: 1 });
});
