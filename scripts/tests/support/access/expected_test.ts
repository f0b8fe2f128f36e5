import { equal } from "node:assert/strict";
import { actors } from "./actors.ts";
import { expectedOutcome } from "./expected.ts";

const access = {
  anon: {},
  member: { select: "own" },
  admin: { select: "own", insert: "own" },
  service: { select: "all" },
} as const;

Deno.test("expectedOutcome() follows the role and the membership", () => {
  equal(expectedOutcome(access, actors["anon"], "select"), "refused");
  equal(expectedOutcome(access, actors["member of A"], "select"), "own");
  equal(expectedOutcome(access, actors["member of A"], "insert"), "refused");
  equal(expectedOutcome(access, actors["admin of A"], "insert"), "own");
  equal(expectedOutcome(access, actors["service"], "select"), "all");
  equal(expectedOutcome(access, actors["service"], "delete"), "refused");
});

Deno.test("expectedOutcome() allows nothing to a user without an organization", () => {
  equal(expectedOutcome(access, actors["removed member"], "select"), "none");
  const writable = { ...access, member: { insert: "own", update: "own" } } as const;
  equal(expectedOutcome(writable, actors["removed member"], "insert"), "refused");
  equal(expectedOutcome(writable, actors["user without an id"], "update"), "none");
});
