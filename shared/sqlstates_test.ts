import assert from "node:assert/strict";
import { errorCodeOf, SQLSTATES } from "./sqlstates.ts";

Deno.test("each SQLSTATE is of class VT, and used once", () => {
  const states = Object.values(SQLSTATES);
  assert.equal(new Set(states).size, states.length);
  for (const state of states) assert.match(state, /^VT\d{3}$/);
});

Deno.test("errorCodeOf() knows ours and no others", () => {
  assert.equal(errorCodeOf("VT007"), "lease_lost");
  assert.equal(errorCodeOf("23505"), null);
});
