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

Deno.test("the migrations raise no SQLSTATE of class VT that is unknown here", async () => {
  const raised = new Set<string>();
  const folder = new URL("../supabase/migrations/", import.meta.url);
  for await (const { name } of Deno.readDir(folder)) {
    const sql = await Deno.readTextFile(new URL(name, folder));
    for (const [state] of sql.matchAll(/\bVT\d{3}\b/g)) raised.add(state);
  }
  assert.ok(raised.size > 0, "no SQLSTATE of ours was found in the migrations");
  const unknown = [...raised].filter((state) => errorCodeOf(state) === null);
  assert.deepEqual(unknown, []);
});
