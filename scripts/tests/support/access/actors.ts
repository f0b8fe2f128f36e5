/** The actors that access the database, with the role and the claims that PostgREST gives them. */

export const orgs = {
  a: "00000000-0000-4000-8000-00000000000a",
  b: "00000000-0000-4000-8000-00000000000b",
} as const;

export type OrgName = keyof typeof orgs;

export const actorNames = [
  "anon",
  "member of A",
  "admin of A",
  "owner of A",
  "member of B",
  "operator",
  "removed member",
  "user without an id",
  "service",
] as const;

export type ActorName = typeof actorNames[number];

export type Actor = {
  readonly role: "anon" | "authenticated" | "service_role";
  readonly claims: Readonly<Record<string, string>>;
  /** Whether they operate the platform. */
  readonly isOperator?: boolean;
  /** Their role in `org`, if any. */
  readonly membership?: { readonly org: OrgName; readonly role: "member" | "admin" | "owner" };
};

const users = {
  memberOfA: "00000000-0000-4000-8000-0000000000a1",
  adminOfA: "00000000-0000-4000-8000-0000000000a2",
  ownerOfA: "00000000-0000-4000-8000-0000000000a3",
  memberOfB: "00000000-0000-4000-8000-0000000000b1",
  operator: "00000000-0000-4000-8000-0000000000d1",
  removed: "00000000-0000-4000-8000-0000000000c1",
} as const;

const signedIn = (sub?: string) => ({
  role: "authenticated",
  claims: { role: "authenticated", ...(sub === undefined ? {} : { sub }) },
} as const);

export const actors: Readonly<Record<ActorName, Actor>> = {
  "anon": { role: "anon", claims: { role: "anon" } },
  "member of A": { ...signedIn(users.memberOfA), membership: { org: "a", role: "member" } },
  "admin of A": { ...signedIn(users.adminOfA), membership: { org: "a", role: "admin" } },
  "owner of A": { ...signedIn(users.ownerOfA), membership: { org: "a", role: "owner" } },
  "member of B": { ...signedIn(users.memberOfB), membership: { org: "b", role: "member" } },
  "operator": { ...signedIn(users.operator), isOperator: true },
  // The token of a former member stays valid until it expires.
  "removed member": signedIn(users.removed),
  "user without an id": signedIn(),
  "service": { role: "service_role", claims: { role: "service_role" } },
};
