/** The clinic that a page is about, and the person's role in it. */
import type { Membership } from "../client/settings.ts";

export interface Organization {
  readonly id: string;
  readonly name: string;
  readonly timezone: string;
  readonly country: string;
  readonly role: string;
  /** May change settings and agents: others are not offered what they may not do. */
  readonly isAdmin: boolean;
  readonly isOwner: boolean;
}

export function organizationOf({ role, organizations }: Membership): Organization {
  return { ...organizations, role, isAdmin: role !== "member", isOwner: role === "owner" };
}
