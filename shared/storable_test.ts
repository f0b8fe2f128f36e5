import assert from "node:assert/strict";
import { cut, isStorable } from "./storable.ts";

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
