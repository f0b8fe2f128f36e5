import assert from "node:assert/strict";
import { jsonbOrder } from "./jsonb_order.ts";

Deno.test("jsonbOrder() orders keys by length, then by bytes, at every depth", () => {
  const value = {
    name: 1,
    type: 2,
    B: 3,
    a: 4,
    list: [{ properties: {}, required: [], type: "x" }],
  };
  assert.equal(
    JSON.stringify(jsonbOrder(value)),
    '{"B":3,"a":4,"list":[{"type":"x","required":[],"properties":{}}],"name":1,"type":2}',
  );
});

Deno.test("jsonbOrder() changes no value and drops what is undefined, as JSON does", () => {
  const value = { b: undefined, a: [null, "2", 1, false] };
  assert.deepEqual(jsonbOrder(value), { a: [null, "2", 1, false] });
});
