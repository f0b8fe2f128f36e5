import assert from "node:assert/strict";
import { preferredWait } from "./prefer.ts";

const wait = (prefer?: string) =>
  preferredWait(new Headers(prefer === undefined ? {} : { prefer }));

Deno.test("preferredWait() reads RFC 7240's wait among other preferences", () => {
  assert.equal(wait("wait=10"), 10);
  assert.equal(wait("respond-async, wait=5; foo=bar"), 5);
  assert.equal(wait('Wait = "7"'), 7);
});

Deno.test("preferredWait() is 0 without the preference or with one that is no number", () => {
  assert.equal(wait(), 0);
  assert.equal(wait("wait=soon"), 0);
  assert.equal(wait("return=minimal"), 0);
});

Deno.test("preferredWait() grants 30 s at most", () => {
  assert.equal(wait("wait=3600"), 30);
});
