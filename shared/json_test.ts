import assert from "node:assert/strict";
import { isJsonObject, parseJson } from "./json.ts";

Deno.test("parseJson() makes a key __proto__ an ordinary property", () => {
  const value = parseJson('{"__proto__": {"admin": true}}');
  assert.ok(isJsonObject(value));
  assert.deepEqual(Object.keys(value), ["__proto__"]);
  assert.equal(value["admin"], undefined);
});

Deno.test("parseJson() throws a SyntaxError that quotes nothing of the text", () => {
  for (const text of ['{"code": "123456"', '"+15551230001', "[1,]", ""]) {
    assert.throws(() => parseJson(text), {
      name: "SyntaxError",
      message: "The text is not valid JSON",
    });
  }
});

Deno.test("parseJson() reads a hundred thousand levels", () => {
  const depth = 100_000;
  assert.ok(Array.isArray(parseJson("[".repeat(depth) + "]".repeat(depth))));
});
