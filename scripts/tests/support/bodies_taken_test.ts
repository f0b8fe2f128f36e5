import assert from "node:assert/strict";
import { assertBodiesTaken } from "./bodies_taken.ts";

Deno.test("assertBodiesTaken() throws the bodies that Vapi's document refuses, with where they were sent and why", () => {
  assertBodiesTaken({ refusedBodies: [] });
  const refused = {
    route: "PATCH /assistant/:id",
    body: { color: "red" },
    message: ["property color should not exist"],
  };
  assert.throws(
    () => assertBodiesTaken({ refusedBodies: [refused] }),
    /PATCH \/assistant\/:id: property color should not exist\n\{"color":"red"\}/,
  );
});
