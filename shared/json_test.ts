import assert from "node:assert/strict";
import { cut, isJsonObject, isStorable, parseJson } from "./json.ts";

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

Deno.test("isStorable() accepts what people write, in any script", () => {
  for (const text of ["", "Zoë O'Brien", "שלום", "👩‍⚕️", "\u202Etxt", "'; drop table agents; --"]) {
    assert.ok(isStorable(text), text);
  }
});

Deno.test("isStorable() refuses NUL and halves of surrogate pairs, wherever they stand", () => {
  for (const text of ["\0", "a\0b", "\ud800", "a\udc00", "\udc00\ud800", "ok \ud83d"]) {
    assert.ok(!isStorable(text), JSON.stringify(text));
  }
});

Deno.test("cut() never leaves half a surrogate pair behind", () => {
  assert.equal(cut("abc", 3), "abc");
  assert.equal(cut("abcd", 3), "abc");
  assert.equal(cut("ab👍", 3), "ab");
  assert.equal(cut("ab👍", 4), "ab👍");
  assert.equal(cut("👍👍👍", 5), "👍👍");
});
