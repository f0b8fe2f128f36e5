import type { Actor } from "./actors.ts";
import type { RelationAccess, Verb } from "./matrix.ts";

/** The result of a statement. `none`: allowed, but it found no row. */
export type Outcome = "refused" | "none" | "own" | "all";

/** What the matrix says for an actor. Without an organization, nothing is one's own. */
export function expectedOutcome(access: RelationAccess, actor: Actor, verb: Verb): Outcome {
  const scope = verbsOf(access, actor)[verb];
  if (scope === undefined) return "refused";
  if (scope === "none") return hidden(verb);
  if (scope === "all" || actor.membership) return scope;
  return hidden(verb);
}

function hidden(verb: Verb): Outcome {
  // A policy hides rows from those who read or change them, but refuses to insert them.
  return verb === "insert" ? "refused" : "none";
}

function verbsOf(access: RelationAccess, actor: Actor): RelationAccess["member"] {
  if (actor.role === "anon") return access.anon;
  if (actor.role === "service_role") return access.service;
  if (actor.isOperator && access.operator) return access.operator;
  const role = actor.membership?.role;
  return role === "admin" || role === "owner" ? access.admin : access.member;
}
